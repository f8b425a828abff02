"""Access to schedules, slots, jobs and alerts, and look-ups by name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

from crawler.sites import SiteNames, site_names
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.queries import opened
from pipelines.storage.schema.ensure import ensure_schema
from schedules.exceptions import BadSchedules, NoSuchJob, NoSuchSchedule
from schedules.timetable.catalogue import Catalogue
from schedules.timetable.schedule import Schedule

_reading = Lock()
_catalogues: dict[tuple[Path | None, Path], Catalogue] = {}


@contextmanager
def opened_night(settings: Settings) -> Iterator[NightStore]:
    """The store for as long as the block lasts. Raises: StorageError."""
    with opened(settings) as database:
        ensure_schema(database)
        yield NightStore(database)


def catalogue_of(settings: Settings) -> Catalogue:
    """The schedules file in use. Raises (when asked): BadSchedules."""
    return Catalogue.of(settings, site_names())


def schedules_in_force(settings: Settings, night: NightStore) -> dict[str, Schedule]:
    """The files' schedules with the operators' changes over them. A process that asks again and
    again reads the files only when they change. Raises: BadSchedules."""
    decided = night.schedules.decided()
    with _reading:
        return _catalogue_kept(settings).in_force(decided)


def schedules_mistake(settings: Settings) -> BadSchedules | None:
    """What is wrong with the files while their last good state is in force. Raises: BadSchedules,
    if there is none."""
    with _reading:
        catalogue = _catalogue_kept(settings)
        catalogue.defined()
        return catalogue.mistake


def _catalogue_kept(settings: Settings) -> Catalogue:
    place = (settings.schedules, settings.data_dir)
    if place not in _catalogues:
        _catalogues.clear()  # one is enough: a process has one set of settings
        _catalogues[place] = Catalogue.of(settings, SiteNames())
    return _catalogues[place]


def named(schedules: Mapping[str, Schedule], name: str) -> Schedule:
    """Returns the schedule of this name. Raises: NoSuchSchedule."""
    if name not in schedules:
        raise NoSuchSchedule(
            f"There is no schedule {name!r}: choose from {', '.join(sorted(schedules))}."
        )
    return schedules[name]


def known_job(night: NightStore, id_: str) -> Document:
    """A job's record. Raises: NoSuchJob."""
    job = night.jobs.get(id_)
    if job is None:
        raise NoSuchJob(f"There is no job {id_!r}: newsdesk jobs list shows the latest.")
    return job


def workers(night: NightStore) -> list[Document]:
    """The leases of the workers that run, with how many jobs each runs now (`at_work`)."""
    found = night.leases.held("worker/")
    at_work = night.jobs.running_by_runner() if found else {}
    return [{**each, "at_work": at_work.get(each["owner"], 0)} for each in found]


def services(night: NightStore) -> list[Document]:
    """The leases of the services that run, the leader's first."""
    leader = next((each["owner"] for each in night.leases.held("leader")), None)
    found = night.leases.held("service/")
    return sorted(found, key=lambda each: each["owner"] != leader)
