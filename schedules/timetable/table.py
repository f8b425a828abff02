"""Reads one table [schedules.<name>] of the file: its keys, its mistakes, its trigger."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from attrs import define
from pydantic import BaseModel, ConfigDict, PlainValidator, ValidationError, ValidationInfo
from pydantic_core import ErrorDetails

from pipelines.timing.durations import in_words
from schedules.timetable import values as read
from schedules.timetable.cron import Cron
from schedules.timetable.due_times import Calendar, CronTimes, Due, Interval
from schedules.timetable.schedule import CatchUp, Overlap, Quiet
from schedules.timetable.words import cron_in_words

TRIGGERS = ("cron", "interval", "calendar", "after")
_INTERVAL = read.duration_reader(timedelta(minutes=1), timedelta(days=366))
_JITTER = read.duration_reader(timedelta(), timedelta(hours=12))
_DEADLINE = read.duration_reader(*read.DEADLINES)
_OVERLAP = read.choice_reader("skip", "queue", "replace")
_CATCH_UP = read.choice_reader("none", "latest", "all")


def _site(value: object, info: ValidationInfo) -> str:
    site, sites = read.read_text(value), info.context
    if sites is not None and site not in sites:
        raise ValueError(f"there is no site {site!r}: choose from {', '.join(sites)}")
    return site


class ScheduleTable(BaseModel):
    """The keys of a table. What is not written is None; its default is that of `Schedule`."""

    model_config = ConfigDict(extra="forbid", arbitrary_types_allowed=True)

    site: Annotated[str, PlainValidator(_site)]
    zone: Annotated[ZoneInfo, PlainValidator(read.read_zone)] = ZoneInfo(read.ZONE)
    cron: Annotated[Cron | None, PlainValidator(read.read_cron_text)] = None
    interval: Annotated[timedelta | None, PlainValidator(_INTERVAL)] = None
    calendar: Annotated[read.CalendarText | None, PlainValidator(read.read_calendar)] = None
    start: Annotated[date | None, PlainValidator(read.read_start)] = None
    after: Annotated[str | None, PlainValidator(read.read_text)] = None
    arguments: Annotated[dict[str, str] | None, PlainValidator(read.read_arguments)] = None
    jitter: Annotated[timedelta | None, PlainValidator(_JITTER)] = None
    deadline: Annotated[timedelta | None, PlainValidator(_DEADLINE)] = None
    retries: Annotated[int | None, PlainValidator(read.whole_reader(0, 10))] = None
    overlap: Annotated[Overlap | None, PlainValidator(_OVERLAP)] = None
    catch_up: Annotated[CatchUp | None, PlainValidator(_CATCH_UP)] = None
    catch_up_limit: Annotated[int | None, PlainValidator(read.whole_reader(1, 100))] = None
    priority: Annotated[int | None, PlainValidator(read.whole_reader(-100, 100))] = None
    quiet: Annotated[Quiet | None, PlainValidator(read.read_quiet)] = None
    enabled: Annotated[bool | None, PlainValidator(read.read_switch)] = None

    def options(self) -> dict[str, Any]:
        """Returns what is written besides trigger and zone, by the names of `Schedule`."""
        written = self.model_fields_set - {*TRIGGERS, "start", "zone"}
        return {name: getattr(self, name) for name in written}


class BadTable(ValueError):
    """Raised when a table is wrong. problems: each with its key, "" for the whole table."""

    def __init__(self, problems: Sequence[tuple[str, str]]) -> None:
        super().__init__("; ".join(problem for _key, problem in problems))
        self.problems = problems


@define(frozen=True)
class Trigger:
    """When a schedule comes due: as a rule, as key and value of the file, and in words."""

    due: Due | None
    text: str
    words: str


def read_table(table: Mapping[str, Any], sites: Sequence[str] | None = None) -> ScheduleTable:
    """Reads the values of a table. sites: keys of all sites; None: the site is not checked.

    Raises:
        BadTable: a key or a value is wrong.
    """
    try:
        return ScheduleTable.model_validate(table, context=sites)
    except ValidationError as error:
        raise BadTable([_problem(each, sites or ()) for each in error.errors()]) from None


def _problem(error: ErrorDetails, sites: Sequence[str]) -> tuple[str, str]:
    """Returns the key and a sentence that says what is wrong."""
    key = str(error["loc"][0])
    if error["type"] == "missing":
        return "", f"has no {key}: write {key} = one of {', '.join(sites)}"
    if error["type"] == "extra_forbidden":
        known = ", ".join(sorted(ScheduleTable.model_fields))
        return key, f"unknown key: a schedule has {known}"
    return key, str(error["ctx"]["error"])


def trigger_problems(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yields what is wrong with the trigger keys of a table taken together."""
    given = [key for key in TRIGGERS if key in table]
    if len(given) != 1:
        has = f"has {' and '.join(given)}" if given else "never comes due"
        yield "", f"{has}: write one of {', '.join(TRIGGERS)}"
    elif "start" in table and given != ["calendar"]:
        yield "start", "only a calendar has a start"
    elif "start" not in table and given == ["calendar"]:
        yield "calendar", "needs the day it counts from: write start = 2026-01-05"


def trigger_of(table: ScheduleTable) -> Trigger:
    """Returns the trigger of a table that has one."""
    zone = table.zone
    if table.cron is not None:
        words = f"{cron_in_words(table.cron)}, {zone.key}"
        return Trigger(CronTimes(table.cron, zone), f"cron {table.cron.text}", words)
    if table.interval is not None:
        every = in_words(table.interval)
        return Trigger(Interval(table.interval), f"interval {every}", f"every {every}")
    if table.calendar is not None and table.start is not None:
        calendar, start = table.calendar, table.start
        text = f"{calendar.text} from {start} on"
        due = Calendar(
            number=calendar.number, unit=calendar.unit, start=start, at=calendar.at, zone=zone
        )
        return Trigger(due, f"calendar {text}", f"{text}, {zone.key}")
    return Trigger(None, f"after {table.after}", f"when {table.after} has ended well")
