"""What running the nights asks of more than one collection."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from pymongo.database import Database

from pipelines.storage.operations.repositories import NightStore

NIGHT = datetime(2026, 3, 1, 19, 0, tzinfo=UTC)


def test_what_was_imported_or_replayed_does_not_make_a_site_look_alive(
    database: Database[dict[str, Any]],
) -> None:
    night = NightStore(database)
    assert night.newest_published("sina") is None
    for days, kind in enumerate(("crawl", "crawl", "replay", "import")):
        job = night.jobs.create("sina", NIGHT, id_=f"job-{days}", kind=kind)
        at = NIGHT + timedelta(days=days)
        article = {"_id": f"sina:{days}", "site": "sina", "published_at": at, "job": job}
        database["articles"].insert_one(article, bypass_document_validation=True)
    assert night.newest_published("sina") == NIGHT + timedelta(days=1)
    assert night.newest_published("guancha") is None
