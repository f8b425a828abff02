"""Pipeline 100: cleans every text of an article and rejects what is no whole article.

Removes control characters, stray surrogates and odd white space; punctuation and script stay.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Sequence
from datetime import timedelta
from typing import TypeVar

from pipelines.exceptions import FutureTime, NoBody, NoTime, NoTitle, TooLong
from pipelines.items import (
    Article,
    Author,
    Editor,
    Flag,
    HotArticle,
    Image,
    Overlong,
    RelatedArticle,
)
from pipelines.text.clean import clean_line, clean_text
from pipelines.text.fold import fold
from pipelines.text.script import script_of
from pipelines.timing.clock import now

LONGEST_TITLE = 500
LONGEST_BODY = 2_000_000
LONGEST_LINE = 2_000
"""Limit of every other field of one line: a name, a caption, a link."""
LONGEST_SUMMARY = 20_000
MOST_ENTRIES = 1_000
"""Limit of entries in one list: keywords, images, related articles ..."""
FUTURE_ALLOWED = timedelta(days=1)
_SPARE = 20
"""A raw text may be this many times as long as the clean one."""
_HAS_WORDS = re.compile(r"[^\W_]")

Item = TypeVar("Item")
Element = TypeVar("Element")


class CleanPipeline:
    """Cleans articles in place; passes everything else on."""

    def process_item(self, item: Item) -> Item:
        if isinstance(item, Article):
            clean_article(item)
        return item


def clean_article(article: Article) -> None:
    """Cleans an article in place and sets its script.

    Leaves out a secondary field that is too long to be real, and says so in `extraction.flags`.

    Raises:
        NoTitle, NoBody, NoTime: the article lacks what makes it one.
        TooLong: the title or the body is longer than any real one.
        FutureTime: the article claims to be published more than a day from now.
    """
    article.title = _required(article.title, LONGEST_TITLE, clean_line, "title")
    if not article.title:
        raise NoTitle(article.url[:LONGEST_LINE])
    article.body = _required(article.body, LONGEST_BODY, clean_text, "body")
    if not _HAS_WORDS.search(article.body):
        raise NoBody(article.url[:LONGEST_LINE])
    _check_time(article)
    _clean_fields(article)
    _clean_people(article)
    _clean_lists(article)
    article.script = script_of(f"{article.title}\n{article.body}")


def _required(text: str, longest: int, clean: Callable[[str], str], name: str) -> str:
    """Returns the clean text. Text that is far too long is not even cleaned."""
    if len(text) <= longest * _SPARE:
        text = clean(text)
    if len(text) > longest:
        raise TooLong(f"{name} of {len(text)} characters; {longest} at most are believed")
    return text


def _check_time(article: Article) -> None:
    if article.published_at is None:
        raise NoTime(f"as printed: {article.times.visible!r}"[:LONGEST_LINE])
    latest = now() + FUTURE_ALLOWED
    if article.published_at > latest:
        raise FutureTime(f"published at {article.published_at.isoformat()}")
    if article.updated_at is not None and article.updated_at > latest:
        article.updated_at = None
        _flag(article, "updated_in_future")


def _flag(article: Article, flag: Flag) -> None:
    if flag not in article.extraction.flags:
        article.extraction.flags.append(flag)


def _clean_fields(article: Article) -> None:
    line = _Line(article)
    article.key = clean_line(article.key)
    article.url = clean_line(article.url)
    article.original_title = line(article.original_title, "overlong_original_title")
    article.summary = line(article.summary, "overlong_summary", LONGEST_SUMMARY)
    article.section = line(article.section, "overlong_section")
    times = article.times
    times.visible = line(times.visible, "overlong_times")
    times.created = line(times.created, "overlong_times")
    times.live = line(times.live, "overlong_times")
    times.updated = line(times.updated, "overlong_times")


def _clean_people(article: Article) -> None:
    line = _Line(article)
    source = article.source
    if source is not None:
        source.url = line(source.url, "overlong_source")
        source.origin = line(source.origin, "overlong_source")
        source.name = line(source.name, "overlong_source") or ""
        article.source = source if source.name else None

    def author(entry: Author) -> str | None:
        entry.description = line(entry.description, "overlong_authors")
        entry.name = line(entry.name, "overlong_authors") or ""
        return entry.name or None

    def editor(entry: Editor) -> tuple[str, str | None] | None:
        entry.code = line(entry.code, "overlong_editors")
        entry.name = line(entry.name, "overlong_editors") or ""
        return (entry.name, entry.code) if entry.name else None

    article.authors = _unique(article, "overlong_authors", article.authors, author)
    article.editors = _unique(article, "overlong_editors", article.editors, editor)


def _clean_lists(article: Article) -> None:
    line = _Line(article)

    def image(entry: Image) -> str | None:
        entry.caption = line(entry.caption, "overlong_images")
        entry.url = line(entry.url, "overlong_images") or ""
        return entry.url or None

    def link(entry: RelatedArticle | HotArticle) -> str | None:
        entry.url = line(entry.url, "overlong_links")
        entry.title = line(entry.title, "overlong_links") or ""
        return (entry.url or entry.title) if entry.title else None

    def related(entry: RelatedArticle) -> str | None:
        entry.section = line(entry.section, "overlong_links")
        return link(entry)

    keywords = [
        line(keyword, "overlong_keywords") or "" for keyword in article.keywords[:MOST_ENTRIES]
    ]
    article.keywords = _unique(
        article, "overlong_keywords", keywords, lambda keyword: fold(keyword) or None
    )
    article.images = _unique(article, "overlong_images", article.images, image)
    article.related = _unique(article, "overlong_related", article.related, related)
    article.hot = _unique(article, "overlong_hot", article.hot, link)
    for removed in article.extraction.removed:
        removed.line = clean_line(removed.line)


class _Line:
    """Cleans one-line fields of an article; empty and overlong ones become None."""

    def __init__(self, article: Article) -> None:
        self._article = article

    def __call__(self, text: str | None, flag: Overlong, longest: int = LONGEST_LINE) -> str | None:
        if text is None:
            return None
        if len(text) > longest:
            _flag(self._article, flag)
            return None
        return clean_line(text) or None


def _unique(
    article: Article,
    flag: Overlong,
    entries: Sequence[Element],
    identify: Callable[[Element], Hashable | None],
) -> list[Element]:
    """Returns the first entry of each kind, in order. `identify` cleans an entry and returns what
    tells it from others, or None to leave it out."""
    if len(entries) > MOST_ENTRIES:
        _flag(article, flag)
    unique: dict[Hashable, Element] = {}
    for entry in entries[:MOST_ENTRIES]:
        identity = identify(entry)
        if identity is not None:
            unique.setdefault(identity, entry)
    return list(unique.values())
