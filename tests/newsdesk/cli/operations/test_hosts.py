"""`newsdesk hosts` tells what is left alone, and lets it be asked again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pymongo.database import Database

from newsdesk.cli.operations.hosts import hosts_table
from pipelines.config import Settings
from pipelines.timing import clock
from pipelines.timing.clock import now
from tests.support.command import Desk
from tests.support.screens import printed


def test_what_is_left_alone_is_shown_and_can_be_forgotten(
    settings: Settings, database: Database[dict[str, Any]]
) -> None:
    desk, moment = Desk(settings), now()
    assert "Nothing is known yet" in desk.call("hosts").err
    common = {"site": "sina", "updated_at": moment}
    later, before = moment + timedelta(hours=1), moment - timedelta(hours=1)
    waiting = {"host": None, "night": "2026-03-01", "requests": 7, "come_back_at": later}
    database["hosts"].insert_many(
        [
            {"_id": "sina", **common, **waiting, "come_back_why": "a wall"},
            {"_id": "sina/a.cn", **common, "host": "a.cn", "open_until": later, "reason": "dns"},
            {"_id": "sina/b.cn", **common, "host": "b.cn", "open_until": before, "reason": "old"},
        ]
    )
    rows = [line.split("\t") for line in desk.call("hosts").out.splitlines()]
    assert [(row[0], row[2]) for row in rows] == [
        ("sina", "a wall"),
        ("sina/a.cn", "dns"),
        ("sina/b.cn", ""),
    ]
    assert rows[0][3:] == ["7", "2026-03-01"]
    assert desk.call("hosts", "--json").json[0]["_id"] == "sina"

    said = desk.call("hosts", "--forget", "sina")
    assert "3 of them may be asked again" in said.err
    assert all(not line.split("\t")[1] for line in said.out.splitlines())
    assert database["hosts"].find_one({"_id": "sina"}, {"requests": 1}) == {
        "_id": "sina",
        "requests": 7,
    }
    assert "sina was free" in desk.call("hosts", "--forget", "sina").err
    assert desk.call("hosts", "--forget", "nowhere").code == 2


def test_a_long_name_of_a_host_stays_whole_at_80_columns() -> None:
    until = clock.now() + timedelta(hours=1)
    host: dict[str, Any] = {
        "_id": "industry-science/www.industry-science.example",
        "host": "www.industry-science.example",
        "open_until": until,
        "reason": "timeout, again and again, for the whole of the night",
        "night": "2026-03-01",
    }
    site = {"_id": "industry-science", "host": None, "requests": 4096, "night": "2026-03-01"}
    text = printed(hosts_table([site, host]))
    assert host["_id"] in text
    assert "4,096 of 2026-03-01" in " ".join(text.split())
    assert "timeout, again" in " ".join(text.split())
