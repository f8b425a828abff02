"""What the rooms above and the storage both know, so that each is said once.

States of jobs and slots; and what one crawl must know of earlier ones: the crawler decides by
these records, the storage keeps them (`urls`, `sources`, `walks`, `hosts`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from attrs import define, field

from pipelines.counting.counters import ListFlag
from pipelines.items import Validators

OFF_TOPIC = "off_topic"
"""Reason of a reject that belongs to no topic."""
JOB_ID = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,199}$"
"""What an id of a job looks like: it is the name of its files."""
JobState = Literal["pending", "running", "ok", "partial", "blocked", "failed", "lost", "cancelled"]
SlotState = Literal["pending", "running", "done", "missed", "skipped"]
LeaveReason = Literal["blocked", "come_back_later", "budget_spent", "quiet_hours"]
"""Why a crawl leaves a site alone."""


@define(kw_only=True)
class UrlLookup:
    """What is known of some articles' URLs, by article id.

    new: nothing. due: to be fetched again. given_up: could never be had, and is not fetched any
    more. All others are known, not due.
    """

    new: set[str] = field(factory=set)
    due: dict[str, DueArticle] = field(factory=dict)
    given_up: set[str] = field(factory=set)


@define(frozen=True, kw_only=True)
class DueArticle:
    """An article that is to be fetched again. id: "site:key". url: the address to ask, which of a
    stored text is the one that it came from. validators: of the stored text, if there are any."""

    id: str
    url: str
    validators: Validators | None = None


@define(frozen=True, kw_only=True)
class ListState:
    """What earlier crawls have learnt of a list.

    newest_at: publication of the newest article on it. new_at: when it last showed something new.
    top: article ids on its first page, in order. validators: of its first page; None where
    "unchanged" would not mean that nothing is to be done.
    """

    newest_at: datetime | None = None
    new_at: datetime | None = None
    top: Sequence[str] = ()
    validators: Validators | None = None


@define(kw_only=True)
class ListReport:
    """What one crawl saw of a list.

    source: the list's name. error: why it was given up. unchanged: the site answered so. items:
    articles on it; new: those of them that were unknown. flags: stale, empty, repetitive,
    reordered. validators: of its first page, if all that it led to is kept.
    """

    source: str
    error: str | None = None
    unchanged: bool = False
    pages: int = 0
    items: int = 0
    new: int = 0
    newest_at: datetime | None = None
    flags: Sequence[ListFlag] = ()
    top: Sequence[str] = ()
    validators: Validators | None = None


@define(frozen=True, kw_only=True)
class WalkStart:
    """What is known of a list as a walk over it starts.

    cut_since: start of the first walk since the last complete one, None if that was the last one:
    below articles that were fetched since then, some may never have been looked at. gap: the page
    from which on that is so, if the last walk could say it. ended_once: some walk was complete,
    so there are known articles to meet.
    """

    cut_since: datetime | None = None
    gap: int | None = None
    ended_once: bool = False


@define(frozen=True, kw_only=True)
class Gap:
    """Where a walk had to leave a list before it met what is known: the page, and why."""

    page: int
    reason: str


@define(kw_only=True)
class SiteStanding:
    """How a site as a whole stands with us.

    night: the day on whose noon the night began for which `requests` counts. come_back_at: nothing
    is asked of the site before, because of `come_back_reason` and, in words, `come_back_why`.
    blocks: crawls in a row that it turned away.
    """

    night: str = ""
    requests: int = 0
    come_back_at: datetime | None = None
    come_back_reason: LeaveReason | None = None
    come_back_why: str | None = None
    blocks: int = 0


@define(kw_only=True)
class HostStanding:
    """State of a host's breaker.

    failures: in a row. openings: since the breaker was last closed. open_until: the host is not
    asked before; None: the breaker is closed. reason: of the last failure. changed_at: when the
    breaker last opened or closed.
    """

    failures: int = 0
    openings: int = 0
    open_until: datetime | None = None
    reason: str | None = None
    changed_at: datetime | None = None
