"""What an export holds, as it was asked for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import attrs
from attrs import define

from newsdesk.answers.articles.choosing import read_cursor, read_filters
from newsdesk.answers.articles.stored import article_named, check_names
from newsdesk.exceptions import BadExport
from pipelines.config import Settings
from pipelines.storage.queries import (
    Filters,
    Page,
    Position,
    Read,
    all_articles,
    count_articles,
    pages,
)
from pipelines.storage.search.everything import matching_articles
from pipelines.text.query.parser import parse_query


@define(frozen=True, kw_only=True)
class Selection:
    """Which articles, in the words of people: those of `newsdesk articles list` and `search`, and
    of the console.

    story: its id, or one of its articles. after: a cursor. limit: of the newest.
    """

    site: str | None = None
    topic: str | None = None
    since: str | None = None
    until: str | None = None
    query: str | None = None
    story: str | None = None
    after: str | None = None
    limit: int | None = None
    source: str | None = None
    section: str | None = None
    edited: bool | None = None
    gone: bool | None = None

    def as_dict(self) -> dict[str, Any]:
        """What was asked for, without what was not."""
        return {name: value for name, value in attrs.asdict(self).items() if value is not None}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Selection:
        """The selection that `as_dict` describes."""
        return cls(**values)


@define(frozen=True)
class Chosen:
    """A selection that can be read. counted: as far as a filter alone says how many there are."""

    filters: Filters
    read: Read
    after: Position | None
    limit: int | None
    counted: bool

    def pages(self, settings: Settings, after: Position | None, done: int = 0) -> Iterator[Page]:
        """Yields the articles, from a position on, of which `done` have been taken.

        Raises:
            StorageError: MongoDB is away.
        """
        left = self.limit - done if self.limit is not None else None
        if left is not None and left <= 0:
            return
        for page in pages(settings, self.read, after or self.after):
            yield page if left is None else page[:left]
            if left is not None:
                left -= len(page)
                if left <= 0:
                    return

    def total(self, settings: Settings, after: Position | None, done: int = 0) -> int | None:
        """How many there are, those done included; None where only reading can tell."""
        if not self.counted:
            return None
        found = count_articles(settings, self.filters, after or self.after) + done
        return found if self.limit is None else min(found, self.limit)


def chosen(settings: Settings, selection: Selection) -> Chosen:
    """Looks up what a selection names.

    Raises:
        UnknownSite, NoSuchTopic, NoSuchArticle: it names what there is not.
        BadMoment, BadCursor, QueryError: it cannot be read.
        BadExport: an article of no story was named as one.
    """
    filters = read_filters(
        site=selection.site,
        topic=selection.topic,
        since=selection.since,
        until=selection.until,
        source=selection.source,
        section=selection.section,
        edited=bool(selection.edited),
        gone=bool(selection.gone),
    )
    after = read_cursor(selection.after) if selection.after else None
    query = parse_query(selection.query) if selection.query is not None else None
    check_names(settings, filters)
    if selection.story is not None:
        filters = attrs.evolve(filters, story=story_named(settings, selection.story))
    read = all_articles(filters) if query is None else matching_articles(query, filters)
    return Chosen(filters, read, after, selection.limit, counted=query is None)


def story_named(settings: Settings, name: str) -> str:
    """The id of a story, named by it or by one of its articles.

    Raises:
        NoSuchArticle: there is neither such a story nor such an article.
        BadExport: the article has no copies.
    """
    if count_articles(settings, Filters(story=name)):
        return name
    article = article_named(settings, name)
    story: str | None = article.get("story")
    if story is None:
        raise BadExport(f"{article['_id']} has no copies: it belongs to no story.")
    return story
