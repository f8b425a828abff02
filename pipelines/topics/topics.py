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
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal

from attrs import define

from pipelines.items import TopicMatch
from pipelines.text.clean import clean_line
from pipelines.text.fold import fold
from pipelines.text.query.matching import Fields, QueryMatcher
from pipelines.text.query.parser import parse_query
from pipelines.text.query.tokens import QueryError
from pipelines.text.query.tree import Node, Or, Term, joined

_SHORTEST_TERM = 2
_LONGEST_TERM = 100
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_TOML_LINE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")


class TopicsError(Exception):
    """Raised when a topics file cannot be used. `line` counts from 1; `key` may be empty."""

    def __init__(self, path: Path, line: int, key: str, problem: str) -> None:
        where = f"{path}, line {line}" + (f", {key}" if key else "")
        super().__init__(f"{where}: {problem}")
        self.path = path
        self.line = line
        self.key = key
        self.problem = problem


@define(frozen=True, kw_only=True)
class Topic:
    """A topic as written: an article belongs to it if it has any of the terms, or if the query
    holds.

    origin: the topics file, or an operator's override.
    """

    name: str
    title: str
    terms: tuple[str, ...] = ()
    query: str | None = None
    origin: Literal["file", "override"] = "file"

    def tree(self) -> Node:
        """Returns terms and query as one query.

        Raises:
            QueryError: the query cannot be read.
        """
        parts: list[Node] = [Term(text=term, folded=fold(term)) for term in self.terms]
        if self.query is not None:
            parts.append(parse_query(self.query, shortest=_SHORTEST_TERM).root)
        return joined(Or, parts)


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
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise TopicsError(path, 1, "", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise TopicsError(path, line, "", "is not UTF-8: save the file as UTF-8") from error
    return parse_topics(text, path=path)


def parse_topics(text: str, *, path: Path) -> Topics:
    """Read the text of a topics file; `path` is only for messages. Raises like `load_topics`."""
    text = text.removeprefix("\ufeff")
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        at = _TOML_LINE.search(str(error))
        line = int(at[1]) if at and at[1] else text.rstrip("\n").count("\n") + 1
        problem = _TOML_LINE.sub("", str(error)).strip()
        raise TopicsError(path, line, _key_at(text, line), f"is not TOML: {problem}") from error
    return _Reader(text, path).topics(document)


def parse_topic(name: str, table: Mapping[str, Any], *, path: Path) -> Topic:
    """One topic, given as its table. Raises like `load_topics`; `path` is only for messages."""
    return _Reader("", path).topic(name, dict(table))


def _key_at(text: str, line: int) -> str:
    """The table and key in which a line of a broken file stands, as far as one can say."""
    lines = text.splitlines()[:line]
    table = next((m[1] for m in map(_HEADER.match, reversed(lines)) if m), "")
    key = next((m[1] for m in map(_ASSIGNMENT.match, reversed(lines)) if m), "")
    return ".".join(part for part in (table.replace(" ", ""), key) if part)


_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_ASSIGNMENT = re.compile(r"\s*[\"']?([\w.-]+)[\"']?\s*=")


@define
class _Reader:
    """Checks the parsed document and names the line of whatever is wrong."""

    text: str
    path: Path

    def topics(self, document: Mapping[str, Any]) -> Topics:
        for key in document:
            if key != "topics":
                raise self._error(key, "unknown table: topics are written as [topics.<name>]")
        tables = document.get("topics")
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
            if key not in ("title", "terms", "query"):
                problem = "unknown key: a topic has title, terms and query"
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
        )

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
            if not _SHORTEST_TERM <= len(clean) <= _LONGEST_TERM:
                problem = (
                    f"{term!r} is no term: write a text of "
                    f"{_SHORTEST_TERM} to {_LONGEST_TERM} characters"
                )
                raise self._error(f"{where}.terms", problem, value=term)
            unique.setdefault(fold(clean), clean)
        return tuple(unique.values())

    def _error(self, key: str, problem: str, *, value: object = None) -> TopicsError:
        return TopicsError(self.path, self._line(key, value), key, problem)

    def _line(self, key: str, value: object) -> int:
        """The line of the value under the key, or of the key, or of its table; else 1."""
        lines = self.text.splitlines()
        start = self._line_of_key(lines, key)
        if isinstance(value, str):
            for number in range(start, len(lines) + 1):
                if f'"{value}"' in lines[number - 1] or f"'{value}'" in lines[number - 1]:
                    return number
        return start

    @staticmethod
    def _line_of_key(lines: Sequence[str], key: str) -> int:
        table, _, last = key.rpartition(".")
        current, best = "", 1
        for number, line in enumerate(lines, start=1):
            header = _HEADER.match(line)
            if header:
                current = re.sub(r"[\s\"']", "", header[1])
                if current == key:
                    return number
                if current == table:
                    best = number
            assignment = _ASSIGNMENT.match(line)
            if assignment:
                full = f"{current}.{assignment[1]}" if current else assignment[1]
                if full == key or (current == table and assignment[1] == last):
                    return number
        return best


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
