"""Open alerts, acknowledgements, silences and channels. Each call blocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from newsdesk.answers.operations.night import opened_night
from newsdesk.answers.sites import check_site
from newsdesk.answers.who import note_change, operator
from newsdesk.exceptions import BadChange, NoChannel, NoSuchAlert
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.operations.alerts import open_key
from pipelines.timing import clock
from pipelines.timing.durations import read_duration
from schedules.alerts.channels import Channels, Delivery
from schedules.alerts.raising import JOB_KINDS, STALE_LIST

KINDS = frozenset(
    {
        *JOB_KINDS,
        STALE_LIST,
        "did_not_run",
        "channel",
        "schedules_file",
        "clock",
        "service",
        "records",
        "broker",
        "workers",
    }
)
"""Every kind of alert."""


def alerts_listed(settings: Settings, *, over: bool, limit: int) -> list[Document]:
    """Returns the newest open alerts; with `over` also those that have ended."""
    with opened_night(settings) as night:
        found = night.alerts.list(limit) if over else night.alerts.open()[:limit]
    return [{**alert, "_id": str(alert["_id"])} for alert in found]


def key_of(alert: Mapping[str, Any]) -> str:
    """The name by which people speak of an alert: KIND/SITE/SCHEDULE."""
    return open_key(alert["kind"], alert.get("site"), alert.get("schedule"))


def acknowledge(settings: Settings, alert: str) -> None:
    """Note that the operator knows of an alert.

    Raises:
        NoSuchAlert: none of that name goes on.
    """
    with opened_night(settings) as night:
        if not night.alerts.acknowledge(alert, clock.now(), operator()):
            raise NoSuchAlert(
                f"No alert {alert!r} goes on: newsdesk alerts list shows those that do."
            )
        note_change(night, "alert.acknowledge", alert)


def silence(settings: Settings, pattern: str, duration: str, note: str | None) -> datetime | None:
    """Silences the alerts of a pattern KIND/SITE; returns until when, None if a silence was ended.

    Raises:
        BadChange: the duration is none, or no alert fits the pattern.
        UnknownSite: there is no such site.
    """
    try:
        length = read_duration(duration)
    except ValueError as error:
        raise BadChange(f"--for: {error}") from None
    _check_pattern(pattern)
    now = clock.now()
    with opened_night(settings) as night:
        if length == timedelta():
            night.alerts.unsilence(pattern)
            note_change(night, "alert.unsilence", pattern)
            return None
        night.alerts.silence(pattern, now + length, now, operator(), note)
        note_change(night, "alert.silence", pattern, until=now + length, note=note)
    return now + length


def _check_pattern(pattern: str) -> None:
    """Refuses a pattern that no alert can match."""
    kind, slash, site = pattern.partition("/")
    if not slash or "/" in site:
        raise BadChange(f"{pattern!r} is no KIND/SITE: write */sina, stale/* or stale/sina.")
    if kind not in {"*", *KINDS}:
        raise BadChange(f"There is no alert {kind!r}: choose from *, {', '.join(sorted(KINDS))}.")
    if site != "*":
        check_site(site)


def silences(settings: Settings) -> list[Document]:
    """What is silent now, until when, by whom and why."""
    with opened_night(settings) as night:
        return night.alerts.silences(clock.now())


def try_channels(settings: Settings) -> list[Delivery]:
    """Send a test message to every channel.

    Raises:
        NoChannel: none is named in the settings.
    """
    channels = Channels.of(settings)
    if not channels.urls:
        raise NoChannel(
            "No channel is named: set NEWSDESK_ALERT_URLS, for example to "
            "json://127.0.0.1:9000/ or mailto://user:password@desk.example."
        )
    return [*channels.send("Newsdesk: a test", "If you can read this, alerts arrive here.")]
