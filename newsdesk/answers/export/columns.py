"""The flat tables that documents become: one table of columns each, fixed whatever is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any, Literal

import orjson
from attrs import define

Kind = Literal["text", "texts", "number", "share", "time", "json"]
"""texts: a list. share: from 0 to 1. json: what has parts of its own, as text."""
Reader = Callable[[Mapping[str, Any]], object]


@define(frozen=True)
class Column:
    """A column. read: takes its value from a document; None where there is none."""

    name: str
    kind: Kind
    read: Reader


def rows(documents: Sequence[Mapping[str, Any]], columns: Sequence[Column]) -> list[dict[str, Any]]:
    """Returns the documents as rows."""
    read = [(column.name, column.read) for column in columns]
    return [{name: take(document) for name, take in read} for document in documents]


def as_json(value: object) -> str:
    """Returns a value as JSON text."""
    return orjson.dumps(value).decode()


def _plain(name: str, kind: Kind, field: str | None = None) -> Column:
    """A field as it is; of earlier releases it may be missing."""
    key = field or name

    def read(document: Mapping[str, Any]) -> object:
        return document.get(key)

    return Column(name, kind, read)


def _sure(name: str, kind: Kind, field: str | None = None) -> Column:
    """A field that MongoDB refuses a document without."""
    return Column(name, kind, itemgetter(field or name))


def _part(name: str, kind: Kind, field: str, part: str) -> Column:
    """A part of an object that may be absent."""

    def read(document: Mapping[str, Any]) -> object:
        inner = document.get(field)
        return inner.get(part) if inner else None

    return Column(name, kind, read)


def _each(name: str, field: str, part: str) -> Column:
    """A part of each entry of a list."""

    def read(document: Mapping[str, Any]) -> list[Any]:
        return [entry[part] for entry in document.get(field) or ()]

    return Column(name, "texts", read)


def _nested(name: str, field: str | None = None) -> Column:
    key = field or name

    def read(document: Mapping[str, Any]) -> str | None:
        value = document.get(key)
        return as_json(value) if value else None

    return Column(name, "json", read)


def _edits(document: Mapping[str, Any]) -> int:
    """How often its site has changed it; an article that it never did has no such field."""
    return document.get("edits") or 0


def _terms(document: Mapping[str, Any]) -> list[str]:
    """The terms by which it belongs to its topics, each once, in the order of topics and places."""
    hits = (hit["term"] for topic in document.get("topics") or () for hit in topic["hits"])
    return [*dict.fromkeys(hits)]


ARTICLES: tuple[Column, ...] = (
    _sure("id", "text", "_id"),
    _sure("site", "text"),
    _sure("published_at", "time"),
    _sure("title", "text"),
    _plain("original_title", "text"),
    _plain("summary", "text"),
    _part("source", "text", "source", "name"),
    _part("source_origin", "text", "source", "origin"),
    _part("source_url", "text", "source", "url"),
    _each("authors", "authors", "name"),
    _each("editors", "editors", "name"),
    _plain("keywords", "texts"),
    _plain("section", "text"),
    _each("topics", "topics", "topic"),
    _sure("url", "text"),
    _sure("body", "text"),
    _plain("script", "text"),
    _plain("updated_at", "time"),
    _plain("gone_at", "time"),
    _plain("first_seen_at", "time"),
    _plain("stored_at", "time"),
    _plain("checked_at", "time"),
    _plain("last_seen_at", "time"),
    _plain("re_extracted_at", "time"),
    _plain("revision", "number"),
    _plain("comment_count", "number"),
    _plain("collect_count", "number"),
    _plain("story", "text"),
    _plain("similar", "texts"),
    _plain("contains", "texts"),
    _part("flags", "texts", "extraction", "flags"),
    _part("agreement", "share", "extraction", "agreement"),
    _part("method", "text", "extraction", "method"),
    _nested("images"),
    _nested("related"),
    _nested("hot"),
    _nested("topic_hits", "topics"),
    _plain("job", "text"),
    Column("edits", "number", _edits),
    Column("topic_terms", "texts", _terms),
)

REVISIONS: tuple[Column, ...] = (
    _sure("id", "text", "_id"),
    _sure("article", "text"),
    _sure("revision", "number"),
    _sure("stored_at", "time"),
    _sure("replaced_at", "time"),
    _sure("changed", "texts"),
    _plain("re_extracted_at", "time"),
    _part("title", "text", "document", "title"),
    _part("body", "text", "document", "body"),
    _part("published_at", "time", "document", "published_at"),
    _plain("job", "text"),
)

STORIES: tuple[Column, ...] = (
    _sure("id", "text", "_id"),
    _sure("members", "texts"),
    _sure("titles", "texts"),
    _sure("sources", "texts"),
    _sure("sites", "texts"),
    _part("first", "text", "first", "article"),
    _plain("first_published_at", "time"),
    _plain("last_published_at", "time"),
    _plain("updated_at", "time"),
)

SIGHTINGS: tuple[Column, ...] = (
    _sure("id", "text", "_id"),
    _sure("article", "text"),
    _sure("site", "text"),
    _sure("source", "text"),
    _sure("at", "time"),
    _plain("until", "time"),
    _plain("rank", "number"),
    _plain("title", "text"),
    _plain("comment_count", "number"),
    _plain("read_count", "number"),
    _plain("job", "text"),
)
