"""The visible text of an element, one paragraph a line, and the pictures in it with captions."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from functools import lru_cache

from attrs import define, field
from lxml import etree

from crawler.exceptions import PageError
from crawler.pages.html import Element, text_of, visible
from crawler.urls.parts import join_url
from pipelines.items import Image

_NEVER_SHOWN_TAGS = """
    script style noscript template head title meta link ins iframe object embed video audio
    select option button input textarea svg canvas map
"""
_BLOCK_TAGS = """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr html li main nav ol p pre section summary
    table tbody td tfoot th thead tr ul
"""
_NEVER_SHOWN = frozenset(_NEVER_SHOWN_TAGS.split())
_BLOCKS = frozenset(_BLOCK_TAGS.split())
_BREAKS = _BLOCKS | {"br"}
_CELLS = frozenset({"td", "th"})
_LONGEST_ROW = 300
MOST_LINES = 10_000
"""Lines and pictures of one element. Ten times as many take seconds, and no article has them."""
_MOST_IMAGES = 300
_IMAGE_SOURCES = ("data-original", "data-src", "data-lazy-src", "src")
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_WEB = re.compile(r"https?://[^/]", re.IGNORECASE)
_NO_PART_OF_A_LINK = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_ORIGIN = re.compile(r"https?://[^/?#]+", re.IGNORECASE)

Rule = Callable[[Element], bool]


@define
class Blocks:
    """What a reader sees: text lines from top to bottom, and the pictures."""

    lines: list[str] = field(factory=list)
    images: list[Image] = field(factory=list)


def read_blocks(
    root: Element | None,
    *,
    base_url: str,
    drop: Collection[str] = (),
    is_dropped: Rule | None = None,
    is_caption: Rule | None = None,
    is_picture: Callable[[str], bool] | None = None,
) -> Blocks:
    """Read an element from top to bottom.

    drop: classes and ids whose elements are left out with all they hold; is_dropped: the same
    by rule. is_caption: elements whose text describes the picture above them; it goes to that
    picture and never into the lines. is_picture: whether an absolute image URL is one of the
    article's (no logo or QR code). Neither deep nesting nor broken markup makes it fail.

    Raises:
        PageError: `too_many_lines`.
    """
    if root is None:
        return Blocks()
    reader = _Reader(
        base_url=base_url,
        drop=frozenset(drop),
        is_dropped=is_dropped,
        is_caption=is_caption,
        is_picture=is_picture,
    )
    reader.walk(root)
    return Blocks(reader.lines, reader.images)


@define
class _Reader:
    base_url: str
    drop: frozenset[str]
    is_dropped: Rule | None
    is_caption: Rule | None
    is_picture: Callable[[str], bool] | None
    lines: list[str] = field(factory=list)
    images: list[Image] = field(factory=list)
    _parts: list[str] = field(factory=list)
    _caption: Element | None = None
    _row: Element | None = None
    _captioned: int = 0
    """How many lines there were after the last picture: a caption follows at once."""
    _seen: int = 0

    def walk(self, root: Element) -> None:
        walker = etree.iterwalk(root, events=("start", "end"))
        for event, element in walker:
            tag = str(element.tag)
            if event == "end":
                self._end(element, tag)
                if element is not root:
                    self._text(element.tail)
            elif element is not root and self._skips(element, tag):
                walker.skip_subtree()
            else:
                self._start(element, tag)
                self._text(element.text)
        self._flush()

    def _text(self, text: str | None) -> None:
        # Between blocks there is mostly white space, which no line begins with.
        if text and (self._parts or not text.isspace()):
            self._parts.append(text)

    def _skips(self, element: Element, tag: str) -> bool:
        if tag in _NEVER_SHOWN:
            return True
        attributes = element.attrib
        if not attributes:
            return False
        if self.drop and (
            attributes.get("id") in self.drop
            or not self.drop.isdisjoint(attributes.get("class", "").split())
        ):
            return True
        if "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")):
            return True
        return self.is_dropped is not None and self.is_dropped(element)

    def _start(self, element: Element, tag: str) -> None:
        if tag in _BREAKS:
            if self._parts:
                self._break()
            if tag == "tr" and self._row is None and _is_data_row(element):
                self._row = element
        elif tag == "img":
            self._image(element)
        if self._caption is None and (
            tag == "figcaption" or (self.is_caption is not None and self.is_caption(element))
        ):
            self._flush()
            self._caption = element

    def _end(self, element: Element, tag: str) -> None:
        if element is self._row:
            self._row = None
        if self._parts and tag in _BLOCKS:
            self._break()
        if element is self._caption:
            self._flush()
            self._caption = None

    def _break(self) -> None:
        """End the line; within a row of data only the cell."""
        if self._row is None:
            self._flush()
        else:
            self._parts.append(" ")

    def _flush(self) -> None:
        """Close the line that has been gathered."""
        if not self._parts:
            return
        line = visible("".join(self._parts))
        self._parts.clear()
        if not line:
            return
        self._count()
        if self._caption is None:
            self.lines.append(line)
        elif self.images and self._captioned == len(self.lines):
            last = self.images[-1]
            last.caption = f"{last.caption} {line}" if last.caption else line

    def _count(self) -> None:
        self._seen += 1
        if self._seen > MOST_LINES:
            raise PageError("too_many_lines", f"more than {MOST_LINES:,}: no article has as many")

    def _image(self, element: Element) -> None:
        self._count()
        if len(self.images) == _MOST_IMAGES:
            return
        url = image_url(element, self.base_url)
        if url and (self.is_picture is None or self.is_picture(url)):
            self._captioned = len(self.lines) + bool(visible("".join(self._parts)))
            known = any(image.url == url for image in self.images[-50:])
            if not known:
                self.images.append(Image(url=url))


def _is_data_row(row: Element) -> bool:
    """Whether a table row is a line of data (several short cells) and not a frame for text."""
    cells = [cell for cell in row if cell.tag in _CELLS]
    return len(cells) > 1 and sum(len(text_of(cell)) for cell in cells) <= _LONGEST_ROW


def image_url(element: Element, base_url: str) -> str | None:
    """The absolute address of an `<img>`, read through lazy loading; None if it has none."""
    for name in _IMAGE_SOURCES:
        source = (element.get(name) or "").strip()
        if source and not source.startswith(("data:", "blob:", "file:", "about:")):
            url = absolute(base_url, source)
            if url:
                return url
    return None


def absolute(base_url: str, link: str) -> str | None:
    """An http(s) address for a link on a page, or None if the link leads to none."""
    link = link.strip()
    if " " in link or not link.isprintable():
        link = _NO_PART_OF_A_LINK.sub("", link).replace(" ", "%20")
    origin = _origin(base_url)
    if origin and link[:1] == "/" and link[1:2] not in "/" and "/." not in link:
        return origin + link  # by far the most common form, and urljoin is slow
    url = link if _WEB.match(link) and "[" not in link else join_url(base_url, link)
    return url if url and _WEB.match(url) else None


@lru_cache(maxsize=256)
def _origin(base_url: str) -> str:
    match = _ORIGIN.match(base_url)
    return match[0] if match else ""
