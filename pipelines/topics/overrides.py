"""What operators put in place of the file's topics, and which topics are then in force.

A usable override wins over the file, and a note says so. An unusable one (its query is broken, or
it defines nothing) changes nothing, and a problem says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

import attrs
from attrs import define, field

from pipelines.topics.topics import Topic, Topics, TopicsError, parse_topic


@define(frozen=True, kw_only=True)
class Override:
    """What an operator decided about a topic. None means: as in the file.

    terms and query go together: if either is given, it replaces both of the file's. updated_by: who
    decided it.
    """

    name: str
    enabled: bool = True
    title: str | None = None
    terms: tuple[str, ...] | None = None
    query: str | None = None
    note: str | None = None
    updated_at: datetime | None = None
    updated_by: str | None = None


@define(kw_only=True)
class InForce:
    """The topics in force. notes: where an override won. problems: unusable overrides, as
    sentences. unusable: what is wrong with each of these, by its name."""

    topics: Topics
    notes: list[str] = field(factory=list)
    problems: list[str] = field(factory=list)
    unusable: dict[str, str] = field(factory=dict)


def with_overrides(topics: Topics, overrides: Iterable[Override]) -> InForce:
    """Returns the file's topics in their order with the operators' changes, then the operators' own
    topics."""
    found = {topic.name: topic for topic in topics}
    state = InForce(topics=topics)
    for override in overrides:
        before = found.get(override.name)
        if not override.enabled:
            found.pop(override.name, None)
            state.notes.append(f"{override.name} is switched off{_by(override)}.")
            continue
        try:
            found[override.name] = _changed(before, override)
        except TopicsError as error:
            kept = "the file's topic stays in force" if before else "there is no such topic now"
            problem = state.unusable[override.name] = _problem(error)
            state.problems.append(
                f"The override of {override.name} cannot be used ({problem}); {kept}. "
                f"Correct it with newsdesk topics set {override.name}, or drop it with newsdesk "
                f"topics unset {override.name}"
            )
            continue
        state.notes.append(f"{override.name} is {_what(before, override)}{_by(override)}.")
    state.topics = Topics(tuple(found.values()))
    return state


def _changed(before: Topic | None, override: Override) -> Topic:
    """Returns the topic with the override applied.

    Raises:
        TopicsError: the result is no topic.
    """
    title = override.title or (before.title if before else override.name)
    if before is not None and override.terms is None and override.query is None:
        return attrs.evolve(before, title=title, origin="override")
    table = {"title": title, "terms": override.terms or None, "query": override.query}
    written = {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in table.items()
        if value is not None
    }
    return attrs.evolve(parse_topic(override.name, written, path=OVERRIDES), origin="override")


def _problem(error: TopicsError) -> str:
    return f"{error.key.rpartition('.')[2]}: {error.problem}"


OVERRIDES = Path("topics")
"""Stands for the collection in messages."""


def _what(before: Topic | None, override: Override) -> str:
    if before is None:
        return "the operators' own topic"
    if override.terms is None and override.query is None:
        return "defined by the file, with the operators' title" if override.title else "switched on"
    return "defined by the operators, not by the file"


def _by(override: Override) -> str:
    parts = [f"{override.updated_at:%Y-%m-%d}" if override.updated_at else "", override.updated_by]
    facts = ", ".join(part for part in parts if part)
    note = f": {override.note}" if override.note else ""
    return f" ({facts}{note})" if facts else ""
