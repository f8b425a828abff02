"""Has anything changed that a page of the nights shows? Blocks."""

from __future__ import annotations

from newsdesk.answers.operations.night import opened_night, services
from pipelines.config import Settings


def pulse_of(settings: Settings) -> str:
    """Returns a text that is another one after a change: a job begins, goes on or ends, an alarm
    is raised or answered, a service comes or goes.

    Raises:
        StorageError: MongoDB is away.
    """
    with opened_night(settings) as night:
        owners = [each["owner"] for each in services(night)]
        return repr((night.sums.marks(), owners))
