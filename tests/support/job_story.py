"""A job of which much is to be told: problems with evidence, lists, fill rates, a log."""

from __future__ import annotations

import zlib
from datetime import timedelta
from typing import Any

from bson import ObjectId
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from schedules.job import JobFiles

EVIDENCE = "65e2a1b2c3d4e5f6a7b8c9d0"
COUNTS = {
    "found": 214, "found/front": 120, "found/world": 94, "found/video": 0, "known": 96,
    "requested": 118, "new": 71, "revised": 9, "unchanged": 3, "off_topic": 12, "gone": 2,
    "unreadable": 14, "unreadable/no_body": 12, "unreadable/no_time": 2, "failed": 7,
    "failed/404": 5, "failed/timeout": 2, "read": 92, "excluded": 31, "excluded/video": 31,
    "same_story": 6, "list_empty/video": 1, "list_cut/front": 1,
}  # fmt: skip
FIGURES = {
    "requests": 151, "bytes": 9_812_334, "retries": 4, "peak_memory": 187_000_000,
    "status_codes": {"200": 131, "304": 9, "404": 5, "500": 2},
    "filled": {"title": 1.0, "published_at": 1.0, "body": 0.87, "source": 0.81, "authors": 0.32},
}  # fmt: skip


def troubled_job(database: Database[dict[str, Any]], settings: Settings) -> str:
    """A partial night of guancha, after seeded ones; returns its id."""
    night, began = NightStore(database), clock.now() - timedelta(hours=2)
    job = night.jobs.create("guancha", began, schedule="guancha-night", attempt=2)
    night.jobs.start(job, began, host="desk", arguments={"limit": "500"})
    sentence = "12 of 92 pages read had no body <script>alert(1)</script>; 5 % at most are usual."
    night.jobs.finish(
        job, "partial", began + timedelta(minutes=24), counts=COUNTS, figures=FIGURES,
        reason=f"{sentence} The list video shows nothing.",
        problems=[
            {"kind": "layout_changed", "sentence": sentence, "evidence": EVIDENCE},
            {"kind": "bug", "sentence": "A page object raised KeyError.",
             "traceback": 'Traceback (most recent call last):\n  File "x.py", line 3\nKeyError: 1'},
        ],
    )  # fmt: skip
    database["evidence"].insert_one(
        {
            "_id": ObjectId(EVIDENCE), "article": "guancha:900001", "site": "guancha",
            "url": "https://news.example.cn/a/900001.shtml", "state": "unreadable",
            "reason": "no_body", "detail": "No box of text was found.", "status": 200,
            "content_type": "text/html; charset=utf-8", "encoding": "zlib", "size": 61,
            "body": zlib.compress("<h1>第一车间</h1><script>alert(1)</script>".encode()),
            "compressed_size": 60, "job": job, "captured_at": began,
            "screenshot": b"<svg onload=alert(1)>",
            "expires_at": began + timedelta(days=30),
        }
    )  # fmt: skip
    log = JobFiles.of(settings.jobs_dir, job).log
    log.parent.mkdir(parents=True, exist_ok=True)
    log.write_text(
        "2026-03-02 01:30:00 [newsdesk] INFO: 第一个列表\n"
        "2026-03-02 01:30:02 [newsdesk] WARNING: the list video shows nothing\n"
        "2026-03-02 01:31:40 [newsdesk] ERROR: no body in https://news.example.cn/a/900001.shtml\n",
        encoding="utf-8",
    )
    return job
