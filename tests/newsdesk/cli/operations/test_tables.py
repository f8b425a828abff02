"""What operators read fits 80 columns, with every id in one piece."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from newsdesk.cli.operations.alerts import alerts_page
from newsdesk.cli.operations.hosts import hosts_table
from newsdesk.cli.operations.jobs import jobs_page
from newsdesk.cli.operations.schedules import schedules_page
from pipelines import clock
from tests.support.screens import printed

BEGAN = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)
JOB = "industry-science-20260301T190000-industry-science-night"


def test_jobs() -> None:
    job = {
        "_id": JOB,
        "state": "partial",
        "created_at": BEGAN,
        "started_at": BEGAN,
        "ended_at": BEGAN + timedelta(hours=1, minutes=2, seconds=3),
        "counts": {"found": 12345, "new": 1204, "failed": 7, "filled/title": 3},
    }
    text = printed(jobs_page([job]))
    assert text.startswith(JOB)
    began = "began 2026-03-02 03:00 (Beijing), took 1:02:03"
    for part in (began, "! partial found 12,345, stored 1,204, failed 7"):
        assert part in " ".join(text.split())


def test_alerts() -> None:
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


def test_hosts() -> None:
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


def test_schedules() -> None:
    schedule: dict[str, Any] = {
        "schedule": "industry-science-every-quarter-of-an-hour",
        "when": "at minute 15, during 6 to 23 o'clock, Monday to Friday, Asia/Shanghai",
        "next": [BEGAN],
        "fires": False,
        "last": {"due_at": BEGAN, "state": "skipped"},
        "changed": ["cron", "deadline"],
        "note": "Moving house.",
    }
    text = printed(schedules_page([schedule]))
    assert text.startswith(schedule["schedule"])
    below = "paused; next 2026-03-02 03:00 (Beijing); last 2026-03-02 03:00: skipped; changed: cron"
    for part in (below, "Asia/Shanghai", "Moving house."):
        assert part in " ".join(text.split())
