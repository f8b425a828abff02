"""Checks that jobs are run where the settings say: broker and workers of the engine `celery`."""

from __future__ import annotations

from collections.abc import Iterator

from newsdesk.answers.operations.night import opened_night, workers
from newsdesk.doctor.check import Check
from pipelines.config import Settings
from pipelines.storage.exceptions import StorageError
from schedules.engines.queues import shown_broker
from schedules.exceptions import EngineTrouble


def check_engine(settings: Settings) -> Iterator[Check]:
    """The broker answers, and a worker is there; nothing where the service runs its jobs itself."""
    if settings.engine != "celery":
        return
    yield _check_broker(settings)
    yield _check_workers(settings)


def _check_broker(settings: Settings) -> Check:
    try:
        from schedules.engines.sender import Sender

        Sender(settings).check()
    except EngineTrouble as error:
        todo = "Start the broker, or set NEWSDESK_BROKER_URL; without it: NEWSDESK_ENGINE=local"
        return Check(name="Broker", state="fail", found=str(error), todo=todo)
    return Check(name="Broker", state="ok", found=f"{shown_broker(settings.broker)} answers")


def _check_workers(settings: Settings) -> Check:
    todo = "On each machine that is to crawl: newsdesk worker"
    try:
        with opened_night(settings) as night:
            notes = [str(each.get("note") or each["owner"]) for each in workers(night)]
    except StorageError:
        return Check(name="Workers", state="warn", found="unknown without MongoDB", todo=todo)
    if not notes:
        return Check(name="Workers", state="warn", found="none runs", todo=todo)
    return Check(name="Workers", state="ok", found="; ".join(notes))
