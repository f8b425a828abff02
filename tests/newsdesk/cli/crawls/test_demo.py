"""`newsdesk demo`: what a newcomer sees first."""

from __future__ import annotations

from newsdesk.cli.crawls.demo import DATABASE, demo_settings
from pipelines.storage.queries import counts
from tests.support.command import Desk


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
