"""`newsdesk up` as a real process: commands refused, no file left, frozen, killed as it tells."""

from __future__ import annotations

import asyncio
import json
import os
import resource
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pymongo import MongoClient

from newsdesk.answers.operations.night import opened_night
from newsdesk.answers.operations.status import status_of
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from tests.conftest import Server
from tests.support.command import Desk
from tests.support.ports import free_port
from tests.support.stand_in import WELL
from tests.support.up_process import Up, running
from tests.support.waiting import has_ended, until
from tests.support.webhook import listening

PASSWORD = "opensesame"
CODES = (11601, 133, 146, 8000, 43, 237, 96)
"""Errors that do not pass for "MongoDB is away": a killed operation, a cursor that is gone, ..."""
ASKING = {"lead", "schedules", "lost jobs", "slots", "jobs", "alerts", "watchman", "pruning"}
COMMANDS = ["find", "findAndModify", "update", "insert", "aggregate", "delete", "count"]
LONG = "report('running'); time.sleep({seconds}); " + WELL
DIARY = """
def note(word):
    with open({diary!r}, "a") as diary:
        diary.write(word + " " + os.environ["NEWSDESK_JOB"] + "\\n")
note("begin")
until = time.monotonic() + 4
while time.monotonic() < until:
    report("running", found=1)
    time.sleep(0.05)
note("end")
report("finished", "finished", found=30, requested=3, new=3)
"""


@pytest.fixture
def own(desk: Desk, server: Server, tmp_path: Path) -> Desk:
    """The desk with a data folder of its own, and a name by which MongoDB knows its clients."""
    uri = f"{server.uri}&appName=under-test" if "?" in server.uri else server.uri
    changes = {"mongodb_uri": SecretStr(uri), "data_dir": tmp_path}
    return Desk(desk.settings.model_copy(update=changes))


@pytest.fixture
def night(desk: Desk) -> Iterator[NightStore]:
    """The same database, by clients that nothing is refused."""
    with opened_night(desk.settings) as night:
        yield night


@contextmanager
def refused(night: NightStore, code: int) -> Iterator[None]:
    admin = night.database.client.admin
    data = {"failCommands": COMMANDS, "errorCode": code, "appName": "under-test"}
    admin.command({"configureFailPoint": "failCommand", "mode": "alwaysOn", "data": data})
    try:
        yield
    finally:
        admin.command({"configureFailPoint": "failCommand", "mode": "off"})


async def is_ready(up: Up) -> bool:
    return (await up.get("/readyz"))[0] == 200


async def eventually(holds: Any, seconds: float = 60.0) -> None:
    """`until` for a question that has to be awaited."""
    for _ in range(round(seconds / 0.1)):
        if await holds():
            return
        await asyncio.sleep(0.1)
    raise AssertionError(f"not so within {seconds:.0f} s: {holds}")


async def test_refused_commands_end_no_beat_and_no_job(
    own: Desk, night: NightStore, tmp_path: Path
) -> None:
    job = night.jobs.create("sina", clock.now())
    with running(own, free_port(), tmp_path, LONG.format(seconds=9)) as up:
        await until(lambda: (night.jobs.get(job) or {}).get("pid"))
        pid = (night.jobs.get(job) or {})["pid"]
        for code in CODES:
            before = await up.beat_errors()
            with refused(night, code):

                async def all_failed(before: dict[str, float] = before) -> bool:
                    now = await up.beat_errors()
                    return all(now[name] > before[name] for name in ASKING)

                await eventually(all_failed)
                status, body = await up.get("/readyz")
                assert (status, "Failing command" in body) == (503, True), code
                assert (await up.get("/healthz"))[0] == 200
            os.kill(pid, 0)
        assert up.process.poll() is None
        await eventually(lambda: is_ready(up))
        await until(lambda: (night.jobs.get(job) or {})["state"] == "ok")
        record = night.jobs.get(job) or {}
        assert (record["pid"], len(night.jobs.list())) == (pid, 1)
        assert "goes well again" in up.text
        assert "The job is not recorded for now; the crawl goes on." in up.text


async def test_a_user_who_may_do_nothing_any_more(
    own: Desk, night: NightStore, server: Server, tmp_path: Path
) -> None:
    name = night.database.name
    admin: MongoClient[dict[str, Any]] = MongoClient(server.uri)
    roles = [{"role": role, "db": name} for role in ("readWrite", "dbAdmin")]
    database = admin[name]
    database.command("createUser", "desk", pwd=PASSWORD, roles=roles)
    port = server.uri.rpartition("@")[2]
    uri = f"mongodb://desk:{PASSWORD}@{port.partition('/')[0]}/?authSource={name}"
    limited = Desk(own.settings.model_copy(update={"mongodb_uri": SecretStr(uri)}))
    try:
        with running(limited, free_port(), tmp_path, WELL) as up:
            await eventually(lambda: is_ready(up))
            database.command("revokeRolesFromUser", "desk", roles=roles)
            await eventually(
                lambda: says(up, "/readyz", 503, "check user, password and authSource")
            )
            assert PASSWORD not in (await up.get("/readyz"))[1] + up.text
            database.command("grantRolesToUser", "desk", roles=roles)
            await eventually(lambda: is_ready(up))
            job = night.jobs.create("sina", clock.now())
            await until(lambda: (night.jobs.get(job) or {})["state"] == "ok")
    finally:
        database.command("dropUser", "desk")
        admin.close()


