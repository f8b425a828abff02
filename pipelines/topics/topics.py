"""Topics: named lists of terms or queries, and what finds them in articles of either script.

```toml
[topics.integrated-circuits]
title = "集成电路产业"
terms = ["集成电路", "芯片", "EDA软件"]

[topics.export-controls]
query = "(出口管制 OR 实体清单) AND (芯片 NEAR/50 出口 OR 光刻机) NOT section:体育"
```
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal, cast, get_args

from attrs import define

from pipelines.items import TopicMatch
from pipelines.text.clean import clean_line
from pipelines.text.fold import fold
from pipelines.text.query.matching import Fields, QueryMatcher
from pipelines.text.query.parser import parse_query
from pipelines.text.query.terms import listed_term, told_apart
from pipelines.text.query.tokens import QueryError
from pipelines.text.query.tree import Node, Or, joined
from pipelines.text.regions.words import Wording
from pipelines.written.toml_file import NoToml, TomlDocument, parse_toml, place_in, read_text

_SHORTEST_TERM = 2
_LONGEST_TERM = 100
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


class TopicsError(Exception):
    """Raised when a topics file cannot be used.

    line: counted from 1, 0 where the file itself cannot be had; key: may be empty.
    """

    def __init__(self, path: Path, line: int, key: str, problem: str) -> None:
        super().__init__(f"{place_in(path, line, key)}: {problem}")
        self.path = path
        self.line = line
        self.key = key
        self.problem = problem


@define(frozen=True, kw_only=True)
class Topic:
    """A topic as written. An article belongs to it if it has any of the terms, or if its query
    holds for it. wording: which wordings of its terms are searched where no sign before one says
    so. origin: the topics file, or what an operator put in its place.
    """

    name: str
    title: str
    terms: tuple[str, ...] = ()
    query: str | None = None
    wording: Wording = "usual"
    origin: Literal["file", "override"] = "file"

    def tree(self) -> Node:
        """Returns terms and query as one query.

        Raises:
            QueryError: the query cannot be read.
        """
        parts: list[Node] = [listed_term(term, self.wording) for term in self.terms]
        if self.query is not None:
            query = parse_query(self.query, shortest=_SHORTEST_TERM, wording=self.wording)
            parts.append(query.root)
        return told_apart(joined(Or, parts))


@define(frozen=True)
class Topics:
    """All topics of a file, in its order."""

    topics: tuple[Topic, ...] = ()

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.topics)

    def __len__(self) -> int:
        return len(self.topics)


def load_topics(path: Path) -> Topics:
    """Read a topics file.

    Raises:
        TopicsError: it is missing, no TOML, or says something that a topic has not.
    """
    try:
        text = read_text(path)
    except NoToml as error:
        raise TopicsError(path, error.line, error.key, error.problem) from error
    return parse_topics(text, path=path)


def parse_topics(text: str, *, path: Path) -> Topics:
    """Read the text of a topics file; `path` is only for messages. Raises like `load_topics`."""
    try:
        return _Reader(path, parse_toml(text)).topics()
    except NoToml as error:
        raise TopicsError(path, error.line, error.key, error.problem) from error


def parse_topic(name: str, table: Mapping[str, Any], *, path: Path) -> Topic:
    """One topic, given as its table. Raises like `load_topics`; `path` is only for messages."""
    return _Reader(path, TomlDocument("", {})).topic(name, dict(table))


@define
class _Reader:
    """Checks the parsed document and names the line of whatever is wrong."""

    path: Path
    document: TomlDocument

    def topics(self) -> Topics:
        values = self.document.values
        for key in values:
            if key != "topics":
                raise self._error(key, "unknown table: topics are written as [topics.<name>]")
        tables = values.get("topics")
        if not isinstance(tables, dict) or not tables:
            raise self._error("topics", "no topic: write at least one table [topics.<name>]")
        return Topics(tuple(self.topic(name, table) for name, table in tables.items()))

    def topic(self, name: str, table: object) -> Topic:
        where = f"topics.{name}"
        if not _NAME.fullmatch(name):
            raise self._error(where, "a name has lower-case letters, digits and hyphens only")
        if not isinstance(table, dict):
            raise self._error(where, "must be a table with title and terms or query")
        for key in table:
            if key not in ("title", "terms", "query", "wording"):
                problem = "unknown key: a topic has title, terms, query and wording"
                raise self._error(f"{where}.{key}", problem)
        title = table.get("title", name)
        if not isinstance(title, str) or not clean_line(title):
            raise self._error(f"{where}.title", "must be a text")
        terms, query = table.get("terms"), table.get("query")
        if (terms is not None or query is None) and (not isinstance(terms, list) or not terms):
            raise self._error(f"{where}.terms", "must be a list of at least one term")
        return Topic(
            name=name,
            title=clean_line(title),
            terms=self._terms(where, terms or []),
            query=self._query(where, query),
            wording=self._wording(where, table.get("wording", "usual")),
        )

    def _wording(self, where: str, wording: object) -> Wording:
        for known in get_args(Wording):
            if wording == known:
                return cast("Wording", known)
        raise self._error(f"{where}.wording", f"must be {', '.join(get_args(Wording))}")

    def _query(self, where: str, query: object) -> str | None:
        if query is None:
            return None
        if not isinstance(query, str):
            raise self._error(f"{where}.query", "must be a text")
        try:
            parse_query(query, shortest=_SHORTEST_TERM)
        except QueryError as error:
            raise self._error(f"{where}.query", str(error)) from error
        return query

    def _terms(self, where: str, terms: list[Any]) -> tuple[str, ...]:
        unique: dict[str, str] = {}
        for term in terms:
            clean = clean_line(term) if isinstance(term, str) else ""
            if not _SHORTEST_TERM <= len(clean.lstrip("=~")) <= _LONGEST_TERM:
                problem = (
                    f"{term!r} is no term: write a text of "
                    f"{_SHORTEST_TERM} to {_LONGEST_TERM} characters"
                )
                raise self._error(f"{where}.terms", problem, value=term)
            unique.setdefault(fold(clean), clean)
        return tuple(unique.values())

    def _error(self, key: str, problem: str, *, value: object = None) -> TopicsError:
        return TopicsError(self.path, self.document.line_of(key, value), key, problem)


class TopicMatcher:
    """Finds the topics of articles. It is built once for a job, never changes and is safe for
    threads."""

    def __init__(self, topics: Topics) -> None:
        self._names = [topic.name for topic in topics]
        self._matcher = QueryMatcher(topic.tree() for topic in topics)

    def match(self, fields: Fields) -> list[TopicMatch]:
        """Returns the topics of an article, in their order, with the places that say so."""
        return [
            TopicMatch(topic=self._names[match.query], hits=match.hits, count=match.count)
            for match in self._matcher.match(fields)
        ]
