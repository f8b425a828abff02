"""Topics: named lists of terms, and the matcher that finds them in articles of either script.

```toml
[topics.integrated-circuits]
title = "集成电路产业"
terms = ["集成电路", "芯片", "EDA软件"]
```
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ahocorasick_rs import AhoCorasick, MatchKind
from attrs import define, field

from pipelines.items import TopicHit, TopicMatch
from pipelines.text.clean import clean_line
from pipelines.text.fold import fold

MOST_HITS = 100
"""Places that are kept for one topic of one article; the count goes on."""
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


@define(frozen=True, kw_only=True)
class Topic:
    """A topic as written. An article belongs to it if it has any of the terms."""

    name: str
    title: str
    terms: tuple[str, ...]


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
        return Topics(tuple(self._topic(name, table) for name, table in tables.items()))

    def _topic(self, name: str, table: object) -> Topic:
        where = f"topics.{name}"
        if not _NAME.fullmatch(name):
            raise self._error(where, "a name has lower-case letters, digits and hyphens only")
        if not isinstance(table, dict):
            raise self._error(where, "must be a table with title and terms")
        for key in table:
            if key not in ("title", "terms"):
                raise self._error(f"{where}.{key}", "unknown key: a topic has title and terms")
        title = table.get("title", name)
        if not isinstance(title, str) or not clean_line(title):
            raise self._error(f"{where}.title", "must be a text")
        terms = table.get("terms")
        if not isinstance(terms, list) or not terms:
            raise self._error(f"{where}.terms", "must be a list of at least one term")
        return Topic(name=name, title=clean_line(title), terms=self._terms(where, terms))

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


@define
class _Pattern:
    """A folded term: the topics that have it, as written there, and where it needs an edge."""

    length: int
    owners: list[tuple[str, str]] = field(factory=list)
    edge_before: bool = False
    edge_after: bool = False


class TopicMatcher:
    """Finds the topics of articles. Built once for a job; never changes; safe for threads."""

    def __init__(self, topics: Topics) -> None:
        patterns: dict[str, _Pattern] = {}
        for topic in topics:
            for term in topic.terms:
                folded = fold(term)
                pattern = patterns.setdefault(folded, _Pattern(len(folded)))
                pattern.owners.append((topic.name, term))
                pattern.edge_before = _is_latin(folded[0])
                pattern.edge_after = _is_latin(folded[-1])
        self._order = {topic.name: number for number, topic in enumerate(topics)}
        self._patterns = list(patterns.values())
        self._automaton = AhoCorasick(
            list(patterns), matchkind=MatchKind.Standard, store_patterns=False
        )

    def match(self, fields: Mapping[str, str | Sequence[str]]) -> list[TopicMatch]:
        """The topics of an article, in the file's order, with every place of every term.

        fields: name -> text, or a list of texts (keywords: offsets count within the keyword).
        Offsets count characters of the texts as given, in either script.
        """
        matches: dict[str, TopicMatch] = {}
        for name, value in fields.items():
            for text in (value,) if isinstance(value, str) else value:
                self._match_text(name, text, matches)
        return sorted(matches.values(), key=lambda match: self._order[match.topic])

    def _match_text(self, name: str, text: str, matches: dict[str, TopicMatch]) -> None:
        if not text:
            return
        folded = fold(text)
        found = self._automaton.find_matches_as_indexes(folded, overlapping=True)
        for number, start, end in found:
            pattern = self._patterns[number]
            if pattern.edge_before and start and _is_latin(folded[start - 1]):
                continue
            if pattern.edge_after and end < len(folded) and _is_latin(folded[end]):
                continue
            for topic, term in pattern.owners:
                match = matches.setdefault(topic, TopicMatch(topic=topic))
                match.count += 1
                if len(match.hits) < MOST_HITS:
                    match.hits.append(TopicHit(term=term, field=name, start=start, end=end))


def _is_latin(character: str) -> bool:
    """A letter or digit of the kind that runs on in a word (not Han): `ai` is not in `said`."""
    return character < "ɐ" and character.isalnum()
