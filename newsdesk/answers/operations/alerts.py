"""Alerts: which go on, who took note, what is silent. Each call blocks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from newsdesk.answers.operations.night import opened_night, operator
from newsdesk.exceptions import BadChange, NoChannel, NoSuchAlert
from pipelines import clock
from pipelines.config import Settings
from pipelines.durations import read_duration
from pipelines.storage.documents import Document
from pipelines.storage.operations.alerts import open_key
from schedules.alerts.channels import Channels, Delivery


def alerts_listed(settings: Settings, *, over: bool, limit: int) -> list[Document]:
    """The newest alerts that go on; with `over` also those that do not any more."""
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


def silence(settings: Settings, pattern: str, duration: str, note: str | None) -> datetime | None:
    """Silence what fits a pattern KIND/SITE for a while; gives until when, None if not any more.

    Raises:
        BadChange: the duration or the pattern is none.
    """
    try:
        length = read_duration(duration)
    except ValueError as error:
        raise BadChange(f"--for: {error}") from None
    if pattern.count("/") != 1:
        raise BadChange(f"{pattern!r} is no KIND/SITE: write */sina, stale/* or stale/sina.")
    now = clock.now()
    with opened_night(settings) as night:
        if length == timedelta():
            night.alerts.unsilence(pattern)
            return None
        night.alerts.silence(pattern, now + length, now, operator(), note)
    return now + length


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
