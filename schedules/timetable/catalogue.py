"""The schedules in force: those of the file with the operators' changes applied."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import attrs
from attrs import define, field

from crawler.exceptions import BrokenSite
from crawler.site_places.places import SitePlace, places
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.written.toml_file import keep_copy
from schedules.exceptions import BadSchedules, Mistake
from schedules.timetable.file import read_schedules, read_schedules_of
from schedules.timetable.schedule import Schedule, following_problem
from schedules.timetable.table import TRIGGERS, read_table, trigger_of
from schedules.timetable.values import calendar_from, read_arguments

Stamp = tuple[int, int]
LAST_GOOD_NAME = "schedules.last-good.toml"
CHANGEABLE = (*TRIGGERS, "deadline", "retries", "priority", "jitter", "overlap", "catch_up",
              "catch_up_limit", "quiet")  # fmt: skip
"""Keys that an operator may change without editing the file."""


@define
class Catalogue:
    """Reads the file again when it changes. While the file is broken, its last good state counts.

    sites: keys of all sites. copy: where its last good state is kept for later processes, if it
    is. mistake: what is wrong with the file now.
    """

    path: Path
    sites: Sequence[str]
    copy: Path | None = None
    mistake: BadSchedules | None = None
    _stamp: Stamp | None = None
    _defined: Mapping[str, Schedule] = field(factory=dict)

    @staticmethod
    def of(settings: Settings, sites: Sequence[str]) -> Catalogue:
        """Returns the catalogue of the operator's file; without one, of what stands with sites."""
        if settings.schedules is None:
            return CatalogueOfSites(Path(), sites)
        return Catalogue(settings.schedules, sites, settings.data_dir / LAST_GOOD_NAME)

    @property
    def where(self) -> str:
        """Where the schedules stand, for people."""
        return str(self.path)

    def defined(self) -> Mapping[str, Schedule]:
        """Returns the schedules of the file by name.

        Raises:
            BadSchedules: the file is wrong, and no good state of it is known.
        """
        stamp = stamp_of(self.path) or (0, 0)  # reading it says why
        if stamp != self._stamp:
            try:
                self._defined = read_schedules(self.path, self.sites).schedules
                self.mistake = None
                if self.copy is not None:
                    keep_copy(self.path, self.copy)
            except BadSchedules as mistake:
                self.mistake = mistake
                self._defined = self._defined or self._copied()
            self._stamp = stamp
        if not self._defined and self.mistake is not None:
            raise self.mistake
        return self._defined

    def _copied(self) -> Mapping[str, Schedule]:
        """Returns the schedules of the last good copy; none if there is none that can be used."""
        if self.copy is None:
            return {}
        try:
            return read_schedules(self.copy, self.sites).schedules
        except BadSchedules:
            return {}

    def in_force(self, kept: Mapping[str, Document]) -> dict[str, Schedule]:
        """Returns the schedules with the operators' changes. kept: collection `schedules`."""
        found = {}
        for name, schedule in self.defined().items():
            try:
                found[name] = overlaid(schedule, kept.get(name, {}))
            except (ValueError, TypeError) as error:
                found[name] = attrs.evolve(schedule, refused=str(error))
        for name, schedule in found.items():
            # What a change follows may have gone from the file, or follows it by now.
            problem = following_problem(name, {each.name: each.after for each in found.values()})
            if problem is not None and "after" in schedule.changed:
                found[name] = attrs.evolve(self.defined()[name], refused=f"after {problem}")
        return found


@define
class _OfSite:
    """The schedules of one site, as its file last gave them."""

    stamp: Stamp
    schedules: Mapping[str, Schedule] = field(factory=dict)
    mistake: BadSchedules | None = None


