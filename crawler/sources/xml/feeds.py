"""Feeds: RSS 0.9x, 1.0 and 2.0, Atom, and JSON Feed, which is none of XML but all the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from itertools import islice

from attrs import define, field
from lxml import etree

from crawler.exceptions import SourceError
from crawler.pages.html import Element, raw_text, visible
from crawler.sources.html import LONGEST_TITLE, number_of, plain_title
from crawler.sources.xml.document import local_name, read_document
from crawler.urls.parts import join_url

MOST_KEYWORDS = 20
_MOST_PARTS = 500
"""Elements of an entry."""
_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_CONTENT = ("encoded", "content", "description", "summary")
"""Elements that hold a text, the whole one first."""
_WEB = ("http://", "https://")
_FEEDS = frozenset({"rss", "feed", "RDF", "channel"})
_ENTRIES = frozenset({"item", "entry"})


@define(kw_only=True)
class FeedEntry:
    """An entry. url: "" if it leads nowhere. published, updated: as written. html: its text as
    markup, be it the whole or a summary. keywords: its categories."""

    url: str = ""
    title: str = ""
    published: str = ""
    updated: str = ""
    html: str = ""
    author: str = ""
    keywords: tuple[str, ...] = ()
    comments: int | None = None


@define(kw_only=True)
class FeedContent:
    """What a feed holds. number: of all entries, of which the first are read. next_url: of older
    ones, if it names them."""

    number: int = 0
    entries: list[FeedEntry] = field(factory=list)
    next_url: str | None = None
    problems: list[str] = field(factory=list)


def read_feed(body: bytes, url: str, most: int, content_type: str = "") -> FeedContent:
    """The entries of a feed in XML, `most` at most.

    Raises:
        SourceError: it is none.
    """
    document = read_document(body, url, content_type)
    root = document.root
    if local_name(root) not in _FEEDS:
        raise SourceError(f"{url} holds <{local_name(root)[:40]}> instead of a feed")
    content = FeedContent(problems=[document.slip] if document.slip else [])
    for holder in (root, *(node for node in root if local_name(node) == "channel")):
        base = _base(holder, _base(root, url))
        for node in holder:
            name = local_name(node)
            if name in _ENTRIES:
                content.number += 1
                if content.number <= most:
                    content.entries.append(_entry(node, _base(node, base)))
            elif name == "link" and node.get("rel") == "next":
                content.next_url = join_url(base, node.get("href") or "")
    if document.cut_off and content.number == len(content.entries) > 0:
        content.entries[-1].html = ""  # it may be half of it
    return content


def feed_of(data: Mapping[str, object], url: str, most: int) -> FeedContent:
    """The entries of a JSON Feed, `most` at most.

    Raises:
        SourceError: it is none.
    """
    items = data.get("items")
    if not isinstance(items, list):
        raise SourceError(f"{url} holds no list of items: it is no JSON Feed")
    content = FeedContent(number=len(items))
    following = data.get("next_url")
    content.next_url = join_url(url, following) if isinstance(following, str) else None
    for number, item in enumerate(items[:most], start=1):
        if isinstance(item, dict):
            content.entries.append(_json_entry(item, url))
        else:
            content.problems.append(f"entry {number}: {type(item).__name__} instead of an object")
    return content


def _base(node: Element, outer: str) -> str:
    own = node.get(_BASE)
    return (join_url(outer, own.strip()) if own else None) or outer


def _entry(node: Element, base: str) -> FeedEntry:
    entry, links, texts = FeedEntry(), dict[str, str](), dict[str, str]()
    keywords: list[str] = []
    for child in islice(node, _MOST_PARTS):
        name = local_name(child)
        if name == "category":
            keywords.append(visible(child.get("term") or child.text or ""))
        elif name in ("link", "origLink", "guid", "id"):
            _note_link(links, name, child, base)
        elif name in _CONTENT:
            texts.setdefault(name, _markup(child))
        elif name in _READERS:
            _READERS[name](entry, child)
    entry.url = next(
        (links[each] for each in ("origLink", "link", "guid", "id") if each in links), ""
    )
    entry.html = next((texts[each] for each in _CONTENT if texts.get(each)), "")
    entry.keywords = tuple(dict.fromkeys(filter(None, keywords)))[:MOST_KEYWORDS]
    return entry


def _note_link(links: dict[str, str], name: str, node: Element, base: str) -> None:
    """Note an address under the name of the element that gave it; ids are none unless they say."""
    text = (node.get("href") or _text(node)).strip()
    if name == "link" and node.get("rel", "alternate") != "alternate":
        return
    is_address = text.startswith(_WEB) and node.get("isPermaLink") != "false"
    if text and (is_address or name not in ("guid", "id")):
        absolute = text if text.startswith(_WEB) else join_url(_base(node, base), text)
        links.setdefault(name, absolute or text)


def _text(node: Element) -> str:
    return raw_text(node) if len(node) else node.text or ""


def _markup(node: Element) -> str:
    """What stands in an element, as HTML: escaped, in CDATA, or as elements of its own."""
    if node.get("type") == "text":
        return "<p>" + (node.text or "").replace("&", "&amp;").replace("<", "&lt;") + "</p>"
    if not len(node):
        return (node.text or "").strip()
    inner = (etree.tostring(child, encoding="unicode", method="html") for child in node)
    return ((node.text or "") + "".join(inner)).strip()


def _read_title(entry: FeedEntry, node: Element) -> None:
    text = _text(node)
    is_plain = node.get("type", "html") == "text"
    entry.title = entry.title or (visible(text)[:LONGEST_TITLE] if is_plain else plain_title(text))


def _read_published(entry: FeedEntry, node: Element) -> None:
    entry.published = entry.published or visible(_text(node))


def _read_updated(entry: FeedEntry, node: Element) -> None:
    entry.updated = entry.updated or visible(_text(node))


def _read_author(entry: FeedEntry, node: Element) -> None:
    """In Atom the name is an element of its own; in RSS it may stand behind an address."""
    name = next((child for child in node if local_name(child) == "name"), node)
    text = visible(_text(name))
    in_brackets = text.partition("(")[2].rstrip(") ") if "@" in text else text
    entry.author = entry.author or in_brackets


def _read_comments(entry: FeedEntry, node: Element) -> None:
    """slash:comments is their number; the element of RSS is an address."""
    text = visible(_text(node))
    entry.comments = number_of(text) if text.isdigit() else entry.comments


_READERS: Mapping[str, Callable[[FeedEntry, Element], None]] = {
    "title": _read_title,
    **dict.fromkeys(("pubDate", "published", "issued", "date", "created"), _read_published),
    **dict.fromkeys(("updated", "modified"), _read_updated),
    **dict.fromkeys(("creator", "author"), _read_author),
    "comments": _read_comments,
}


def _json_entry(item: Mapping[str, object], base: str) -> FeedEntry:
    def text(*names: str) -> str:
        found = (item.get(name) for name in names)
        return next((each.strip() for each in found if isinstance(each, str) and each.strip()), "")

    plain = text("content_text").replace("&", "&amp;").replace("<", "&lt;")
    address = text("url", "external_url") or _if_address(text("id"))
    return FeedEntry(
        url=(join_url(base, address) or address) if address else "",
        title=plain_title(text("title")),
        published=text("date_published"),
        updated=text("date_modified"),
        html=text("content_html")
        or "".join(f"<p>{line}</p>" for line in plain.split("\n") if line),
        author=next(_names(item), ""),
        keywords=tuple(_strings(item.get("tags")))[:MOST_KEYWORDS],
    )


def _if_address(text: str) -> str:
    return text if text.startswith(_WEB) else ""


def _strings(values: object) -> Iterator[str]:
    for each in values if isinstance(values, list) else ():
        if isinstance(each, str) and visible(each):
            yield visible(each)


def _names(item: Mapping[str, object]) -> Iterator[str]:
    authors = item.get("authors")
    for each in [*(authors if isinstance(authors, list) else ()), item.get("author")]:
        name = each.get("name") if isinstance(each, dict) else None
        if isinstance(name, str) and visible(name):
            yield visible(name)
