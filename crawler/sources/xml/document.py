"""From bytes that somebody calls XML to an element tree, or to one sentence why there is none.

No entity is expanded, no DTD and nothing else is loaded. What strict XML refuses is mended and
then read as far as it goes, and the first slip is named.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from html.entities import html5

from attrs import define
from lxml import etree

from crawler.exceptions import SourceError
from crawler.pages.html import Element, decode, utf8_text

MAX_BYTES = 8 * 1024 * 1024
_HEAD = 8192
_STRICT = etree.XMLParser(
    encoding="utf-8",
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    remove_comments=True,
    remove_pis=True,
    strip_cdata=True,
    collect_ids=False,
)
_LENIENT = etree.XMLParser(
    encoding="utf-8",
    recover=True,
    resolve_entities=False,
    no_network=True,
    load_dtd=False,
    remove_comments=True,
    remove_pis=True,
    collect_ids=False,
)
_DOCTYPE = re.compile(rb"<!DOCTYPE[^<>\[\]]{0,500}+(?:\[[^<>\[\]]{0,500}+\]\s{0,9}+)?>")
_DECLARATION, _BEGIN = b"<?xml", re.compile(rb"<[!A-Za-z]")
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_AMPERSAND = re.compile(
    r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)(?:([A-Za-z][A-Za-z0-9]{1,31});)?"
)
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_ENDED_EARLY = frozenset(
    {
        etree.ErrorTypes.ERR_TAG_NOT_FINISHED,
        etree.ErrorTypes.ERR_CDATA_NOT_FINISHED,
        etree.ErrorTypes.ERR_COMMENT_NOT_FINISHED,
        etree.ErrorTypes.ERR_DOCUMENT_END,
    }
)


@define(frozen=True)
class Document:
    """What was read. slip: what is wrong with it, in words; "" if nothing is. cut_off: its end is
    missing."""

    root: Element
    slip: str = ""
    cut_off: bool = False


def read_document(body: bytes, url: str, content_type: str = "") -> Document:
    """The tree of an XML document; bytes that are valid UTF-8 win over any declaration.

    Raises:
        SourceError: too large, with entities of its own, HTML, or no XML at all.
    """
    text = without_doctype(plain_utf8(body, url, content_type), url)
    begin = text.find(_DECLARATION, 0, _HEAD)
    if begin < 0:
        match = _BEGIN.search(text, 0, _HEAD)
        begin = match.start() if match else -1
    if begin < 0:
        start = text[:60].decode("utf-8", "replace")
        raise SourceError(f"{url} answered no XML: it begins with {start!r}")
    before = "text before the XML" if text[:begin].strip() else ""
    try:
        root = etree.fromstring(text[begin:] if begin else text, _STRICT)
    except etree.XMLSyntaxError as error:
        return _mended(text[begin:], url, error)
    return Document(_checked(root, url), before)


def plain_utf8(body: bytes, url: str, content_type: str = "") -> bytes:
    """The bytes of a document as UTF-8 without a byte order mark.

    Raises:
        SourceError: there are too many.
    """
    if len(body) > MAX_BYTES:
        raise SourceError(f"{url} answered {len(body):,} bytes of XML; {MAX_BYTES:,} are read")
    body = body.removeprefix(BOM_UTF8)
    if utf8_text(body) is not None:
        return body
    return decode(body, content_type).encode("utf-8", "replace")


def without_doctype(text: bytes, url: str) -> bytes:
    """A document without what names its DTD, which nobody loads.

    Raises:
        SourceError: it declares entities: no feed or sitemap needs any.
    """
    if b"<!DOCTYPE" not in text[:_HEAD]:
        return text
    if b"<!ENTITY" in text:
        raise SourceError(f"{url} declares entities of its own, which no feed or sitemap needs")
    return _DOCTYPE.sub(b"", text, count=1)


def in_words(error: etree.XMLSyntaxError) -> str:
    """What a parser complains of, without the text in question."""
    return str(error.msg).partition("\n")[0][:120]


def mended_text(text: bytes) -> bytes:
    """A document without the characters and bare ampersands that XML refuses."""
    clean = _NO_XML.sub("", text.decode("utf-8", "replace"))
    return _without_bare_ampersands(clean).encode()


def local_name(node: Element) -> str:
    """The name of an element without its namespace; "" for what is none."""
    tag = node.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _mended(text: bytes, url: str, error: etree.XMLSyntaxError) -> Document:
    slip = f"mended XML: {in_words(error)}"
    root = etree.fromstring(mended_text(text), _LENIENT)
    # The stubs say that there always is a root; a document beyond mending has none.
    if not isinstance(root, Element):
        raise SourceError(f"{url} answered no XML: {in_words(error)}") from None
    cut_off = any(entry.type in _ENDED_EARLY for entry in _LENIENT.error_log)
    return Document(
        _checked(root, url), f"{slip}; its end is missing" if cut_off else slip, cut_off
    )


def _checked(root: Element, url: str) -> Element:
    if local_name(root).lower() == "html":
        raise SourceError(f"{url} answered HTML instead of XML")
    return root


def _without_bare_ampersands(text: str) -> str:
    """The text with each `&` that begins nothing as `&amp;`, and HTML's names as characters.

    What stands in CDATA stays as it is.
    """
    pieces, place = [], 0
    while True:
        start = text.find(_CDATA, place)
        end = text.find(_CDATA_END, start) if start >= 0 else -1
        pieces.append(_AMPERSAND.sub(_reference, text[place : start if end >= 0 else len(text)]))
        if end < 0:
            return "".join(pieces)
        place = end + len(_CDATA_END)
        pieces.append(text[start:place])


def _reference(match: re.Match[str]) -> str:
    character = html5.get(f"{match[1]};") if match[1] else None
    if character is None:
        return "&amp;" + match[0][1:]
    return "".join({"<": "&lt;", "&": "&amp;"}.get(each, each) for each in character)
