"""Where a picture is to be had: through every habit of lazy loading, never a placeholder."""

from __future__ import annotations

import re
from collections.abc import Iterator

from crawler.pages.blocks.addresses import absolute
from crawler.pages.html import Element

PICTURE_TAGS = frozenset({"img", "mip-img", "amp-img"})
_PLAIN = frozenset(
    {"src", "alt", "title", "class", "id", "style", "width", "height", "border", "align"}
)
_BEFORE_SRC = (
    "data-original",
    "data-src",
    "data-lazy-src",
    "data-lazyload",
    "data-lazy",
    "data-echo",
    "data-actualsrc",
    "data-real-src",
    "data-realsrc",
    "data-original-src",
    "data-ks-lazyload",
    "data-backsrc",
    "real_src",
    "realsrc",
    "lazy-src",
    "lazysrc",
    "lazyload",
)
"""What lazy pages name the picture; other attributes count only where `src` is a placeholder."""
_NOT_A_SOURCE = re.compile(
    r"thumb|small|mini|share|poster|avatar|placeholder|loading|default|error|href|link|page|\bon"
)
_NAMED_FOR_SOURCES = ("orig", "real", "actual", "src", "echo", "lazy")
_BETWEEN_SETS = re.compile(r",\s++|(?<=[0-9][wx]),")
_DESCRIPTOR = re.compile(r"([0-9]{1,5}(?:\.[0-9]{1,3})?)[wx]")
_MOST_IN_SET = 40
_LONGEST_SET = 8000
_HAS_ENDING = re.compile(r"\.(?:jpe?g|png|gif|webp|bmp|avif)(?![a-z0-9])", re.IGNORECASE)
_NO_ADDRESS = ("data:", "blob:", "file:", "about:", "javascript:", "{", "[", "<", "#")
_PLACEHOLDER = re.compile(
    r"/(?:(?:[a-z0-9]{1,12}[-_]){0,2}(?:lazy|lazy-?load|loading|loader|place-?holder|blank|spacer"
    r"|transparent|pixel|1x1|default|no-?(?:pic|img|image|photo)|img-?(?:loading|default))"
    r"[-_]?(?:bg|img|pic|image|icon|default|v?[0-9x]{0,9})?\.(?:gif|png|jpe?g|svg|webp)"
    r"|(?:space|trans|px|dot|gr[ae]y|white|empty|clear|holder|none|[a-z])\.(?:gif|svg)"
    r"|(?:gr[ae]y|white|empty|clear|holder|none)\.png)(?:[?!@#]|\Z)",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"null|undefined|none|nan|false|true|0|.{0,300}/(?:null|undefined|nan)", re.IGNORECASE
)
"""What scripts write where they had no address."""
_QR = r"(?:qr[-_]?code|erweima|2wm|(?:weixin|wechat|wx|weibo|gzh|app|dingyue)[-_]?(?:qr|code|ewm))"
_OWN = r"(?:(?:site|web|header|top|footer|nav|app|wap|m|sina|guancha|news|main)[-_]?)?"
_LOOK = (
    r"(?:\d{1,4}x?|white|black|gr[ae]y|blue|red|small|big|mini|top|foot|footer|head|header|m|pc|bg)"
)
_SIGN = re.compile(
    rf"/[^/?]{{0,40}}{_QR}[^/?]{{0,40}}(?:[?!@#]|\Z)"
    r"|/(?:[^/?]{0,40}[-_.])?(?:ewm|qr)[-_.\d][^/?]{0,40}\Z"
    r"|/(?:emojis?|emoticons?|smil(?:ey|ie)s?|expressions?|deco|icons?)/"
    r"|/icons?[-_][^/?]{0,40}\.(?:gif|png|svg|webp)"
    rf"|/{_OWN}logo(?:[-_@]?{_LOOK}){{0,2}}\.(?:gif|png|svg|jpe?g|webp)",
    re.IGNORECASE,
)
"""QR codes, the site's own logo, signs within a line: by the last names of an address."""
_LONGEST_NAME = 200
_SIZE = re.compile(r"([0-9]{1,5})(?:\.[0-9]{1,3})?\s?(?:px)?")
_STYLE_SIZE = re.compile(
    r"(?:^|;)\s*+(width|height)\s*+:\s*+([0-9]{1,5})(?:\.[0-9]+)?px", re.IGNORECASE
)
_ICON, _PIXEL = 40, 3


