"""The three forms of a feed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from email.utils import format_datetime
from html import escape

import orjson
from lxml import etree

from newsdesk.answers.export.feeds import Feed
from newsdesk.answers.export.xml_text import xml_text

ATOM = "http://www.w3.org/2005/Atom"
JSON_FEED = "https://jsonfeed.org/version/1.1"
NOBODY = "Newsdesk"
"""Author of an entry that names no source: Atom wants one."""


def atom(feed: Feed) -> bytes:
    """The feed as Atom 1.0."""
    root = etree.Element("feed", xmlns=ATOM)
    _add(root, id=feed.id, title=feed.title, subtitle=feed.about, updated=_iso(feed.updated))
    for each in feed.entries:
        entry = etree.SubElement(root, "entry")
        _add(entry, id=each.id, title=each.title, updated=_iso(each.at))
        _add(entry, published=_iso(each.published), summary=each.text)
        _add(etree.SubElement(entry, "author"), name=each.author or NOBODY)
        if each.url:
            etree.SubElement(entry, "link", href=xml_text(each.url), rel="alternate")
        for tag in each.tags:
            etree.SubElement(entry, "category", term=xml_text(tag))
    return _document(root)


def rss(feed: Feed) -> bytes:
    """The feed as RSS 2.0."""
    root = etree.Element("rss", version="2.0")
    channel = etree.SubElement(root, "channel")
    _add(channel, title=feed.title, link=feed.home, description=feed.about)
    _add(channel, lastBuildDate=format_datetime(feed.updated))
    for each in feed.entries:
        item = etree.SubElement(channel, "item")
        _add(item, title=each.title, link=each.url, description=_as_html(each.text))
        _add(item, pubDate=format_datetime(each.published))
        etree.SubElement(item, "guid", isPermaLink="false").text = xml_text(each.id)
        for tag in each.tags:
            _add(item, category=tag)
    return _document(root)


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1."""
    items = []
    for each in feed.entries:
        item = {
            "id": each.id,
            "url": each.url,
            "title": each.title,
            "content_text": each.text,
            "date_published": each.published,
            "date_modified": each.at,
            "authors": [{"name": each.author}] if each.author else None,
            "tags": each.tags or None,
        }
        items.append({name: value for name, value in item.items() if value is not None})
    values = {"version": JSON_FEED, "title": feed.title, "description": feed.about, "items": items}
    return orjson.dumps(values, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


FORMS: Mapping[str, Callable[[Feed], bytes]] = {"atom": atom, "rss": rss, "json": json_feed}


def _add(parent: etree._Element, **texts: str | None) -> None:
    for name, text in texts.items():
        if text is not None:
            etree.SubElement(parent, name).text = xml_text(text)


def _document(root: etree._Element) -> bytes:
    found: bytes = etree.tostring(root, encoding="utf-8", xml_declaration=True, pretty_print=True)
    return found


def _as_html(text: str) -> str:
    """Returns plain text as the HTML for which readers of RSS take a description."""
    return escape(text, quote=False).replace("\n", "<br>\n")


def _iso(moment: datetime) -> str:
    return moment.isoformat(timespec="seconds")
