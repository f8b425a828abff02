"""Reads schedules, a file of them or those of one site, and names all mistakes at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import define

from pipelines.written.toml_file import NoToml, TomlDocument, parse_toml, read_text
from schedules.exceptions import BadSchedules, Mistake
from schedules.timetable.schedule import Schedule, following_problem
from schedules.timetable.table import BadTable, read_table, trigger_of, trigger_problems

TABLES = "schedules"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")


@define(frozen=True, kw_only=True)
class ScheduleFile:
    """The schedules of a file by name, in the order of the file."""

    path: Path
    schedules: Mapping[str, Schedule]


def read_schedules(path: Path, sites: Sequence[str]) -> ScheduleFile:
    """Reads a schedules file. sites: keys of all sites.

    Raises:
        BadSchedules: the file is missing, no TOML, or wrong; the message names all mistakes.
    """
    try:
        text = read_text(path)
    except NoToml as error:
        raise BadSchedules(path, [_not_read(error)]) from error
    return parse_schedules(text, sites, path=path)


def read_schedules_of(site: str, path: Path) -> Mapping[str, Schedule]:
    """Reads the schedules that stand with a site: `[schedules.night]` is called "site-night".

    path: the site's schedules.toml, or the TOML file that is the site. A file without schedules
    has none.

    Raises:
        BadSchedules: see `read_schedules`.
    """
    try:
        document = parse_toml(read_text(path))
    except NoToml as error:
        raise BadSchedules(path, [_not_read(error)]) from error
    tables = document.values.get(TABLES)
    if tables is None:
        return {}
    found, problems = _schedules_in(tables, [site], site=site)
    if problems:
        raise _bad(document, path, problems)
    return found


def parse_schedules(text: str, sites: Sequence[str], *, path: Path) -> ScheduleFile:
    """Reads the text of a schedules file. path: for messages. Raises: BadSchedules."""
    try:
        document = parse_toml(text)
    except NoToml as error:
        raise BadSchedules(path, [_not_read(error)]) from error
    return _read(document, sites, path)


def _not_read(error: NoToml) -> Mistake:
    return Mistake(line=error.line, key="", problem=error.problem)


def _read(document: TomlDocument, sites: Sequence[str], path: Path) -> ScheduleFile:
    found, problems = _schedules_in(document.values.get(TABLES), sites)
    problems += [
        (key, "unknown key: schedules are written as [schedules.<name>]")
        for key in document.values
        if key != TABLES
    ]
    if problems:
        raise _bad(document, path, problems)
    return ScheduleFile(path=path, schedules=found)


def _bad(document: TomlDocument, path: Path, problems: Sequence[tuple[str, str]]) -> BadSchedules:
    mistakes = [
        Mistake(line=document.line_of(key), key=key, problem=problem) for key, problem in problems
    ]
    return BadSchedules(path, sorted(mistakes, key=lambda each: each.line))


def _schedules_in(
    tables: object, sites: Sequence[str], site: str | None = None
) -> tuple[dict[str, Schedule], list[tuple[str, str]]]:
    """Returns the schedules by name, and what is wrong with them. site: whose file it is."""
    if not isinstance(tables, dict) or not tables:
        return {}, [(TABLES, "no schedule: write at least one table [schedules.<name>]")]
    read: dict[str, Schedule] = {}
    problems: list[tuple[str, str]] = []
    for name, table in tables.items():
        try:
            read[name] = _schedule(name, _with_site(table, site), sites)
        except BadTable as bad:
            where = f"{TABLES}.{name}"
            problems += [(f"{where}.{key}" if key else where, each) for key, each in bad.problems]
    problems += _problems_of_following(read, tables)
    if site is None:
        return read, problems
    named = (
        attrs.evolve(each, name=f"{site}-{name}", after=each.after and f"{site}-{each.after}")
        for name, each in read.items()
    )
    return {each.name: each for each in named}, problems


def _with_site(table: object, site: str | None) -> object:
    """Returns a table of a site's own file with the site in it. Raises: BadTable."""
    if site is None or not isinstance(table, dict):
        return table
    if "site" in table:
        raise BadTable([("site", f"belongs to a file of schedules: these are all of {site}")])
    return {**table, "site": site}


def _schedule(name: str, table: object, sites: Sequence[str]) -> Schedule:
    """Returns the schedule of a table. Raises: BadTable."""
    problems = []
    if not _NAME.fullmatch(name):
        problems.append(("", "a name has lower-case letters, digits and hyphens only"))
    if not isinstance(table, dict):
        problems.append(("", "must be a table with site and cron, interval, calendar or after"))
        raise BadTable(problems)
    problems += trigger_problems(table)
    try:
        read = read_table(table, sites)
    except BadTable as bad:
        raise BadTable([*problems, *bad.problems]) from None
    if problems:
        raise BadTable(problems)
    trigger = trigger_of(read)
    return Schedule(
        name=name,
        zone=read.zone,
        due=trigger.due,
        trigger=trigger.text,
        words=trigger.words,
        after=read.after,
        **read.options(),
    )


def _problems_of_following(
    found: Mapping[str, Schedule], tables: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """Yields wrong values of `after`: unknown schedules and circles."""
    followed = {name: each.after for name, each in found.items()}
    for name in found:
        problem = following_problem(name, {**dict.fromkeys(tables), **followed})
        if problem is not None:
            yield f"schedules.{name}.after", problem
