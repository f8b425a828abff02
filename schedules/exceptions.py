"""What can go wrong with schedules and jobs. Every message says what to do next."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import define

from pipelines.written.toml_file import place_in


class SchedulesError(Exception):
    """Base of this package's errors."""


@define(frozen=True, kw_only=True)
class Mistake:
    """One mistake in a schedules file. line: counted from 1, 0 for the file itself; key: dotted,
    may be empty."""

    line: int
    key: str
    problem: str


class BadSchedules(SchedulesError):
    """Raised when a schedules file cannot be used; it names every mistake by line and key."""

    def __init__(self, path: Path, mistakes: Sequence[Mistake]) -> None:
        lines = [f"{place_in(path, each.line, each.key)}: {each.problem}" for each in mistakes]
        super().__init__("\n".join(lines))
        self.path = path
        self.mistakes = tuple(mistakes)

    @classmethod
    def together(cls, errors: Sequence[BadSchedules]) -> BadSchedules:
        """Returns one error that tells all mistakes of several files."""
        found = cls(errors[0].path, [mistake for each in errors for mistake in each.mistakes])
        found.args = ("\n".join(map(str, errors)),)
        return found


class BadDueTimes(SchedulesError):
    """Raised when schedules cannot say when they are due; all others go on."""

    def __init__(self, errors: Mapping[str, Exception]) -> None:
        told = (f"{name} ({type(each).__name__}: {each})" for name, each in errors.items())
        super().__init__(f"No due times can be worked out for {', '.join(told)}")


class CannotListen(SchedulesError):
    """Raised when the service cannot listen on its address; the nights go on without it."""


class EngineTrouble(SchedulesError):
    """Raised when the engine that runs jobs fails; jobs wait in MongoDB meanwhile."""


class NotStarted(SchedulesError):
    """Raised when a starter did not begin a crawl, and will not; the crawl is started anew."""


class NotDrained(SchedulesError):
    """Raised when what waits on this machine could not be brought to where it belongs."""


class SiteBusy(SchedulesError):
    """Raised when a site is being crawled already: two crawls would ask it twice as often."""


class BadRecord(SchedulesError):
    """Raised when a record in MongoDB asks for something that no job may do."""


class NoSuchSchedule(SchedulesError):
    """Raised when a schedule was named that is not in the schedules file."""


class NoSuchJob(SchedulesError):
    """Raised when a job was named of which there is no record."""
