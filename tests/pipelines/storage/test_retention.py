"""What goes after a while, and that nothing else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.storage.news import rolling_up
from pipelines.storage.news.rolling_up import roll_up
from pipelines.storage.retention import make_room
from pipelines.storage.schema.collections import COLLECTIONS
from pipelines.storage.schema.retention import RETENTION

Data = Database[dict[str, Any]]
NOW = datetime(2026, 11, 30, 4, tzinfo=UTC)
DAY = datetime(2025, 3, 1, 16, tzinfo=UTC)
"""When the second of March began in Beijing."""


def test_every_collection_says_how_long_it_keeps_what_is_in_it() -> None:
    assert [kept.collection for kept in RETENTION] == [*COLLECTIONS]
    settings = {kept.setting for kept in RETENTION} - {None}
    assert settings <= set(Settings.model_fields)


def test_by_default_nothing_goes(database: Data, settings: Settings) -> None:
    see(database, "guancha:1", DAY, [3, 1, 2])
    database["urls"].insert_one(url("guancha:1", "rejected"))
    assert make_room(database, settings, NOW) == 0


def see(database: Data, article: str, start: datetime, ranks: list[int | None]) -> None:
    """An article in a hot list, another rank each hour; it goes on with the last."""
    for hour, rank in enumerate(ranks):
        at = start + timedelta(hours=hour)
        last = hour + 1 == len(ranks)
        database["sightings"].insert_one(
            {
                "_id": f"hot {article} {at:%Y-%m-%dT%H}",
                "article": article,
                "site": article.partition(":")[0],
                "source": "hot",
                "at": at,
                "until": None if last else at + timedelta(hours=1),
                "rank": rank,
                "title": f"title {hour}",
                "comment_count": hour,
                "read_count": None,
                "job": None,
            }
        )


def test_changes_of_a_day_become_one(database: Data) -> None:
    see(database, "guancha:1", DAY, [3, 1, 2, 9])
    see(database, "guancha:2", DAY + timedelta(hours=22), [5, 6, 7, 8, 4])  # two days
    see(database, "guancha:3", DAY, [None, None, None])
    assert roll_up(database, DAY + timedelta(days=3)) == 2 + 1 + 1 + 1
    found = {each["_id"]: each for each in database["sightings"].find()}
    rolled = found["hot guancha:1 2025-03-01T16"]
    assert rolled["day"] == {"first_rank": 3, "last_rank": 2, "changes": 3}
    assert (rolled["rank"], rolled["title"], rolled["comment_count"]) == (1, "title 2", 2)
    assert (rolled["at"], rolled["until"]) == (DAY, DAY + timedelta(hours=3))
    assert found["hot guancha:1 2025-03-01T19"]["until"] is None
    days = [each["at"] for each in found.values() if each["article"] == "guancha:2"]
    assert len(days) == 3
    assert found["hot guancha:3 2025-03-01T16"]["rank"] is None
    assert roll_up(database, DAY + timedelta(days=3)) == 0
    assert {each["_id"]: each for each in database["sightings"].find()} == found


def test_what_is_not_old_enough_stays(database: Data) -> None:
    see(database, "guancha:1", DAY, [3, 1, 2, 9])
    assert roll_up(database, DAY + timedelta(hours=23)) == 0
    assert database["sightings"].count_documents({}) == 4


def test_it_goes_on_after_an_interruption(database: Data, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(6):
        see(database, f"guancha:{number}", DAY + timedelta(days=number), [3, 1, 2, 9])
    monkeypatch.setattr(rolling_up, "MOST_DAYS", 2)
    gone = [roll_up(database, DAY + timedelta(days=30)) for _ in range(4)]
    assert gone == [4, 4, 4, 0]


def url(id_: str, state: str, **changes: Any) -> dict[str, Any]:
    seen = {"first_seen_at": DAY, "last_seen_at": DAY, "attempts": 0}
    return {"_id": id_, "site": "guancha", "url": f"u/{id_}", "state": state, **seen, **changes}


def test_urls_without_an_article_are_forgotten(database: Data, settings: Settings) -> None:
    database["urls"].insert_many(
        [
            url("guancha:1", "rejected"),
            url("guancha:2", "stored"),
            url("guancha:3", "rejected", last_seen_at=NOW),
            url("guancha:4", "failed", next_check_at=NOW),
            url("guancha:5", "gone"),
            url("guancha:6", "rejected"),
        ]
    )
    article = {"_id": "guancha:5"}
    database.command("insert", "articles", documents=[article], bypassDocumentValidation=True)
    database.command(
        "insert", "rejects", documents=[{"_id": "guancha:6"}], bypassDocumentValidation=True
    )
    assert make_room(database, settings.model_copy(update={"urls_days": 100}), NOW) == 1
    left = {each["_id"] for each in database["urls"].find()}
    assert left == {f"guancha:{number}" for number in (2, 3, 4, 5, 6)}