async def says(up: Up, path: str, status: int, words: str) -> bool:
    code, body = await up.get(path)
    return code == status and words in body


async def test_no_file_can_be_opened_any_more(own: Desk, night: NightStore, tmp_path: Path) -> None:
    """Neither a job nor a message can be sent then; all of it is made up for."""
    async with listening() as hook:
        environment = {"NEWSDESK_ALERT_URLS": hook.url}
        with running(own, free_port(), tmp_path, WELL, env=environment) as up:
            await eventually(lambda: is_ready(up))
            pid = up.process.pid
            _soft, hard = resource.prlimit(pid, resource.RLIMIT_NOFILE)
            used = max(int(each.name) for each in Path(f"/proc/{pid}/fd").iterdir())  # noqa: ASYNC240
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (used + 1, hard))
            job = night.jobs.create("sina", clock.now())
            night.alerts.raise_("stale", "error", "Old.", clock.now(), site="sina")
            await until(lambda: (night.jobs.get(job) or {})["state"] == "failed")
            assert "Too many open files" in (night.jobs.get(job) or {})["reason"]
            await until(lambda: "the sender could not be started" in up.text)
            assert [each["sent_at"] for each in night.alerts.open() if "sent_at" in each] == []
            assert up.process.poll() is None
            resource.prlimit(pid, resource.RLIMIT_NOFILE, (hard, hard))
            await until(lambda: any("Old." in each["message"] for each in hook.messages))
            await until(lambda: all(each.get("sent_at") for each in night.alerts.open()))
            second = night.jobs.create("sina", clock.now())
            await until(lambda: (night.jobs.get(second) or {})["state"] == "ok")
            await eventually(lambda: is_ready(up))


async def test_a_frozen_service_loses_its_job_to_the_one_that_stands_by(
    own: Desk, night: NightStore, tmp_path: Path
) -> None:
    """Its crawl is run again by the other; it never goes on beside that one when it wakes."""
    diary = tmp_path / "diary"
    script = DIARY.format(diary=str(diary))
    pulse = {
        "schedules.service.leader.LEADER_SECONDS": 2.0,
        "schedules.jobs.ledger.SITE_SECONDS": 2.0,
        "schedules.engines.job_queue.SITE_SECONDS": 2.0,
        "schedules.jobs.lost.OBSERVED_SECONDS": 1.0,
    }
    given: dict[str, Any] = {"desk": own, "folder": tmp_path, "script": script, "pulse": pulse}
    with (
        running(port=free_port(), name="first", **given) as first,
        running(port=free_port(), name="second", **given) as second,
    ):
        await until(lambda: len(night.leases.held("service/")) == 2)
        await until(lambda: night.leases.held("leader"))
        leader = night.leases.held("leader")[0]["owner"].split(":")[-2]
        frozen = first if first.process.pid == int(leader) else second
        job = night.jobs.create("sina", clock.now())
        await until(lambda: (night.jobs.get(job) or {}).get("pid"))
        crawl = (night.jobs.get(job) or {})["pid"]
        frozen.process.send_signal(signal.SIGSTOP)
        await until(lambda: (night.jobs.get(job) or {})["state"] == "lost")
        await until(lambda: has_ended(crawl))
        again = night.jobs.create("sina", clock.now())
        await until(lambda: (night.jobs.get(again) or {}).get("pid"))
        frozen.process.send_signal(signal.SIGCONT)
        await until(lambda: (night.jobs.get(again) or {})["state"] == "ok")
        await eventually(lambda: is_ready(first))
        await eventually(lambda: is_ready(second))
    lines = diary.read_text().splitlines()
    assert lines == [f"begin {job}", f"begin {again}", f"end {again}"]
    assert (night.jobs.get(job) or {})["state"] == "lost"


async def test_an_alert_counts_as_told_when_a_channel_took_it(
    own: Desk, night: NightStore, tmp_path: Path
) -> None:
    """The service is killed while its channel has not answered yet: the next one tells."""
    night.alerts.raise_("stale", "error", "Old.", clock.now(), site="sina")
    async with listening() as hook:
        hook.lets_go.clear()
        environment = {"NEWSDESK_ALERT_URLS": hook.url}
        pulse = {"schedules.alerts.notifier.TELLING_SECONDS": 1.0}
        given = {"env": environment, "pulse": pulse}
        with running(own, free_port(), tmp_path, WELL, name="first", **given) as first:
            await until(lambda: hook.asked)
            first.process.kill()
            first.process.wait()
        assert [alert.get("sent_at") for alert in night.alerts.open()] == [None]
        hook.lets_go.set()
        with running(own, free_port(), tmp_path, WELL, name="second", **given):
            await until(lambda: [m for m in hook.messages if "Old." in m["message"]])
            await until(lambda: all(each.get("sent_at") for each in night.alerts.open()))


def test_the_state_of_a_service_in_trouble_is_seen(own: Desk, night: NightStore) -> None:
    night.leases.take("service/a:1:2", "a:1:2", 60, "on a", "alerts: Too many open files")
    assert status_of(own.settings)["wrong"] == ["a:1:2: alerts: Too many open files"]
    assert json.loads(own.call("status", "--json").out)["fine"] is False
