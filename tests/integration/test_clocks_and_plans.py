"""Services that meet a clock set ahead and back, missed days, and changed schedules: processes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from attrs import define, field

from newsdesk.answers.operations.night import opened_night
from pipelines.storage.operations.repositories import NightStore
from tests.support.command import Desk
from tests.support.ports import free_port
from tests.support.stand_in import WELL
from tests.support.up_process import running
from tests.support.waiting import until

DAY = timedelta(days=1)
START = timedelta(seconds=30)
"""A service has started by then, on a machine that does much else."""


@define
class House:
    """A desk with a schedules file, and services on it in a time of the test's."""

    desk: Desk
    night: NightStore
    folder: Path
    runs: list[int] = field(factory=list)

    @property
    def file(self) -> Path:
        return self.folder / "schedules.toml"

    def write(self, cron: str, name: str = "night", **more: str) -> None:
        """Let the file hold one schedule."""
        lines = [f"[schedules.{name}]", 'site = "sina"', f'cron = "{cron}"']
        lines += [f'{key} = "{value}"' for key, value in more.items()]
        fresh = self.file.with_suffix(".new")
        fresh.write_text("\n".join(lines))
        fresh.replace(self.file)

    @contextmanager
    def serves_at(self, moment: datetime) -> Iterator[None]:
        self.runs.append(1)
        environment = {"NEWSDESK_CLOCK": moment.isoformat()}
        name = f"up-{len(self.runs)}"
        with running(self.desk, free_port(), self.folder, WELL, name=name, env=environment) as up:
            yield
            assert up.process.poll() is None

    def slots(self) -> dict[str, str]:
        """The state of each slot by its time in Beijing."""
        found = self.night.slots.last("night", 100)
        return {f"{slot['due_at'] + timedelta(hours=8):%d %H:%M}": slot["state"] for slot in found}

    def planned_as(self, name: str = "night") -> str:
        return str(self.night.schedules.all().get(name, {}).get("planned_as"))

    def check(self, moment: datetime) -> Any:
        said = self.desk.call(
            "alerts", "check", "--json", env={"NEWSDESK_CLOCK": moment.isoformat()}
        )
        return said.json


@pytest.fixture
def house(desk: Desk, tmp_path: Path) -> Iterator[House]:
    own = desk.settings.model_copy(update={"schedules": tmp_path / "schedules.toml"})
    with opened_night(desk.settings) as night:
        yield House(Desk(own), night, tmp_path)


def beijing(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-03-{text}:00+08:00")


@pytest.mark.soak
async def test_the_clock_is_set_a_day_ahead_and_back(house: House) -> None:
    """The due times fire when they come, and nobody says that they have run."""
    house.write("15 3 * * *")
    with house.serves_at(beijing("02T03:05")):
        await until(lambda: "cron 15 3" in house.planned_as())
    with house.serves_at(beijing("03T03:16")):
        await until(lambda: house.slots() == {"02 03:15": "missed", "03 03:15": "done"})
    right = beijing("02T03:15") - START
    with house.serves_at(right):
        await until(lambda: house.slots() == {"02 03:15": "done"}, 120)
    assert house.check(beijing("02T04:00")).keys() == {"no_service"}
    missing = house.check(beijing("03T04:00"))
    assert "it was due 2026-03-03 03:15 (Asia/Shanghai), and no service" in missing["night"]
    ended = [job["ended_at"] for job in house.night.jobs.list()]
    assert max(ended) < beijing("02T03:20")
    with house.serves_at(right + DAY):
        await until(lambda: house.slots() == {"02 03:15": "done", "03 03:15": "done"}, 120)
    assert house.check(beijing("03T04:00")).keys() == {"no_service"}


async def test_all_missed_days_are_crawled_one_after_the_other(house: House) -> None:
    house.write("0 3 * * *", catch_up="all")
    with house.serves_at(beijing("01T03:05")):
        await until(lambda: "cron 0 3" in house.planned_as())
    with house.serves_at(beijing("05T10:00")):
        days = ["02 03:00", "03 03:00", "04 03:00", "05 03:00"]
        await until(lambda: house.slots() == dict.fromkeys(days, "done"))
    jobs = sorted(house.night.jobs.list(), key=lambda job: job["_id"])
    assert [job["state"] for job in jobs] == ["ok"] * 4
    assert [job["arguments"]["until"][8:10] for job in jobs[1:]] == ["02", "03", "04"]
    for before, after in pairwise(jobs):
        assert before["ended_at"] <= after["started_at"]


async def test_a_changed_or_returned_schedule_makes_up_no_past(house: House) -> None:
    house.write("0 3 * * *")
    with house.serves_at(beijing("02T10:00")):
        await until(lambda: "cron 0 3" in house.planned_as())
        house.write("0 9 * * *")
        await until(lambda: "cron 0 9" in house.planned_as())
        said = house.desk.call("schedules", "change", "night", "--set", "cron=0 8 * * *")
        assert said.code == 0, said.err
        await until(lambda: "cron 0 8" in house.planned_as())
        assert house.desk.call("schedules", "change", "night", "--reset").code == 0
        await until(lambda: "cron 0 9" in house.planned_as())
        house.write("0 9 * * *", name="other")
        await until(lambda: house.planned_as() == "None" and house.planned_as("other") != "None")
    with house.serves_at(beijing("05T10:00")):
        await until(house.night.alerts.list)  # what was due was missed
        await until(lambda: [job["state"] for job in house.night.jobs.list()] == ["ok"])
        house.write("0 9 * * *")
        await until(lambda: "cron 0 9" in house.planned_as())
        await until(lambda: "other" not in house.night.schedules.all())
    assert house.slots() == {}
    assert [job["schedule"] for job in house.night.jobs.list()] == ["other"]
    assert [alert["schedule"] for alert in house.night.alerts.list()] == ["other"]
