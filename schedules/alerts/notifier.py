"""Gathers what is wrong, tells people in few messages, and tells them when it is over."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import attrs
from attrs import define, field

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import StorageError
from pipelines.storage.operations.alerts import Severity
from pipelines.storage.operations.digest import counts_by_site, top_stories, topic_counts
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from pipelines.timing.beijing import ZONE
from schedules.alerts.channels import SEND_SECONDS, Channels
from schedules.alerts.messages import alert_message, digest_message
from schedules.alerts.raising import refused_records, tell_jobs
from schedules.alerts.routes import told_where
from schedules.alerts.watchman import Watchman
from schedules.jobs.figures import masked
from schedules.jobs.night import Ask
from schedules.service.beats import LONGEST_TROUBLE, Beat
from schedules.service.state import ServiceState

logger = logging.getLogger(__name__)

ALERTS_SECONDS = 5.0
WATCH_SECONDS = 60.0
DIGEST_SECONDS = 60.0
RECORDS_SECONDS = 300.0
GROUP_SECONDS = 15.0
"""Time that a new alert waits for others, so that a bad night makes one message."""
AGAIN_SECONDS = 60.0
"""Time until the next attempt when no channel took a message."""
AWAY_SECONDS = 120.0
"""Time that MongoDB may be away before people are told."""
SENT = "sent"
Letter = tuple[str, str, Severity | None]
"""Title and body of a message, and how bad it is; None: good news."""
TELLING = "telling"
TELLING_SECONDS = SEND_SECONDS + 30.0
"""A service that is telling alerts has gone when it has held the lease for so long."""
DAY_SECONDS = 86_400.0
DIGEST_LATE = timedelta(hours=2)
"""A digest that would be later than this is not sent."""


@define(eq=False)
class Notifier:
    """Tells alerts and sends the digest. Runs in every service; one of them tells each alert.

    state: returns the state of the service.
    """

    channels: Channels
    settings: Settings
    ask: Ask
    state: Callable[[], ServiceState]
    _watchman: Watchman | None = None
    _again_at: float = 0.0
    _away_since: float | None = None
    _away_told: bool = False
    _told_leap: timedelta = field(factory=timedelta)
    _late: set[str] = field(factory=set)
    _told: dict[str, str | None] = field(factory=dict)
    """The last message of each kind of alert about the service itself; None: all is well."""

    def beats(self) -> tuple[Beat, ...]:
        """Returns its beats."""
        return (
            Beat("alerts", ALERTS_SECONDS, self.look),
            Beat("watchman", WATCH_SECONDS, self.watch, first_after=ALERTS_SECONDS),
            Beat("digest", DIGEST_SECONDS, self.send_digest),
            Beat("records", RECORDS_SECONDS, self.look_at_records, first_after=ALERTS_SECONDS),
        )

    async def look(self) -> None:
        """Turns what happened into alerts and tells those that are due.

        Raises:
            Exception: MongoDB is away or refuses; people are told if that goes on.
        """
        now, state = clock.now(), self.state()
        try:
            await self.ask(lambda night: self._gather(night, state, now))
        except Exception as error:
            await self._tell_away(error)
            raise
        await self._tell_back()
        if self.channels.urls and time.monotonic() >= self._again_at:
            repeat = timedelta(hours=self.settings.alert_repeat_hours)
            alerts = await self.ask(lambda night: self._mine(night, now, repeat))
            if alerts:
                await self._tell(alerts, now)

    async def watch(self) -> None:
        """Raises the alarm over due times that passed without a run."""
        now, schedules = clock.now(), self.state().schedules

        def look(night: NightStore) -> None:
            self._watchman = self._watchman or Watchman(night)
            self._watchman.look(schedules, now)

        if schedules:
            await self.ask(look)

    async def look_at_records(self) -> None:
        """Raises the alarm over what stands in MongoDB and is not believed."""
        now, schedules = clock.now(), self.state().schedules

        def look(night: NightStore) -> None:
            self._follow(night, "records", refused_records(night, schedules), now)

        await self.ask(look)

    async def send_digest(self) -> None:
        """Sends the morning digest, once a day, by whichever service is first."""
        now, name = clock.now(), self.state().name
        due = digest_due(self.settings.digest_at, now)
        if due is None or not self.channels.about("info").urls:
            return
        lease = f"digest/{due:%Y-%m-%d}"

        def read(night: NightStore) -> tuple[str, str] | None:
            if night.leases.is_noted(lease, SENT):
                return None
            mine = night.leases.take(lease, name, AGAIN_SECONDS)["owner"] == name
            return digest(night, now) if mine else None

        message = await self.ask(read)
        if message is None:
            return
        (taken,) = await self.send([(self.channels.about("info"), (*message, "info"))])
        if taken:
            await self.ask(lambda night: night.leases.take(lease, name, DAY_SECONDS, SENT))

    async def send(self, letters: Sequence[tuple[Channels, Letter]]) -> list[bool]:
        """Sends each letter to its channels and records which of them took it.

        Returns for each letter whether any channel did.
        """
        delivered = [
            await asyncio.to_thread(channels.send, *letter) for channels, letter in letters
        ]
        now = clock.now()

        def note(night: NightStore) -> None:
            deliveries = [each for found in delivered for each in found]
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

        await self.ask(note)
        return [any(each.error is None for each in found) for found in delivered]

    def _gather(self, night: NightStore, state: ServiceState, now: datetime) -> None:
        tell_jobs(night, now)
        if state.schedules:
            wrong = "The schedules file is wrong, its last good state is in force."
            mistake = state.file_mistake and f"{wrong} {state.file_mistake}"
            self._follow(night, "schedules_file", mistake, now)
        # A beat counts that is late at two looks in a row: MongoDB may just have come back.
        late = [told for name, told in state.late.items() if name in self._late]
        self._late = set(state.late)
        message = f"A part of the service fails. {' '.join(late)}" if late else None
        self._follow(night, "service", message, now)
        for kind, message in (state.engine_troubles or {}).items():
            self._follow(night, kind, message, now)
        if state.clock_leap != self._told_leap:
            night.alerts.raise_(
                "clock",
                "warning",
                f"The clock leapt by {state.clock_leap} (set by hand, or the machine was asleep): "
                "due times that passed meanwhile were treated as missed.",
                now,
            )
            self._told_leap = state.clock_leap

    def _follow(self, night: NightStore, kind: str, message: str | None, now: datetime) -> None:
        """Raises or resolves an alert about the service itself when its message changes."""
        if kind in self._told and self._told[kind] == message:
            return
        if message is not None:
            night.alerts.raise_(kind, "warning", message, now)
        else:
            night.alerts.resolve([kind], now)
        self._told[kind] = message

    def _mine(self, night: NightStore, now: datetime, repeat: timedelta) -> list[Document]:
        """Returns the alerts to tell, unless another service is telling now."""
        if not self._ripe(night, now, repeat):
            return []
        name = self.state().name
        if night.leases.take(TELLING, name, TELLING_SECONDS)["owner"] != name:
            return []
        return self._ripe(night, now, repeat)  # another may have told them meanwhile

    def _ripe(self, night: NightStore, now: datetime, repeat: timedelta) -> list[Document]:
        routes = self.channels.routes
        alerts = ripe(night, now, repeat)
        return [alert for alert in alerts if any(route.takes(alert) for route in routes)]

    async def _tell(self, alerts: list[Document], now: datetime) -> None:
        """Sends the alerts to their channels; each counts as told if one of them took it."""
        self._again_at = time.monotonic() + AGAIN_SECONDS
        groups = told_where(self.channels.routes, alerts)
        taken = await self.send(
            [(attrs.evolve(self.channels, urls=urls), alert_message(them)) for urls, them in groups]
        )
        told = {
            alert["_id"]: alert
            for (_urls, them), was_taken in zip(groups, taken, strict=True)
            for alert in them
            if was_taken
        }

        def note(night: NightStore) -> None:
            night.alerts.told(told.values(), now)
            night.leases.give_back(TELLING, self.state().name)

        await self.ask(note)
        if len(told) == len(alerts):
            self._again_at = 0.0

    async def _tell_away(self, error: Exception) -> None:
        """Tells people that MongoDB is away or refuses, if that has gone on for long."""
        moment = time.monotonic()
        self._away_since = self._away_since or moment
        if not self._away_told and moment - self._away_since > AWAY_SECONDS and self.channels.urls:
            is_away = isinstance(error, StorageError)
            what = "MongoDB is away" if is_away else "alerts cannot be looked after"
            trouble = masked(str(error) if is_away else f"{type(error).__name__}: {error}")
            logger.error("%s: %s", what, trouble)
            title, body = f"Newsdesk: {what}", f"✗ {trouble[:LONGEST_TROUBLE]}"
            channels = self.channels.about("error")
            deliveries = await asyncio.to_thread(channels.send, title, body, "error")
            self._away_told = any(each.error is None for each in deliveries)

    async def _tell_back(self) -> None:
        told, self._away_since, self._away_told = self._away_told, None, False
        if told:
            body = "✓ over: MongoDB answers. Jobs that it cost are run again."
            channels = self.channels.about("error")
            await asyncio.to_thread(channels.send, "Newsdesk: MongoDB is back", body, None)


def ripe(night: NightStore, now: datetime, repeat: timedelta) -> list[Document]:
    """Returns the alerts to tell, once the oldest has waited for others."""
    alerts = night.alerts.to_tell(now, now - repeat)
    grouped = timedelta(seconds=GROUP_SECONDS)
    waited = any(abs(now - alert["created_at"]) >= grouped for alert in alerts)
    return alerts if waited else []


def digest(night: NightStore, now: datetime) -> tuple[str, str]:
    """Returns title and body of the digest of the last 24 hours."""
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
    """Returns today's time of the digest if it has come and is not long past."""
    if not at:
        return None
    hour, minute = map(int, at.split(":"))
    local = now.astimezone(ZONE)
    due = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    return due if timedelta() <= local - due <= DIGEST_LATE else None
