"""Tells people: gathers what is wrong, sends it in few messages, and says when it is over."""

from __future__ import annotations

import asyncio
import logging
import time
from datetime import datetime, timedelta

from attrs import define, field

from pipelines import clock
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import StorageError
from pipelines.storage.operations.digest import counts_by_site, top_stories, topic_counts
from pipelines.storage.operations.repositories import NightStore
from schedules.alerts.channels import Channels
from schedules.alerts.messages import ZONE, alert_message, digest_message
from schedules.alerts.raising import tell_jobs
from schedules.alerts.watchman import Watchman
from schedules.service.service import Service

logger = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
WATCH_SECONDS = 60.0
GROUP_SECONDS = 15.0
"""A new alert waits so long for others, so that a bad night is one message."""
AGAIN_SECONDS = 60.0
"""After no channel took a message, the next attempt."""
AWAY_SECONDS = 120.0
"""MongoDB may be away for so long before people are told without it."""
SENT = "sent"
DAY_SECONDS = 86_400.0
DIGEST_LATE = timedelta(hours=2)
"""A digest that is later than this is left out."""


@define
class Notifier:
    """Runs beside the service. Alerts are in MongoDB: any service may tell them, and one does."""

    channels: Channels
    _watchman: Watchman | None = None
    _watch_at: float = 0.0
    _again_at: float = 0.0
    _away_since: float | None = None
    _away_told: bool = False
    _leap: timedelta = field(factory=timedelta)
    _mistake: str | None = "not looked at yet"

    async def __call__(self, service: Service) -> None:
        """Until cancelled."""
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                await self.look(service)
            except StorageError as error:
                await self._tell_away(str(error))

    async def look(self, service: Service) -> None:
        """One round. Raises: StorageError."""
        now = clock.now()
        await service.ask(lambda night: self._gather(service, night, now))
        await self._tell_back()
        if self.channels.urls and time.monotonic() >= self._again_at:
            repeat = timedelta(hours=service.settings.alert_repeat_hours)
            alerts = await service.ask(lambda night: ripe(night, now, repeat))
            if alerts:
                await self._tell(service, alerts, now)
            await self._send_digest(service, now)

    def _gather(self, service: Service, night: NightStore, now: datetime) -> None:
        """Turn what has happened into alerts."""
        tell_jobs(night, now)
        self._look_at_file(service, night, now)
        if service.jumped != self._leap:
            self._leap = service.jumped
            night.alerts.raise_(
                "clock",
                "warning",
                f"The clock leapt by {self._leap} (set by hand, or the machine was asleep): due "
                "times that passed meanwhile were treated as missed.",
                now,
            )
        if time.monotonic() >= self._watch_at and service.leader.schedules:
            self._watch_at = time.monotonic() + WATCH_SECONDS
            if self._watchman is None:
                self._watchman = Watchman(night)
            self._watchman.look(service.leader.schedules, now)

    def _look_at_file(self, service: Service, night: NightStore, now: datetime) -> None:
        """The alert over the schedules file, raised and ended once."""
        mistake = str(service.catalogue.mistake) if service.catalogue.mistake else None
        if mistake == self._mistake or not service.leader.schedules:
            return
        if mistake is not None:
            message = f"The schedules file is wrong, its last good state is in force. {mistake}"
            night.alerts.raise_("schedules_file", "warning", message, now)
        else:
            night.alerts.resolve(["schedules_file"], now)
        self._mistake = mistake

    async def _tell(self, service: Service, alerts: list[Document], now: datetime) -> None:
        """Send one message for all that this service could claim."""

        def claim(night: NightStore) -> list[Document]:
            return [alert for alert in alerts if night.alerts.claim(alert, now)]

        claimed = await service.ask(claim)
        if claimed and not await self.send(service, *alert_message(claimed)):
            self._again_at = time.monotonic() + AGAIN_SECONDS
            await service.ask(lambda night: night.alerts.unclaim(claimed))

    async def send(self, service: Service, title: str, body: str) -> bool:
        """Send to all channels and note which of them took it; False: none did."""
        deliveries = await asyncio.to_thread(self.channels.send, title, body)
        now = clock.now()

        def note(night: NightStore) -> None:
            for delivery in deliveries:
                night.alerts.note_channel(delivery.channel, now, delivery.error)
            dead = [each for each in deliveries if each.error]
            if dead:
                what = "; ".join(f"{each.channel}: {each.error}" for each in dead)
                message = f"Alerts do not arrive: {what}. Try: newsdesk alerts test"
                night.alerts.raise_("channel", "error", message, now)
                logger.error("%s", message)
            else:
                night.alerts.resolve(["channel"], now)

        await service.ask(note)
        return any(each.error is None for each in deliveries)

    async def _send_digest(self, service: Service, now: datetime) -> None:
        """The morning digest, once a day by whichever service is first."""
        due = digest_due(service.settings.digest_at, now)
        if due is None:
            return
        name = f"digest/{due:%Y-%m-%d}"

        def read(night: NightStore) -> tuple[str, str] | None:
            if night.leases.is_noted(name, SENT):
                return None
            mine = night.leases.take(name, service.name, AGAIN_SECONDS)["owner"] == service.name
            return digest(night, now) if mine else None

        message = await service.ask(read)
        if message is not None and await self.send(service, *message):
            await service.ask(
                lambda night: night.leases.take(name, service.name, DAY_SECONDS, SENT)
            )

    async def _tell_away(self, trouble: str) -> None:
        """MongoDB is away: tell people without it."""
        moment = time.monotonic()
        self._away_since = self._away_since or moment
        if not self._away_told and moment - self._away_since > AWAY_SECONDS and self.channels.urls:
            logger.error("MongoDB is away: %s", trouble)
            title = "Newsdesk: MongoDB is away"
            deliveries = await asyncio.to_thread(self.channels.send, title, f"✗ {trouble}")
            self._away_told = any(each.error is None for each in deliveries)

    async def _tell_back(self) -> None:
        told, self._away_since, self._away_told = self._away_told, None, False
        if told:
            body = "✓ over: MongoDB answers. Jobs that it cost are run again."
            await asyncio.to_thread(self.channels.send, "Newsdesk: MongoDB is back", body)


def ripe(night: NightStore, now: datetime, repeat: timedelta) -> list[Document]:
    """What is to be told, once the oldest of it has waited for others."""
    alerts = night.alerts.to_tell(now, now - repeat)
    grouped = timedelta(seconds=GROUP_SECONDS)
    waited = any(now - alert["created_at"] >= grouped for alert in alerts)
    return alerts if waited else []


def digest(night: NightStore, now: datetime) -> tuple[str, str]:
    """Title and body of the digest of the last 24 hours."""
    since = now - timedelta(days=1)
    database = night.database
    return digest_message(
        counts_by_site(database, since),
        top_stories(database, since),
        topic_counts(database, since),
        night.alerts.open(),
        now,
    )


def digest_due(at: str, now: datetime) -> datetime | None:
    """Today's time of the digest if it has come and is not long past."""
    if not at:
        return None
    hour, minute = map(int, at.split(":"))
    local = now.astimezone(ZONE)
    due = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return due if timedelta() <= local - due <= DIGEST_LATE else None
