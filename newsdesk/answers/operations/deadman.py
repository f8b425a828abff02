"""The dead-man check as a command: it runs without the service and notices if none runs."""

from __future__ import annotations

from newsdesk.answers.operations.night import opened_night, schedules_in_force
from pipelines.config import Settings
from pipelines.storage.exceptions import StorageError
from pipelines.timing import clock
from schedules.alerts.channels import Channels
from schedules.alerts.watchman import NO_SERVICE, Watchman


def check_once(settings: Settings) -> dict[str, str]:
    """Tells the channels what did not run; returns a sentence by schedule. Blocks.

    Raises:
        BadSchedules: the schedules file cannot be used.
    """
    try:
        with opened_night(settings) as night:
            missing = Watchman(night).look(schedules_in_force(settings, night), clock.now())
            if not night.leases.held("leader"):
                missing[NO_SERVICE] = "No service runs: start one with newsdesk up."
    except StorageError as error:
        missing = {"mongodb": str(error)}
    if missing:
        body = "\n".join(f"✗ {sentence}" for sentence in missing.values())
        Channels.of(settings).send("Newsdesk: the night did not run", body, "error")
    return missing
