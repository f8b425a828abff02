"""The dead-man check as a command: it runs without the service and notices if none runs."""

from __future__ import annotations

from attrs import define, field

from newsdesk.answers.operations.night import opened_night, schedules_in_force
from pipelines.config import Settings
from pipelines.storage.exceptions import StorageError
from pipelines.timing import clock
from schedules.alerts.channels import Channels
from schedules.alerts.watchman import NO_SERVICE, Watchman


@define
class Checked:
    """missing: a sentence by schedule that was due and has not collected. begun: whether any
    night has run so far."""

    missing: dict[str, str] = field(factory=dict)
    begun: bool = False


def check_once(settings: Settings) -> Checked:
    """Tells the channels what did not run. Blocks.

    Raises:
        BadSchedules: the schedules file cannot be used.
    """
    checked = Checked()
    try:
        with opened_night(settings) as night:
            checked.missing = Watchman(night).look(schedules_in_force(settings, night), clock.now())
            checked.begun = night.jobs.ever_collected()
            if not night.leases.held("leader"):
                checked.missing[NO_SERVICE] = "No service runs: start one with newsdesk up."
    except StorageError as error:
        checked.missing = {"mongodb": str(error)}
    if checked.missing:
        body = "\n".join(f"✗ {sentence}" for sentence in checked.missing.values())
        channels = Channels.of(settings).about("error")
        channels.send("Newsdesk: what was due has not collected", body, "error")
    return checked
