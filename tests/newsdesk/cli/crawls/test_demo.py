"""`newsdesk demo`: what a newcomer sees first."""

from __future__ import annotations

from typing import Any

import pytest

from newsdesk.answers.operations.night import opened_night
from newsdesk.cli.crawls.demo import DATABASE, demo_settings
from pipelines.storage.queries import counts, drop_database
from pipelines.timing import clock
from tests.support.command import Desk


@pytest.mark.parametrize("holds", ["hosts", "slots"])
def test_a_database_with_nights_is_not_emptied(desk: Desk, holds: str) -> None:
    """An operator has called it as the demo does."""
    settings = demo_settings(desk.settings)
    fields: dict[str, Any] = {"slots": {"schedule": "a", "due_at": clock.now(), "state": "done"}}
    document = {"_id": "sina", "site": "sina", "host": None, "updated_at": clock.now()}
    with opened_night(settings) as night:
        night.database[holds].insert_one(fields.get(holds, document))
        said = desk.run("demo")
        assert (said.code, "holds nights: the demo would empty it" in said.err) == (1, True)
        assert night.database[holds].count_documents({}) == 1
    drop_database(settings)


def test_two_nights_of_two_sites(desk: Desk) -> None:
    said = desk.run("demo")
    assert said.code == 0
    for word in ("guancha", "sina", "night 1", "night 2", "Found", "already known", "stored"):
        assert word in said.out
    for word in ("stories 3 ·", "off topic", "unreadable", "Newest articles", "Look further"):
        assert word in said.out
    assert f"newsdesk --database {DATABASE} articles show" in said.out
    assert max(map(len, said.out.splitlines())) <= 100
    held = counts(demo_settings(desk.settings))
    assert held["articles"] >= 40
    assert held["jobs"] == 4
    assert counts(desk.settings)["articles"] == 0
