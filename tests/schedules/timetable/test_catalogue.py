"""The schedules in force: the file's, its last good state, and operators' changes over it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from crawler.sites import SiteNames
from pipelines.config import Settings, load_settings
from schedules.exceptions import BadSchedules
from schedules.timetable.catalogue import (
    LAST_GOOD_NAME,
    Catalogue,
    checked_change,
    overlaid,
)
from tests.support.slots import nightly

GOOD = "[schedules.a]\nsite = 'sina'\ncron = '0 3 * * *'\n"
NOW = datetime(2026, 3, 1, tzinfo=UTC)


def test_the_last_good_state_of_the_file_stays_in_force(tmp_path: Path) -> None:
    path = tmp_path / "schedules.toml"
    catalogue = Catalogue(path, ("sina",))
    with pytest.raises(BadSchedules, match="cannot be read"):
        catalogue.defined()
    path.write_text(GOOD)
    assert [*catalogue.defined()] == ["a"]
    assert catalogue.mistake is None
    path.write_text(GOOD.replace("0 3", "no"))
    assert [*catalogue.defined()] == ["a"]
    assert "line 3, schedules.a.cron" in str(catalogue.mistake)
    path.write_text(GOOD + GOOD.replace("schedules.a", "schedules.b"))
    assert [*catalogue.defined()] == ["a", "b"]
    assert catalogue.mistake is None


def test_the_last_good_state_outlives_the_process(tmp_path: Path) -> None:
    settings = Settings(schedules=tmp_path / "schedules.toml", data_dir=tmp_path / "data")
    assert settings.schedules is not None
    settings.schedules.write_text(GOOD)
    assert [*Catalogue.of(settings, ("sina",)).defined()] == ["a"]
    settings.schedules.write_text(GOOD.replace("0 3", "no"))
    for _ in range(2):
        catalogue = Catalogue.of(settings, ("sina",))
        assert [*catalogue.in_force({})] == ["a"]
        assert "line 3, schedules.a.cron" in str(catalogue.mistake)
    settings.schedules.unlink()
    assert [*Catalogue.of(settings, ("sina",)).defined()] == ["a"]
    (settings.data_dir / LAST_GOOD_NAME).write_text("[[")
    with pytest.raises(BadSchedules, match="cannot be read"):
        Catalogue.of(settings, ("sina",)).defined()


@pytest.mark.parametrize(
    "decided",
    [
        {"changes": {"cron": "never"}},
        {"changes": {"site": "files"}},
        {"changes": {"cron": 7}},
        {"arguments": {"paths": "/etc"}},
        {"arguments": ["limit"]},
        {"arguments": {"limit": {"$gt": 0}}},
    ],
)
def test_a_decision_that_is_none_changes_nothing(tmp_path: Path, decided: dict[str, Any]) -> None:
    path = tmp_path / "schedules.toml"
    path.write_text(GOOD + GOOD.replace("schedules.a", "schedules.b"))
    kept = {"a": {"enabled": False, "updated_by": "x", **decided}}
    first, second = Catalogue(path, ("sina",)).in_force(kept).values()
    assert first.refused
    assert (first.enabled, first.changed, first.arguments) == (True, (), {})
    assert second.refused is None


def changed(**decided: Any) -> Any:
    kept = {"enabled": True, "updated_by": "me", **decided}
    return overlaid(nightly()["night"], kept)


def test_an_operator_changes_the_trigger_and_the_rest_stays() -> None:
    schedule = changed(changes={"interval": "2 hours", "priority": "-5"}, note="why")
    assert (schedule.words, schedule.trigger) == ("every 2 hours", "interval 2 hours")
    assert (schedule.priority, schedule.note) == (-5, "why")
    assert schedule.changed == ("interval", "priority")
    assert schedule.next_times(NOW, 1) == [NOW + timedelta(hours=2)]
    assert schedule.origin != nightly()["night"].origin
    assert changed(changes={"priority": "1"}).origin == nightly()["night"].origin


def test_an_operator_pauses_and_gives_arguments() -> None:
    schedule = changed(enabled=False, paused_until=NOW, arguments={"limit": "5"})
    assert schedule.changed == ("enabled", "arguments")
    assert [schedule.fires(NOW - timedelta(seconds=1)), schedule.fires(NOW)] == [False, True]
    assert schedule.arguments == {"limit": "5"}
    assert schedule.origin == nightly()["night"].origin


def test_what_nobody_decided_changes_nothing() -> None:
    night = nightly()["night"]
    assert overlaid(night, {"enabled": True, "planned_until": NOW}) is night


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("deadline", 'write "deadline=1 hour"'),
        ("site=guancha", "cannot be changed here"),
        ("deadline=soon", "'soon' is no length of time"),
        ("retries=99", "a whole number from 0 to 10, not 99"),
        ("cron=5", "'5' has 1 fields"),
        ("overlap=kill", "must be skip, queue or replace, not 'kill'"),
        ("quiet=9-10", "are no hours"),
        ("calendar=every 2 weeks at 03:30", "names no day that it counts from"),
        ("calendar=every 2 weeks at 03:30 from 2026-02-30", "names no day that it counts from"),
        ("calendar=now and then from 2026-01-05", "is no calendar"),
        ("start=2026-01-05", "cannot be changed here"),
    ],
)
def test_a_change_that_makes_no_schedule(text: str, says: str) -> None:
    with pytest.raises(ValueError, match=says):
        checked_change(nightly()["night"], text)


def test_a_change_that_can_be_made() -> None:
    assert checked_change(nightly()["night"], "deadline = 1 hour") == ("deadline", "1 hour")


def test_a_calendar_is_changed_in_one_line_as_it_is_shown() -> None:
    schedule = changed(changes={"calendar": "Every 2 weeks at 03:30 from 2026-01-05"})
    assert schedule.words == "every 2 weeks at 03:30 from 2026-01-05 on, Asia/Shanghai"
    fortnight = timedelta(weeks=2)
    first = datetime(2026, 3, 1, 19, 30, tzinfo=UTC)
    assert schedule.next_times(NOW, 2) == [first, first + fortnight]
    shown = schedule.trigger.removeprefix("calendar ")
    assert changed(changes={"calendar": shown}).origin == schedule.origin


THREE = "".join(GOOD.replace("schedules.a", f"schedules.{name}") for name in "abc")


def test_one_follows_another_and_what_can_be_no_more_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "schedules.toml"
    path.write_text(THREE)
    catalogue = Catalogue(path, ("sina",))
    follows = {
        name: {"enabled": True, "updated_by": "x", "changes": {"after": other}}
        for name, other in (("a", "b"), ("b", "c"))
    }
    a, b, c = catalogue.in_force(follows).values()
    assert [(each.after, each.due is None, each.refused) for each in (a, b, c)] == [
        ("b", True, None), ("c", True, None), (None, False, None),
    ]  # fmt: skip
    assert a.words == "when b has ended well"
    follows["c"] = {"enabled": True, "updated_by": "x", "changes": {"after": "a"}}
    circle = catalogue.in_force(follows)
    assert [each.refused for each in circle.values()].count(None) == 2
    assert circle["a"].refused == "after waits for itself by way of 'a'"
    assert circle["a"].due is not None
    path.write_text(GOOD)
    (alone,) = catalogue.in_force(follows).values()
    assert alone.refused == "after there is no schedule 'b'"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An operator's folder of sites."""
    monkeypatch.setenv("NEWSDESK_SITE_FOLDERS", str(tmp_path))
    load_settings.cache_clear()
    yield tmp_path
    load_settings.cache_clear()


