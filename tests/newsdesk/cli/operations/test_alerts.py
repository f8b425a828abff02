"""`newsdesk alerts`: what is wrong, who is told, and what is silent."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

from newsdesk.cli.operations.alerts import alerts_page
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from tests.support.command import ROOT, Desk
from tests.support.screens import printed
from tests.support.webhook import listening

BEGAN = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)


def test_alerts_are_listed_noted_and_silenced(desk: Desk, night: NightStore) -> None:
    assert desk.call("alerts", "list").out == ""
    night.alerts.raise_("stale", "error", "Old.", clock.now(), site="sina")
    (listed,) = desk.call("alerts", "list", "--json").json
    assert (listed["open"], listed["message"]) == ("stale/sina/*", "Old.")
    assert "stale/sina/*\terror" in desk.call("alerts", "list").out
    assert desk.call("alerts", "ack", "stale/sina/*").code == 0
    assert desk.call("alerts", "ack", "stale/moon/*").code == 1
    assert desk.call("alerts", "silence", "*/sina", "--for", "2 hours").code == 0
    assert [each["_id"] for each in night.alerts.silences(clock.now())] == ["*/sina"]
    listed = desk.call("alerts", "silences", "--tsv").out.splitlines()
    assert listed[0].split("\t") == ["pattern", "until", "by", "note"]
    assert listed[1].startswith("*/sina\t")
    assert desk.call("alerts", "silence", "*/sina", "--for", "0 seconds").code == 0
    assert "Nothing is silent" in desk.call("alerts", "silences").err
    for pattern in ("sina", "stale/sina/night", "stall/sina", "stale/sian"):
        assert desk.call("alerts", "silence", pattern).code == 2, pattern
    assert desk.call("alerts", "silence", "*/sina", "--for", "soon").code == 2


def test_every_documented_kind_of_alert_can_be_silenced(desk: Desk, night: NightStore) -> None:
    text = (ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    table = text.partition("| alert | means |")[2].partition("\n\n")[0]
    kinds = [line.split("`")[1] for line in table.splitlines() if line.startswith("| `")]
    assert "did_not_run" in kinds
    for kind in kinds:
        assert desk.call("alerts", "silence", f"{kind}/*").code == 0, kind
    assert len(night.alerts.silences(clock.now())) == len(kinds)


async def test_channels_are_tried(desk: Desk) -> None:
    assert "NEWSDESK_ALERT_URLS" in desk.call("alerts", "test").err
    async with listening() as hook:
        environment = {"NEWSDESK_ALERT_URLS": f"{hook.url} json://127.0.0.1:9/"}
        said = await asyncio.to_thread(desk.run, "alerts", "test", "--json", env=environment)
    assert said.code == 1
    assert [bool(each["error"]) for each in said.json] == [False, True]
    assert hook.messages[0]["title"] == "Newsdesk: a test"
    assert "opensesame" not in said.out


def test_the_dead_mans_check_needs_no_service(desk: Desk, night: NightStore) -> None:
    said = desk.call("alerts", "check", "--json")
    assert (said.code, list(said.json)) == (1, ["no_service"])
    long_ago = clock.now() - timedelta(days=3)
    night.schedules.planned({"sina-night": long_ago}, long_ago)
    said = desk.call("alerts", "check")
    assert "sina-night did not run: it was due" in said.out
    assert "did_not_run/sina/sina-night" in desk.call("alerts", "list").out


def test_a_long_name_of_an_alert_stays_whole_at_80_columns() -> None:
    alert: dict[str, Any] = {
        "kind": "layout_changed",
        "site": "industry-science",
        "schedule": "industry-science-night",
        "severity": "warning",
        "message": "14 of 40 pages could not be read. " * 4,
        "created_at": BEGAN,
        "count": 3,
        "acknowledged_by": "mei",
    }
    lines = printed(alerts_page([alert])).splitlines()
    assert lines[0].startswith("layout_changed/industry-science/industry-science-night")
    text = " ".join(" ".join(lines).split())
    assert "since 2026-03-02 03:00 (Beijing), 3 times, noted by mei" in text
    assert text.endswith(" ".join((alert["message"]).split()))
