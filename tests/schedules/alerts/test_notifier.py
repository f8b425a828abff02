"""What people are told, sent to a real webhook on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest
from pydantic import SecretStr
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.exceptions import StorageError
from schedules.alerts import notifier
from schedules.alerts.channels import Channels
from schedules.alerts.notifier import Notifier, digest, digest_due
from schedules.jobs.night import NightConnection
from schedules.service.state import ServiceState
from tests.support.slots import (
    HOUR,
    MINUTE,
    NIGHT,
    SlotDesk,
    job_ended,
    open_kinds,
)
from tests.support.webhook import Webhook, listening


@pytest.fixture
async def hook() -> AsyncIterator[Webhook]:
    async with listening() as hook:
        yield hook


class Office:
    """A notifier of a service that leads, and what else it needs."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.connection = NightConnection(settings)
        self.state = ServiceState(name="desk:1:2", leads=True, schedules={})

    def notifier(self, *urls: str) -> Notifier:
        return Notifier(Channels(urls), self.settings, self.connection.ask, lambda: self.state)


@pytest.fixture
async def office(settings: Settings, database: object) -> AsyncIterator[Office]:
    office = Office(settings)
    yield office
    await office.connection.close()


async def test_what_arrives_at_a_webhook(
    desk: SlotDesk, office: Office, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "GROUP_SECONDS", 0.0)
    notify = office.notifier(hook.url)
    job_ended(desk.night, "failed", "network")
    job_ended(desk.night, "partial", "stale", site="guancha")
    await notify.look()
    await notify.look()
    assert len(hook.messages) == 1
    message = hook.messages[0]
    assert message["type"] == "failure"
    assert message["title"] == "Newsdesk: 2 alerts: guancha, sina"
    second, first = sorted(message["message"].splitlines(), reverse=True)
    assert first.startswith("✗ network: sina failed: It was network. See: newsdesk jobs show sina-")
    assert second.startswith("✗ stale: guancha partial: It was stale. See: newsdesk jobs show")
    job_ended(desk.night, "ok")
    await notify.look()
    assert hook.messages[1]["title"] == "Newsdesk: over: sina"
    assert hook.messages[1]["type"] == "success"
    assert hook.messages[1]["message"].startswith("✓ over: network: sina failed")


