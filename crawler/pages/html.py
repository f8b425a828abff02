"""From the bytes of a response to an element tree, and cheap ways to find things in it.

Everything goes through compiled XPath over one lxml tree without comments: a page is parsed
once and costs one or two milliseconds.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable
from contextlib import suppress
from contextvars import ContextVar
from functools import cache, lru_cache

from lxml import etree
from w3lib.encoding import html_body_declared_encoding, http_content_type_encoding, read_bom

from crawler.exceptions import PageError

Element = etree._Element  # noqa: SLF001 - lxml has no public name for its element class
Attributes = etree._Attrib  # noqa: SLF001 - nor for what an element's attributes are

_GB_FAMILY = frozenset({"gb2312", "gbk", "gb18030", "hz-gb-2312", "euc-cn", "cp936"})
_PARSER = etree.HTMLParser(
    encoding="utf-8", remove_comments=True, remove_pis=True, collect_ids=False, huge_tree=True
)
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060\ufeff"
    "\ud800-\udfff\ufffe\uffff]"
)
_WIDE = "\u2e80-\u33ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff"
_BREAK_IN_CHINESE = re.compile(rf"(?<=[{_WIDE}])[ \t]*[\r\n][\s]*(?=[{_WIDE}])")
_SPACES = re.compile("[ \t\n\r\f\v\x85\u00a0\u2002-\u200a\u202f\u205f]+")
_END = re.compile(r"</(?:body|html)\s*>", re.IGNORECASE)
_END_REACH = 8000
_MOST_BRACKETS = 200_000
_MOST_EQUALS = 400_000
"""Signs that begin a tag, and those that stand in an attribute. The largest home pages have 7,000
and 30,000; each costs the parser memory, and an end tag the time to look for its beginning."""
_SHORTEST = 3
"""Bytes of a tag or an attribute."""
_DEEPEST = 2_000
"""Beyond 2,048 elements within each other the parser stops, and says nothing."""
_LONGEST_TAG = 50_000
_MOST_ATTRIBUTES = 2_000
_EDGES = " \u3000"
_MOST_PLACES = 6
_LONGEST_PLACE = 60
_BY_CLASS = re.compile(r"\[contains\(concat\(' ',@class,' '\),' ([^' ]++) '\)\]")
_BY_ID = re.compile(r"\[@id ?= ?'([^' ]++)'\]")
_AXIS = re.compile(r"/?descendant(?:-or-self)?::\*?/?|//")
_missed: ContextVar[dict[str, None] | None] = ContextVar("missed", default=None)
_AROUND = _EDGES + "\t\n\r\f\v\x85\u00a0\u202f\u205f" + "".join(map(chr, range(0x2002, 0x200B)))


def decode(body: bytes, content_type: str | None = None) -> str:
    """Decode a page: bytes that are valid UTF-8 win over what header and meta tag declare.

    The GB family is read as GB18030, its superset. Never fails: bytes that fit no encoding
    become U+FFFD.
    """
    text = utf8_text(body)
    if text is not None:
        return text
    encoding, bom = read_bom(body)
    if encoding and bom:
        return body[len(bom) :].decode(encoding, errors="replace")
    as_utf8 = body.decode("utf-8", errors="replace")
    # A page cut off within a character is UTF-8 all the same, and valid GB18030 by accident.
    if _is_nearly_whole(as_utf8):
        return as_utf8
    declared = (content_type and http_content_type_encoding(content_type)) or (
        html_body_declared_encoding(body)
    )
    for name in (declared, "gb18030"):
        if not name or name == "utf-8":
            continue
        try:
            return body.decode("gb18030" if name in _GB_FAMILY else name)
        except (UnicodeDecodeError, LookupError):
            continue
    as_gb = body.decode("gb18030", errors="replace")
    return min(as_utf8, as_gb, key=lambda text: text.count("\ufffd"))


def utf8_text(body: bytes) -> str | None:
    """The text of a page in UTF-8 without a byte order mark; None for any other."""
    if body.startswith(BOM_UTF8):
        return None
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _is_nearly_whole(text: str) -> bool:
    """Whether at most a fifth of what is not ASCII was unreadable."""
    broken = text.count("\ufffd")
    wide = len(text) - len(text.encode("ascii", errors="ignore"))
    return broken * 5 <= wide


def is_cut_off(text: str) -> bool:
    """Whether a page does not end with `</body>` or `</html>` (scripts may follow them)."""
    reaches = (_END_REACH // 40, _END_REACH)  # nearly always it is the very last thing
    return not any(_END.search(text, max(0, len(text) - reach)) for reach in reaches)


def parse(page: str | bytes) -> Element | None:
    """The root element of an HTML page, a text or UTF-8; None if it holds no element at all.

    Raises:
        PageError: `too_costly`; no page that people read has as many tags, or as deep ones.
    """
    utf8 = page.encode("utf-8", errors="replace") if isinstance(page, str) else page
    for sign, most in ((b"<", _MOST_BRACKETS), (b"=", _MOST_EQUALS)):
        # Counting costs as much as a tenth of parsing: only where so many would find room.
        number = utf8.count(sign) if len(utf8) > _SHORTEST * most else 0
        if number > most:
            raise PageError("too_costly", f"{number:,} times {sign.decode()} in a page")
    clean = _without_monstrous_tags(utf8.replace(b"\x00", b""))
    root = etree.fromstring(clean, _PARSER) if clean.strip() else None
    # The stubs say that there always is a root; an empty document has none.
    if not isinstance(root, Element):
        return None
    if _depth_at_end(root) > _DEEPEST:
        raise PageError("too_costly", f"more than {_DEEPEST:,} elements within each other")
    return root


def _depth_at_end(root: Element) -> int:
    """How many elements were open where the parser stopped."""
    depth, last = 1, root
    while len(last):
        depth, last = depth + 1, last[-1]
    return depth


def _without_monstrous_tags(page: bytes) -> bytes:
    """Cut tags with thousands of attributes: the parser needs minutes for them."""
    if len(page) < _LONGEST_TAG:
        return page
    half = _LONGEST_TAG // 2
    if all(page.find(b">", start, start + half) >= 0 for start in range(0, len(page) - half, half)):
        return page  # every half ends a tag: none is as long as two of them
    parts = page.split(b">")
    for index, part in enumerate(parts):
        if len(part) >= _LONGEST_TAG:
            start = part.find(b"<")
            if start >= 0 and part.count(b"=", start) > _MOST_ATTRIBUTES:
                parts[index] = part[:start] + b"<p"
    return b">".join(parts)


@cache
def _compiled(path: str) -> etree.XPath:
    return etree.XPath(path, smart_strings=False)


def misses(read: Callable[[], object]) -> list[str]:
    """The places, by path or name, that `read` looks for and that are not there: the first six, in
    the order in which they are looked for. For saying why a page gave no article."""
    missed: dict[str, None] = {}
    token = _missed.set(missed)
    try:
        with suppress(PageError):
            read()
    finally:
        _missed.reset(token)
    return [*missed][:_MOST_PLACES]


def note_miss(name: str) -> None:
    """Notes that nothing stands at a place, if anybody wants to know."""
    missed = _missed.get()
    if missed is not None:
        missed[_in_words(name)] = None


def _in_words(place: str) -> str:
    """A path of ours as the selector that people would write, and not too long."""
    short = _BY_ID.sub(r"#\1", _BY_CLASS.sub(r".\1", place))
    short = _AXIS.sub(" ", short).strip()
    return short if len(short) <= _LONGEST_PLACE else short[: _LONGEST_PLACE - 1] + "…"


def find_all(node: Element | None, path: str, *, name: str = "") -> list[Element]:
    """Elements that an XPath selects; no node gives none. Paths are constants: they are cached.

    name: what people know the place by, if they wrote no path.
    """
    if node is None:
        return []
    found = _compiled(path)(node)
    nodes = [each for each in found if isinstance(each, Element)] if isinstance(found, list) else []
    if not nodes:
        note_miss(name or path)
    return nodes


def find(node: Element | None, path: str) -> Element | None:
    """The first element that an XPath selects, or None."""
    found = find_all(node, path)
    return found[0] if found else None


@lru_cache(maxsize=1024)
def has_class(name: str) -> str:
    """The XPath condition for an element that bears the class `name`.

    Name the tag with it (`//div[…]`): a condition tried on every element costs ten times more.
    """
    return f"contains(concat(' ',@class,' '),' {name} ')"


def visible(text: str) -> str:
    """One line as a reader sees it: no control characters, whitespace collapsed and stripped.

    A line break between two Chinese characters is no space; U+3000 stays within a line.
    """
    text = text.strip(_AROUND)
    if text.isprintable():  # then its only white space are plain spaces
        return _SPACES.sub(" ", text) if "  " in text else text
    text = _INVISIBLE.sub("", text)
    if "\n" in text or "\r" in text:
        text = _BREAK_IN_CHINESE.sub("", text)
    return _SPACES.sub(" ", text).strip(_EDGES)


def text_of(node: Element | None) -> str:
    """All text below an element as one visible line; "" for no element."""
    if node is None:
        return ""
    return visible(raw_text(node) if len(node) else node.text or "")


def raw_text(node: Element) -> str:
    """All text below an element as it is written, line breaks and all."""
    found = _compiled("string()")(node)
    return found if isinstance(found, str) else ""


def attribute(node: Element | None, name: str) -> str:
    """An attribute as a visible line; "" if there is none."""
    return visible(node.get(name) or "") if node is not None else ""


def meta(root: Element | None, name: str) -> str:
    """The content of `<meta name=…>` or `<meta property=…>` (any case), or ""."""
    if root is None:
        return ""
    wanted = name.casefold()
    in_head = [node for node in root.iterfind("head/meta") if "content" in node.attrib]
    for node in in_head or root.iterfind(".//meta[@content]"):
        if (node.get("name") or node.get("property") or "").casefold() == wanted:
            return attribute(node, "content")
    return ""