NIGHT = "[schedules.night]\ncron = '0 3 * * *'\n"


def test_schedules_stand_with_their_sites(folder: Path) -> None:
    catalogue = Catalogue.of(Settings(), SiteNames())
    before = [*catalogue.defined()]
    assert {"guancha-night", "sina-day"} <= {*before}
    (folder / "ours.toml").write_text(NIGHT)
    (folder / "python").mkdir()
    (folder / "python" / "spider.py").write_text("")
    (folder / "python" / "schedules.toml").write_text(NIGHT)
    assert {*catalogue.defined()} == {*before, "ours-night", "python-night"}
    assert "ours" in catalogue.sites
    (folder / "ours.toml").unlink()
    assert {*catalogue.defined()} == {*before, "python-night"}


def test_a_broken_file_of_a_site_breaks_its_own_schedules_alone(folder: Path) -> None:
    ours, other = folder / "ours.toml", folder / "other.toml"
    ours.write_text(NIGHT)
    other.write_text(NIGHT)
    catalogue = Catalogue.of(Settings(), SiteNames())
    everything = [*catalogue.defined()]
    ours.write_text(NIGHT.replace("0 3", "no"))
    other.write_text(NIGHT.replace("night", "later"))
    found = catalogue.defined()
    assert {*everything} - {*found} == {"other-night"}
    assert "other-later" in found
    assert str(catalogue.mistake).startswith(f"{ours}, line 2, schedules.night.cron: ")
    other.write_text("[[")
    catalogue.defined()
    assert len(str(catalogue.mistake).splitlines()) == 2
    ours.write_text(NIGHT)
    other.write_text(NIGHT)
    assert [*catalogue.defined()] == everything
    assert catalogue.mistake is None


def test_a_site_that_others_may_write_has_no_schedules(folder: Path) -> None:
    ours = folder / "ours.toml"
    ours.write_text(NIGHT)
    ours.chmod(0o666)
    catalogue = Catalogue.of(Settings(), SiteNames())
    assert "ours-night" not in catalogue.defined()
    assert "do chmod go-w" in str(catalogue.mistake)