def picture_url(element: Element, base_url: str) -> str | None:
    """The absolute address of an `<img>`; None if it has none but a placeholder's."""
    is_plain = _PLAIN.issuperset(element.attrib)
    for source in () if is_plain else (element.get(name) or "" for name in _BEFORE_SRC):
        url = _address(source, base_url)
        if url:
            return url
    url = _address(element.get("src") or "", base_url)
    if url or is_plain:
        return url or _largest(element, base_url)
    others = (_address(source, base_url) for source in _other_sources(element))
    return next(filter(None, others), None) or _largest(element, base_url)


def is_sign(url: str) -> bool:
    """Whether an address is that of a site's sign and not of a picture of an article."""
    return _SIGN.search(url[-_LONGEST_NAME:]) is not None


def is_icon(element: Element) -> bool:
    """Whether the declared size is that of a sign within a line, or of a counting pixel."""
    attributes = element.attrib
    if "width" not in attributes and "height" not in attributes and "style" not in attributes:
        return False
    sizes = {
        name.lower(): int(size) for name, size in _STYLE_SIZE.findall(attributes.get("style", ""))
    }
    for name in ("width", "height"):
        match = _SIZE.fullmatch(attributes.get(name, "").strip())
        if match:
            sizes.setdefault(name, int(match[1]))
    if not sizes:
        return False
    return min(sizes.values()) <= _PIXEL or (len(sizes) == 2 and max(sizes.values()) <= _ICON)


def _other_sources(element: Element) -> Iterator[str]:
    """What other attributes give: those named for a source first, then what looks like one."""
    others = [
        (name, value)
        for name, value in element.attrib.items()
        if name not in _PLAIN and "srcset" not in name and not _NOT_A_SOURCE.search(name)
    ]
    others.sort(key=lambda pair: _rank(pair[0]))
    for name, value in others:
        if _rank(name) < len(_NAMED_FOR_SOURCES) or _HAS_ENDING.search(value[:2000]):
            yield value


def _rank(name: str) -> int:
    ranks = (rank for rank, word in enumerate(_NAMED_FOR_SOURCES) if word in name)
    return next(ranks, len(_NAMED_FOR_SOURCES))


def _address(source: str, base_url: str) -> str | None:
    source = source.strip()
    if (
        not source
        or source.lower().startswith(_NO_ADDRESS)
        or _NOTHING.fullmatch(source)
        or _PLACEHOLDER.search("/" + source[-200:])
    ):
        return None
    return absolute(base_url, source)


def _largest(element: Element, base_url: str) -> str | None:
    """The largest picture of the sets of an `<img>` and of the `<picture>` around it."""
    nodes, parent = [element], element.getparent()
    while parent is not None and parent.tag == "source":  # the parser does not know it as empty
        parent = parent.getparent()
    if parent is not None and parent.tag == "picture":
        nodes += parent.iter("source")
    best: tuple[float, str] | None = None
    for node in nodes:
        written = (
            node.get("data-srcset") or node.get("srcset") or node.get("data-lazy-srcset") or ""
        )
        for part in _BETWEEN_SETS.split(written[:_LONGEST_SET])[:_MOST_IN_SET]:
            words = part.split()
            size = _DESCRIPTOR.fullmatch(words[-1].rstrip(",")) if words else None
            width = float(size[1]) if size else 1.0
            url = _address(words[0].rstrip(","), base_url) if words else None
            if url and (best is None or width > best[0]):
                best = width, url
    return best[1] if best else None
