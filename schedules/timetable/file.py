"""Reading `schedules.toml`: every mistake at once, each by line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Collection, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, field

from pipelines.toml_lines import line_of, lines_of_keys, place_of
from schedules.exceptions import BadSchedules, Mistake
from schedules.timetable.due_times import Due
from schedules.timetable.schedule import Schedule
from schedules.timetable.values import READERS, TRIGGER_READERS, ZONE

SHIPPED_SCHEDULES = Path(__file__).parents[1] / "schedules.toml"
TRIGGERS = ("cron", "interval", "calendar", "after")
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@define(frozen=True, kw_only=True)
class ScheduleFile:
    """All schedules of a file, by name, in its order."""

    path: Path
    schedules: Mapping[str, Schedule]


def read_schedules(path: Path, sites: Collection[str]) -> ScheduleFile:
    """Read a schedules file.

    sites: keys of the sites that there are.

    Raises:
        BadSchedules: it is missing, no TOML, or says something that a schedule has not; all
            mistakes are named.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadSchedules(path, [_at(1, f"cannot be read: {error.strerror}")]) from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise BadSchedules(path, [_at(line, "is not UTF-8: save the file as UTF-8")]) from error
    return parse_schedules(text, sites, path=path)


def parse_schedules(text: str, sites: Collection[str], *, path: Path) -> ScheduleFile:
    """Read the text of a schedules file; `path` is only for messages. Raises: BadSchedules."""
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        line, problem = place_of(error, text)
        raise BadSchedules(path, [_at(line, f"is not TOML: {problem}")]) from error
    reader = _Reader(lines_of_keys(text), sites)
    schedules = reader.schedules(document)
    if reader.mistakes:
        raise BadSchedules(path, sorted(reader.mistakes, key=lambda each: each.line))
    return ScheduleFile(path=path, schedules=schedules)


def trigger_text(table: Mapping[str, Any]) -> str:
    """The trigger of a table as one text: "calendar every week at 03:30, start 2026-01-05"."""
    return ", ".join(f"{key} {table[key]}".strip() for key in (*TRIGGERS, "start") if key in table)


def _at(line: int, problem: str) -> Mistake:
    return Mistake(line=line, key="", problem=problem)


@define
class _Reader:
    """Checks the parsed document; what is wrong is noted, and the rest goes on."""

    lines: dict[str, int]
    sites: Collection[str]
    mistakes: list[Mistake] = field(factory=list)

    def schedules(self, document: Mapping[str, Any]) -> dict[str, Schedule]:
        for key in document:
            if key != "schedules":
                self.wrong(key, "unknown key: schedules are written as [schedules.<name>]")
        tables = document.get("schedules")
        if not isinstance(tables, dict) or not tables:
            self.wrong("schedules", "no schedule: write at least one table [schedules.<name>]")
            return {}
        found = {}
        for name, table in tables.items():
            schedule = self.schedule(name, table)
            if schedule is not None:
                found[name] = schedule
        self.check_following(found, tables)
        return found

    def schedule(self, name: str, table: object) -> Schedule | None:
        where = f"schedules.{name}"
        before = len(self.mistakes)
        if not _NAME.fullmatch(name):
            self.wrong(where, "a name has lower-case letters, digits and hyphens only")
        if not isinstance(table, dict):
            self.wrong(where, "must be a table with site and cron, interval, calendar or after")
            return None
        for key in table:
            if key not in {*TRIGGERS, "start", *READERS}:
                known = ", ".join(sorted({*TRIGGERS, "start", *READERS}))
                self.wrong(f"{where}.{key}", f"unknown key: a schedule has {known}")
        values = {
            key: self.value(f"{where}.{key}", table[key], reader)
            for key, reader in READERS.items()
            if key in table
        }
        self.check_site(where, values.get("site"))
        values.setdefault("zone", ZoneInfo(ZONE))
        due, words = None, ""
        if isinstance(values["zone"], ZoneInfo):
            due, words = self.trigger(where, table, values["zone"])
        if len(self.mistakes) > before:
            return None
        trigger = trigger_text(table)
        after = table.get("after")
        return Schedule(name=name, due=due, trigger=trigger, words=words, after=after, **values)

    def value(self, key: str, value: object, read: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - a value of any kind
        """The value read, or a mistake noted."""
        try:
            return read(value)
        except (ValueError, TypeError) as error:
            self.wrong(key, str(error))
            return None

    def check_site(self, where: str, site: object) -> None:
        if site is None:
            if f"{where}.site" not in {each.key for each in self.mistakes}:
                self.wrong(where, "has no site: write site = one of " + ", ".join(self.sites))
        elif site not in self.sites:
            known = ", ".join(self.sites)
            self.wrong(f"{where}.site", f"there is no site {site!r}: choose from {known}")

    def trigger(
        self, where: str, table: Mapping[str, Any], zone: ZoneInfo
    ) -> tuple[Due | None, str]:
        """The due times that a table asks for, and the same in words."""
        given = [key for key in TRIGGERS if key in table]
        if len(given) != 1:
            has = f"has {' and '.join(given)}" if given else "never comes due"
            self.wrong(where, f"{has}: write one of {', '.join(TRIGGERS)}")
            return None, ""
        if "start" in table and given != ["calendar"]:
            self.wrong(f"{where}.start", "only a calendar has a start")
        key = f"{where}.{given[0]}"
        if not isinstance(table[given[0]], str):
            self.wrong(key, f"must be a text, not {table[given[0]]!r}")
            return None, ""
        found = self.value(
            key, table[given[0]], lambda text: TRIGGER_READERS[given[0]](text, zone, table)
        )
        return found or (None, "")

    def check_following(self, found: Mapping[str, Schedule], tables: Mapping[str, Any]) -> None:
        """`after` must name another schedule, and must not run in a circle."""
        for name, schedule in found.items():
            key, seen, other = f"schedules.{name}.after", {name}, schedule.after
            while other is not None:
                if other not in tables:
                    self.wrong(key, f"there is no schedule {other!r}")
                    break
                if other in seen:
                    self.wrong(key, f"waits for itself by way of {other!r}")
                    break
                seen.add(other)
                other = found[other].after if other in found else None

    def wrong(self, key: str, problem: str) -> None:
        self.mistakes.append(Mistake(line=line_of(self.lines, key), key=key, problem=problem))