@define
class CatalogueOfSites(Catalogue):
    """The schedules that stand with the sites. A broken file keeps its own site's alone as is."""

    _read: dict[Path, _OfSite] = field(factory=dict)

    @property
    def where(self) -> str:
        return "the sites' own files"

    def defined(self) -> Mapping[str, Schedule]:
        stamps = {place: stamp_of(place.schedules) for place in places().values()}
        known = {place.schedules: stamp for place, stamp in stamps.items() if stamp is not None}
        self._read = {path: each for path, each in self._read.items() if path in known}
        for place, stamp in stamps.items():
            last = self._read.get(place.schedules)
            if stamp is not None and (last is None or last.stamp != stamp):
                self._read[place.schedules] = _read_again(place, stamp, last)
        mistakes = [each.mistake for each in self._read.values() if each.mistake is not None]
        self.mistake = BadSchedules.together(mistakes) if mistakes else None
        return {name: each for one in self._read.values() for name, each in one.schedules.items()}


def _read_again(place: SitePlace, stamp: Stamp, last: _OfSite | None) -> _OfSite:
    try:
        place.check()
        return _OfSite(stamp, read_schedules_of(place.key, place.schedules))
    except BrokenSite as broken:
        mistake = BadSchedules(place.schedules, [Mistake(line=1, key="", problem=str(broken))])
        return _OfSite(stamp, {}, mistake)
    except BadSchedules as mistake:
        return _OfSite(stamp, last.schedules if last is not None else {}, mistake)


def stamp_of(path: Path) -> Stamp | None:
    """Returns what changes whenever a file does; None if there is none."""
    try:
        status = os.stat(path)  # noqa: PTH116 - half the time of Path's own
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size


def overlaid(schedule: Schedule, kept: Document) -> Schedule:
    """Returns a schedule with an operator's decisions applied and listed in `changed`.

    Raises:
        ValueError: a decision is none that can be taken; somebody wrote it past our commands.
    """
    if kept.get("updated_by") is None:
        return schedule  # no decision: the document only says how far it is planned
    values: dict[str, Any] = {"note": kept.get("note")}
    changed = []
    if kept["enabled"] != schedule.enabled or kept.get("paused_until") is not None:
        values |= {"enabled": kept["enabled"], "paused_until": kept.get("paused_until")}
        changed.append("enabled")
    if kept.get("arguments") is not None:
        values["arguments"] = read_arguments(kept["arguments"])
        changed.append("arguments")
    for key, text in (kept.get("changes") or {}).items():
        values |= changed_value(schedule, key, text)
        changed.append(key)
    return attrs.evolve(schedule, **values, changed=tuple(changed))


def changed_value(schedule: Schedule, key: str, value: object) -> dict[str, Any]:
    """Returns the fields of a schedule that follow from an operator's change of one key.

    Raises:
        ValueError: the key cannot be changed, or the value is wrong.
    """
    if key not in CHANGEABLE:
        raise ValueError(f"{key!r} cannot be changed here: one of {', '.join(CHANGEABLE)} can")
    if key not in TRIGGERS and isinstance(value, str) and value.lstrip("-").isdigit():
        value = int(value)
    written: dict[str, object] = {key: value}
    if key == "calendar":
        written["calendar"], written["start"] = calendar_from(str(value))
    table = read_table({"site": schedule.site, "zone": schedule.zone.key, **written})
    if key not in TRIGGERS:
        return {key: getattr(table, key)}
    trigger = trigger_of(table)
    return {
        "due": trigger.due,
        "trigger": trigger.text,
        "words": trigger.words,
        "after": table.after,
    }


def checked_change(schedule: Schedule, text: str) -> tuple[str, str]:
    """Splits "deadline=1 hour" into key and value, and checks them.

    Raises:
        ValueError: the message says what may be written.
    """
    key, equals, value = (part.strip() for part in text.partition("="))
    if not equals:
        raise ValueError(f'{text!r} changes nothing: write "deadline=1 hour"')
    changed_value(schedule, key, value)
    return key, value


def checked_arguments(text: Mapping[str, str]) -> dict[str, str]:
    """Returns arguments after checking them. Raises: ValueError."""
    return read_arguments(dict(text))
