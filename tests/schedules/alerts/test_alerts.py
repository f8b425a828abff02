"""Alerts on a real MongoDB, sent to a real webhook on loopback."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from schedules.alerts import notifier
from schedules.alerts.channels import Channels
from schedules.alerts.notifier import Notifier, digest, digest_due
from schedules.alerts.raising import tell_jobs
from schedules.alerts.watchman import Watchman
from schedules.jobs.night import NightConnection
from schedules.service.state import ServiceState
from tests.support.slots import DAY, HOUR, MINUTE, NIGHT, START, SlotDesk, nightly
from tests.support.webhook import Webhook, listening

LATE = timedelta(minutes=31)


@pytest.fixture
def desk(database: Database[dict[str, Any]]) -> SlotDesk:
    return SlotDesk(database)


def job_ended(night: NightStore, state: str, *kinds: str, site: str = "sina") -> str:
    job = night.jobs.create(site, NIGHT)
    problems = [{"kind": kind, "sentence": f"It was {kind}."} for kind in kinds]
    night.jobs.finish(job, state, NIGHT, reason=f"{state}.", problems=problems)  # type: ignore[arg-type]
    return job


def open_kinds(night: NightStore) -> dict[str, int]:
    return {alert["open"]: alert["count"] for alert in night.alerts.open()}


def test_each_problem_is_an_alert_until_a_job_goes_well(desk: SlotDesk) -> None:
    night = desk.night
    job = job_ended(night, "failed", "network")
    job_ended(night, "partial", "stale", "unusual", site="guancha")
    job_ended(night, "cancelled")
    assert tell_jobs(night, NIGHT) == 3
    assert tell_jobs(night, NIGHT) == 0
    assert open_kinds(night) == {
        "network/sina/*": 1,
        "stale/guancha/*": 1,
        "unusual/guancha/*": 1,
    }
    alert = next(each for each in night.alerts.open() if each["kind"] == "network")
    assert alert["message"] == f"sina failed: It was network. See: newsdesk jobs show {job}"
    job_ended(night, "failed", "network")
    job_ended(night, "blocked", "blocked", site="guancha")
    tell_jobs(night, NIGHT)
    assert open_kinds(night) == {"network/sina/*": 2, "blocked/guancha/*": 1}
    job_ended(night, "ok")
    tell_jobs(night, NIGHT)
    assert open_kinds(night) == {"blocked/guancha/*": 1}


def test_a_list_that_stands_still_is_told_though_the_job_is_ok(desk: SlotDesk) -> None:
    for counts, expected in (
        ({"list_stale": 1, "list_stale/home": 1}, {"stale_list/sina/*": 1}),
        ({}, {}),
    ):
        job = desk.night.jobs.create("sina", NIGHT)
        desk.night.jobs.finish(job, "ok", NIGHT, counts=counts)
        tell_jobs(desk.night, NIGHT)
        assert open_kinds(desk.night) == expected


def test_a_job_that_is_tried_again_wakes_nobody(desk: SlotDesk) -> None:
    schedules = nightly(retries=1)
    desk.look(schedules, START, NIGHT)
    desk.end("failed", "network")
    tell_jobs(desk.night, NIGHT)
    assert open_kinds(desk.night) == {}
    desk.look(schedules, NIGHT + MINUTE)
    tell_jobs(desk.night, NIGHT)
    assert open_kinds(desk.night) == {}
    desk.end("failed", "network")
    desk.look(schedules, NIGHT + HOUR)
    tell_jobs(desk.night, NIGHT)
    assert open_kinds(desk.night) == {"network/sina/*": 1}


def test_a_night_that_did_not_run_is_noticed_without_any_job(desk: SlotDesk) -> None:
    """Nothing has made a slot: no service led. Only the schedules say that it was due."""
    schedules = nightly()
    desk.look(schedules, START)
    watchman = Watchman(desk.night)
    assert watchman.look(schedules, NIGHT + timedelta(minutes=29)) == {}
    missing = watchman.look(schedules, NIGHT + LATE)
    assert missing["night"].startswith("night did not run: it was due 2026-03-02 03:00 (Asia/")
    assert open_kinds(desk.night) == {"did_not_run/sina/night": 1}
    desk.look(schedules, NIGHT + HOUR)
    job = desk.jobs()[0]["_id"]
    assert Watchman(desk.night).look(schedules, NIGHT + HOUR) == {}  # it may still begin
    assert "still waits" in Watchman(desk.night).look(schedules, NIGHT + 2 * HOUR)["night"]
    desk.night.jobs.claim(job, NIGHT + 2 * HOUR, "desk:1:2", "desk")
    assert watchman.look(schedules, NIGHT + 2 * HOUR + MINUTE) == {}
    assert open_kinds(desk.night) == {}


def test_nothing_is_expected_of_a_new_or_paused_schedule(desk: SlotDesk) -> None:
    desk.look(nightly(), NIGHT + MINUTE)
    assert Watchman(desk.night).look(nightly(), NIGHT + LATE) == {}
    paused = nightly(enabled=False, changed=("enabled",))
    assert Watchman(desk.night).look(paused, NIGHT + DAY + LATE) == {}


@pytest.mark.parametrize("catch_up", ["none", "latest", "all"])
def test_asleep_over_three_due_times_raises_the_alarm(desk: SlotDesk, catch_up: str) -> None:
    schedules = nightly(catch_up=catch_up)
    desk.look(schedules, START, NIGHT)
    desk.end("ok")
    desk.look(schedules, NIGHT + HOUR)
    late = NIGHT + 3 * DAY + HOUR
    desk.look(schedules, late)
    watchman = Watchman(desk.night)
    watchman.look(schedules, late)
    if catch_up != "none":
        desk.night.jobs.claim(desk.jobs()[1]["_id"], late, "desk:1:2", "desk")
    watchman.look(schedules, late + MINUTE)
    told = desk.night.alerts.to_tell(late + HOUR, late)
    assert [alert["kind"] for alert in told] == ["did_not_run"]
    times = {"none": 3, "latest": 2, "all": 2}[catch_up]
    assert f"{times} times from 2026-03-02 19:00 UTC" in told[0]["message"]


def test_told_once_then_repeated_then_over(desk: SlotDesk) -> None:
    alerts, repeat = desk.night.alerts, timedelta(hours=6)
    alerts.raise_("network", "error", "Down.", NIGHT, site="sina")

    def told(now: datetime) -> list[str]:
        found = alerts.to_tell(now, now - repeat)
        return [each["kind"] for each in found if alerts.claim(each, now)]

    assert told(NIGHT) == ["network"]
    alerts.raise_("network", "error", "Down.", NIGHT + HOUR, site="sina")
    assert told(NIGHT + HOUR) == []
    assert told(NIGHT + 7 * HOUR) == ["network"]
    assert alerts.acknowledge("network/sina/*", NIGHT, "me")
    assert told(NIGHT + 20 * HOUR) == []
    alerts.resolve(["network"], NIGHT + 21 * HOUR, site="sina")
    assert told(NIGHT + 21 * HOUR) == ["network"]
    assert told(NIGHT + 99 * HOUR) == []
    assert not alerts.acknowledge("network/sina/*", NIGHT, "me")


def test_two_services_tell_an_alert_once(desk: SlotDesk) -> None:
    alerts = desk.night.alerts
    alerts.raise_("network", "error", "Down.", NIGHT, site="sina")
    (seen,), (seen_too,) = (alerts.to_tell(NIGHT, NIGHT) for _ in range(2))
    assert [alerts.claim(seen, NIGHT), alerts.claim(seen_too, NIGHT)] == [True, False]
    alerts.unclaim([seen])
    assert len(alerts.to_tell(NIGHT, NIGHT)) == 1


@pytest.mark.parametrize(
    ("pattern", "silent"),
    [("*/sina", True), ("network/*", True), ("network/sina", True), ("stale/sina", False),
     ("*/guancha", False), ("*/*", True)],
)  # fmt: skip
def test_silence(desk: SlotDesk, pattern: str, silent: bool) -> None:
    alerts = desk.night.alerts
    alerts.raise_("network", "error", "Down.", NIGHT, site="sina")
    alerts.silence(pattern, NIGHT + HOUR, NIGHT, "me", None)
    assert bool(alerts.to_tell(NIGHT, NIGHT)) != silent
    assert alerts.to_tell(NIGHT + HOUR, NIGHT)
    assert alerts.unsilence(pattern)


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
    assert message["title"] == "Newsdesk: 2 alerts: guancha, sina"
    second, first = sorted(message["message"].splitlines(), reverse=True)
    assert first.startswith("✗ network: sina failed: It was network. See: newsdesk jobs show sina-")
    assert second.startswith("✗ stale: guancha partial: It was stale. See: newsdesk jobs show")
    job_ended(desk.night, "ok")
    await notify.look()
    assert hook.messages[1]["title"] == "Newsdesk: over: sina"
    assert hook.messages[1]["message"].startswith("✓ over: network: sina failed")


async def test_a_dead_channel_is_seen_and_the_others_hear_of_it(
    desk: SlotDesk, office: Office, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notifier, "GROUP_SECONDS", 0.0)
    monkeypatch.setattr(notifier, "AGAIN_SECONDS", 0.0)
    dead = "json://user:opensesame@127.0.0.1:9/"
    notify = office.notifier(dead, hook.url)
    job_ended(desk.night, "failed", "network")
    for _ in range(2):
        await notify.look()
    assert [message["title"] for message in hook.messages] == [
        "Newsdesk: network: sina",
        "Newsdesk: channel",
    ]
    assert "Alerts do not arrive: json://" in hook.messages[1]["message"]
    assert "opensesame" not in str(hook.messages)
    channels = {each["_id"]: each["failures"] for each in desk.night.alerts.channels()}
    assert sorted(channels.values()) == [0, 2]
    hook.status = 500
    job_ended(desk.night, "failed", "dns", site="guancha")
    await notify.look()
    hook.status = 200
    await notify.look()
    assert "dns: guancha failed" in hook.messages[-1]["message"]


def test_an_address_that_is_none() -> None:
    (delivery,) = Channels(("nonsense://secret@x",)).send("t", "b")
    assert delivery.channel == "nonsense://"
    assert "apprise knows no such address" in (delivery.error or "")
    settings = Settings(alert_urls=SecretStr(" json://a/  json://b/\n"))
    assert Channels.of(settings).urls == ("json://a/", "json://b/")


async def test_the_morning_digest_comes_once(
    desk: SlotDesk, office: Office, hook: Webhook, monkeypatch: pytest.MonkeyPatch
) -> None:
    morning = datetime(2026, 3, 2, 0, 31, tzinfo=UTC)  # 08:31 in Beijing
    monkeypatch.setattr("pipelines.clock.now", lambda: morning)
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