async def test_a_dead_channel_is_seen_and_the_others_hear_of_it(
    desk: SlotDesk,
    office: Office,
    hook: Webhook,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(notifier, "GROUP_SECONDS", 0.0)
    monkeypatch.setattr(notifier, "AGAIN_SECONDS", 0.0)
    dead = "json://user:opensesame@127.0.0.1:9/T0P5ECRET?+X-Token=opensesame"
    desk.night.database["channels"].insert_one({"_id": "json://127.0.0.1:9/T0P5ECRET?x=y"})
    notify = office.notifier(dead, hook.url)
    job_ended(desk.night, "failed", "network")
    for _ in range(2):
        await notify.look()
    assert [message["title"] for message in hook.messages] == [
        "Newsdesk: network: sina",
        "Newsdesk: channel",
    ]
    assert "Alerts do not arrive: json://" in hook.messages[1]["message"]
    told = (hook.messages, desk.night.alerts.channels(), desk.night.alerts.list(), caplog.text)
    for secret in ("opensesame", "T0P5ECRET"):
        assert secret not in str(told)
    channels = {each["_id"]: each["failures"] for each in desk.night.alerts.channels()}
    assert sorted(channels.values()) == [0, 2]
    hook.status = 500
    job_ended(desk.night, "failed", "dns", site="guancha")
    await notify.look()
    hook.status = 200
    await notify.look()
    assert "dns: guancha failed" in hook.messages[-1]["message"]


async def test_each_channel_is_told_what_is_meant_for_it(
    desk: SlotDesk, office: Office, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What only a dead channel is meant for is not told yet."""
    monkeypatch.setattr(notifier, "GROUP_SECONDS", 0.0)
    monkeypatch.setattr(notifier, "AGAIN_SECONDS", 0.0)
    text = f"error/sina={hook.url} info/guancha=json://127.0.0.1:9/"
    office.settings = office.settings.model_copy(update={"alert_urls": SecretStr(text)})
    channels = Channels.of(office.settings)
    notify = Notifier(channels, office.settings, office.connection.ask, lambda: office.state)
    for site in ("sina", "guancha"):
        job_ended(desk.night, "partial", "network", "stale", site=site)
    await notify.look()
    (message,) = hook.messages
    assert message["message"].startswith("✗ stale: sina partial: It was stale.")
    assert "network" not in message["message"]
    sent = {alert["open"]: bool(alert.get("sent_at")) for alert in desk.night.alerts.open()}
    assert [key for key, told in sent.items() if told] == ["stale/sina/*"]
    assert "channel/*/*" in sent
    await notify.look()
    assert len(hook.messages) == 1


async def test_the_morning_digest_comes_once(
    desk: SlotDesk, office: Office, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning = datetime(2026, 3, 2, 0, 31, tzinfo=UTC)  # 08:31 in Beijing
    monkeypatch.setattr("pipelines.timing.clock.now", lambda: morning)
    job = desk.night.jobs.create("sina", morning - HOUR)
    counts = {"new": 12, "revised": 3, "gone": 1}
    desk.night.jobs.finish(job, "ok", morning - HOUR, counts=counts)
    for _ in range(2):
        await office.notifier(hook.url).send_digest()
    assert [message["title"] for message in hook.messages] == ["Newsdesk, 2026-03-02"]
    assert hook.messages[0]["message"] == "sina: 12 stored, 3 revised, 1 gone, 0 failed"


def test_the_digest_tells_stories_topics_and_what_is_wrong(
    desk: SlotDesk, database: Database[dict[str, Any]]
) -> None:
    story = {
        "_id": "s1", "members": ["sina:1", "guancha:1"],
        "first": {"published_at": NIGHT, "article": "sina:1"}, "titles": ["甲"], "sources": [],
        "sites": ["sina"], "first_published_at": NIGHT, "last_published_at": NIGHT,
        "updated_at": NIGHT,
    }  # fmt: skip
    database["stories"].insert_one(story)
    desk.night.alerts.raise_("stale", "error", "Old.", NIGHT, site="sina")
    title, body = digest(desk.night, NIGHT + HOUR)
    assert title == "Newsdesk, 2026-03-02"
    assert body.splitlines() == [
        "No site was crawled in the last 24 hours.", "", "Stories:", "  甲 (2 copies)", "",
        "Still wrong:", "  ✗ stale: Old.",
    ]  # fmt: skip


def test_when_the_digest_is_due() -> None:
    morning = datetime(2026, 3, 2, 0, 30, tzinfo=UTC)
    assert digest_due("08:30", morning) == morning
    assert digest_due("08:30", morning - MINUTE) is None
    assert digest_due("08:30", morning + 3 * HOUR) is None
    assert digest_due("", morning) is None


async def test_a_part_of_the_service_that_fails_is_an_alert_of_its_own(
    desk: SlotDesk, office: Office
) -> None:
    notify = office.notifier()
    late = {"jobs": "jobs: KeyError: 'odd'"}
    office.state = attrs.evolve(office.state, late=late)
    await notify.look()
    assert open_kinds(desk.night) == {}  # MongoDB may have been away until just now
    await notify.look()
    await notify.look()
    (alert,) = desk.night.alerts.open()
    assert alert["message"] == "A part of the service fails. jobs: KeyError: 'odd'"
    assert (alert["kind"], alert["count"]) == ("service", 1)
    office.state = attrs.evolve(office.state, late={})
    await notify.look()
    assert open_kinds(desk.night) == {}


async def test_a_leap_of_the_clock_is_told_once(desk: SlotDesk, office: Office) -> None:
    notify = office.notifier()
    office.state = attrs.evolve(office.state, clock_leap=HOUR)
    for _ in range(2):
        await notify.look()
    (alert,) = desk.night.alerts.open()
    assert (alert["kind"], alert["count"]) == ("clock", 1)
    assert alert["message"].startswith("The clock leapt by 1:00:00")


async def test_people_are_told_that_mongodb_is_away_and_back(
    settings: Settings, office: Office, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "AWAY_SECONDS", 0.0)
    away = SecretStr("mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=200")
    nowhere = NightConnection(settings.model_copy(update={"mongodb_uri": away}))
    notify = office.notifier(hook.url)
    back, notify.ask = notify.ask, nowhere.ask
    for _ in range(3):
        with pytest.raises(StorageError):
            await notify.look()
    notify.ask = back
    for _ in range(2):
        await notify.look()
    await nowhere.close()
    assert [message["title"] for message in hook.messages] == [
        "Newsdesk: MongoDB is away",
        "Newsdesk: MongoDB is back",
    ]
