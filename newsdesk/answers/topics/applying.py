"""Applying the topics in force to what is stored and to what was turned away, and how far the
latest run has come: MongoDB says so to whoever asks, wherever it was begun."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from attrs import define

from newsdesk.answers.topics.in_force import check_topic, topics_now
from newsdesk.answers.who import note_change
from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.queries import opened
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.session import StorageSession
from pipelines.storage.topics.queries import article_count, newest_tagging
from pipelines.storage.topics.taggings import Tagging
from pipelines.timing import clock
from pipelines.topics.digest import topics_digest
from pipelines.topics.topics import Topics

QUIET = timedelta(seconds=20)
"""A run that has not got on for so long is no longer under way."""


async def apply_topics(
    settings: Settings,
    topics: Topics,
    names: Sequence[str] | None,
    *,
    dry_run: bool,
    progress: Callable[[int], None],
) -> Tagging:
    """Tag everything anew with these topics, or with some of them by name.

    An application that was interrupted is gone on with. progress: told how much is done.
    """
    from pipelines.retagging import Retagging  # here: whoever only asks needs no step of a crawl

    session = StorageSession(settings)
    try:
        again = Retagging(session, topics, names or None, dry=dry_run)
        return await again.run(lambda done, _total: progress(done))
    finally:
        await session.close()


def check_names(settings: Settings, names: Sequence[str] | None) -> None:
    """Refuses a topic that could change nothing: none in force, and none that an article has.

    Raises:
        NoSuchTopic: names those in force.
    """
    for name in names or ():
        check_topic(settings, name)


def note_application(settings: Settings, names: Sequence[str] | None) -> None:
    """Notes that the person who asks applies topics. names: only these."""
    with opened(settings) as database:
        ensure_schema(database)
        night = NightStore(database)
        for name in names or ["*"]:
            note_change(night, "topic.apply", name)


@define(frozen=True, kw_only=True)
class Applied:
    """The latest run that applied topics. names: the only ones; none: all. total: about how many
    articles there are. in_step: the topics in force were all applied, and are as they were."""

    state: str
    names: Sequence[str]
    counts: Mapping[str, int]
    total: int
    started_at: datetime | None
    updated_at: datetime | None
    in_step: bool

    @property
    def looked_at(self) -> int:
        return self.counts.get("looked_at", 0)

    @property
    def moved(self) -> list[tuple[str, int, int]]:
        """Topics with what they got and what was taken out of them."""
        names = {
            key.partition("/")[2] for key in self.counts if key.startswith(("added/", "lost/"))
        }
        return [
            (name, self.counts.get(f"added/{name}", 0), self.counts.get(f"lost/{name}", 0))
            for name in sorted(names)
        ]


def applied_last(settings: Settings) -> Applied:
    """Returns how far the latest run has come: running, interrupted, done, replaced, or none."""
    digest = topics_digest(topics_now(settings).topics)
    found: dict[str, Any] = newest_tagging(settings) or {}
    state = found.get("state", "none")
    if state == "running" and clock.now() - found["updated_at"] > QUIET:
        state = "interrupted"
    whole = newest_tagging(settings, done=digest) if found else None
    return Applied(
        state=state,
        names=found.get("topics") or (),
        counts=found.get("counts") or {},
        total=article_count(settings),
        started_at=found.get("started_at"),
        updated_at=found.get("updated_at"),
        in_step=whole is not None,
    )
