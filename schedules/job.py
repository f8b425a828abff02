"""A job is one execution of one spider: what it was asked to do, and how it ended."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from attrs import asdict, define, field

from pipelines.records import JOB_ID, JobState

JobKind = Literal["crawl", "replay", "import"]
"""What a job is in the records. Only a crawl is a night: it asks the sites."""

ProblemKind = Literal[
    "network", "dns", "blocked", "layout_changed", "stale", "empty", "database", "disk",
    "deadline", "hung", "memory", "bug", "crashed", "lost", "unusual", "topics", "cut_short",
    "paused",
]  # fmt: skip
"""The classes of failure. Each raises an alert of its own."""

DEADLINE_SECONDS = 2 * 60 * 60.0
SILENCE_SECONDS = 180.0
GRACE_SECONDS = 45.0
MEMORY_BYTES = 2 * 1024**3


@define(frozen=True, kw_only=True)
class JobSpec:
    """What to run.

    site: the spider's name. replay: the recording that answers in the site's place. night: of which
    it does so, where it holds several ("2026-11-20"). arguments: the spider's arguments (`since`,
    `limit`, ...), which the spider checks. environment: settings for this job alone.
    deadline_seconds: the crawl is stopped after this. silence_seconds: the crawl counts as hung
    when its statistics have not changed for so long. grace_seconds: time to finish what is under
    way after a stop. memory_bytes: the most memory that the crawl and all its child processes may
    hold together.
    """

    site: str
    replay: Path | None = None
    night: str = ""
    kind: JobKind = field()
    arguments: Mapping[str, str] = field(factory=dict)
    environment: Mapping[str, str] = field(factory=dict)
    deadline_seconds: float = DEADLINE_SECONDS
    silence_seconds: float = SILENCE_SECONDS
    grace_seconds: float = GRACE_SECONDS
    memory_bytes: int = MEMORY_BYTES

    @kind.default
    def _kind(self) -> JobKind:
        return "crawl" if self.replay is None else "replay"


def lease_of(kind: str, site: str | None, job: str) -> str:
    """Returns what a job holds while it lives: its site if it crawls, else only its own name."""
    return f"site/{site}" if kind == "crawl" else f"job/{job}"


@define(frozen=True, kw_only=True)
class Problem:
    """Something wrong with a job. kind: its class; sentence: for a person.

    fatal: the job as a whole failed because of it; otherwise only something is missing.
    """

    kind: ProblemKind
    sentence: str
    fatal: bool = False


@define(frozen=True, kw_only=True)
class JobFiles:
    """The files that a job writes: its log and its statistics."""

    log: Path
    stats: Path

    @classmethod
    def of(cls, folder: Path, job: str) -> JobFiles:
        """Returns the files of a job in a folder.

        Raises:
            ValueError: the id is none of ours, and might lead out of the folder.
        """
        if not re.fullmatch(JOB_ID, job):
            raise ValueError(f"{job[:100]!r} cannot be the id of a job")
        return cls(log=folder / f"{job}.log", stats=folder / f"{job}.stats.json")


@define(frozen=True, kw_only=True)
class Progress:
    """The counters of a running job so far, by Scrapy's names."""

    job: str
    site: str
    stats: Mapping[str, object]


@define(frozen=True, kw_only=True)
class JobResult:
    """How a job ended. reason: for a person; problems: everything behind it; stats: Scrapy's
    counters."""

    job: str
    site: str
    state: JobState
    reason: str
    stats: Mapping[str, object]
    started_at: datetime
    finished_at: datetime
    exit_code: int | None
    log: Path
    problems: tuple[Problem, ...] = ()

    def as_dict(self) -> dict[str, object]:
        """Returns plain values for JSON."""
        return {
            "job": self.job,
            "site": self.site,
            "state": self.state,
            "reason": self.reason,
            "started_at": self.started_at.isoformat(),
            "finished_at": self.finished_at.isoformat(),
            "exit_code": self.exit_code,
            "log": str(self.log),
            "problems": [asdict(problem) for problem in self.problems],
            "stats": dict(self.stats),
        }
