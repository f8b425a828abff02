"""From when on due times become slots: new, changed, missed and forgotten schedules."""

from __future__ import annotations

from collections import Counter

import pytest

from schedules.alerts.watchman import Watchman
from schedules.service.slots.writer import LONGEST_CATCH_UP
from schedules.timetable.catalogue import overlaid
from schedules.timetable.schedule import Schedule
from tests.support.slots import DAY, HOUR, MINUTE, NIGHT, START, SlotDesk, nightly, read


def at(cron: str) -> dict[str, Schedule]:
    return read(f"[schedules.night]\nsite = 'sina'\ncron = '{cron}'")


def test_another_cron_invents_no_past_due_times(desk: SlotDesk) -> None:
    desk.look(at("0 3 * * *"), START, NIGHT)
    desk.end("ok")
    desk.look(at("0 3 * * *"), NIGHT + MINUTE)
    changed = at("*/10 * * * *")
    late = NIGHT + 5 * HOUR + 5 * MINUTE  # nothing ran in between
    desk.look(changed, late)
    assert desk.states() == ["done"]
    assert Watchman(desk.night).look(changed, late) == {}
    desk.look(changed, late + 5 * MINUTE)
    assert desk.states() == ["done", "running"]


def test_a_cron_that_an_operator_changes_invents_none_either(desk: SlotDesk) -> None:
    desk.look(at("0 3 * * *"), START, NIGHT)
    desk.end("ok")
    late = NIGHT + 5 * HOUR + 5 * MINUTE
    kept = {"updated_by": "me", "enabled": True, "changes": {"cron": "*/10 * * * *"}}
    changed = {"night": overlaid(at("0 3 * * *")["night"], kept)}
    watchman = Watchman(desk.night)
    assert watchman.look(changed, late) == {}  # no service has heard of it yet
    desk.look(changed, late)
    assert desk.states() == ["done"]
    assert watchman.look(changed, late + 40 * MINUTE).keys() == {"night"}
    desk.look(changed, late + 5 * MINUTE)
    assert desk.states() == ["done", "running"]


def test_the_same_cron_in_other_words_goes_on_where_it_was(desk: SlotDesk) -> None:
    desk.look(at("0 3 * * *"), START, NIGHT)
    desk.end("ok")
    desk.look(at("0 3 * * *"), NIGHT + MINUTE)
    changes = {"arguments": {"limit": "5"}, "changes": {"deadline": "1 hour"}}
    kept = {"updated_by": "me", "enabled": True, **changes}
    changed = {"night": overlaid(at("0 3 * * *")["night"], kept)}
    desk.look(changed, NIGHT + DAY + HOUR)
    assert desk.states() == ["done", "running"]
    assert "Nothing ran to start it on time" in desk.slots()[1]["reason"]


def test_a_schedule_that_comes_back_begins_anew(desk: SlotDesk) -> None:
    other = read("[schedules.other]\nsite = 'sina'\ncron = '0 4 1 1 *'")
    desk.look(nightly() | other, START, NIGHT)
    desk.end("ok")
    desk.look(nightly() | other, NIGHT + MINUTE)
    desk.look(other, NIGHT + HOUR)
    assert desk.night.schedules.all().keys() == {"other"}
    back = NIGHT + 10 * DAY + HOUR
    desk.look(nightly() | other, back)
    assert desk.states() == ["done"]
    assert Watchman(desk.night).look(nightly() | other, back) == {}
    desk.look(nightly() | other, NIGHT + 11 * DAY)
    assert desk.states() == ["done", "running"]


def test_what_an_operator_decided_outlives_the_schedule(desk: SlotDesk) -> None:
    desk.look(nightly(), START)
    desk.night.schedules.change("night", START, "me", enabled=False, paused_until=None)
    desk.look({}, START + HOUR)
    (kept,) = desk.night.schedules.all().values()
    assert (kept["enabled"], kept["updated_by"]) == (False, "me")
    assert not {"planned_until", "planned_as", "known_since"} & kept.keys()
    desk.look(nightly(), START + DAY)
    (kept,) = desk.night.schedules.all().values()
    assert kept["known_since"] == START + DAY


def test_what_an_earlier_release_planned_goes_on(desk: SlotDesk) -> None:
    """It noted no trigger: a night that was missed over the change is made up for."""
    desk.night.schedules.planned({"night": START}, START)
    desk.look(nightly(), NIGHT + HOUR)
    assert desk.states() == ["running"]
    (kept,) = desk.night.schedules.all().values()
    assert (kept["planned_as"], kept["known_since"]) == ("cron 0 3 * * *, Asia/Shanghai", START)


def test_one_that_was_switched_off_in_the_file_makes_up_for_nothing(desk: SlotDesk) -> None:
    desk.look(nightly(enabled=False), START, NIGHT, NIGHT + DAY)
    desk.look(nightly(), NIGHT + 2 * DAY + HOUR)
    assert desk.states() == []
    desk.look(nightly(), NIGHT + 3 * DAY)
    assert desk.states() == ["running"]


def test_a_service_that_was_away_for_months_makes_slots_of_the_last_one(
    desk: SlotDesk, caplog: pytest.LogCaptureFixture
) -> None:
    desk.look(nightly(), START)
    late = START + 100 * DAY
    desk.look(nightly(), late)
    assert len(desk.slots()) == LONGEST_CATCH_UP.days
    assert "due times before" in caplog.text


def test_a_clock_that_was_a_day_ahead_hides_no_due_time(desk: SlotDesk) -> None:
    """Neither from this leader nor from one that begins after it."""
    hourly = read("[schedules.night]\nsite = 'sina'\ncron = '0 * * * *'", overlap="queue")
    desk.look(hourly, START, START + DAY + MINUTE)
    assert Counter(desk.states()) == {"missed": 23, "running": 1}
    desk.look(hourly, START + 2 * MINUTE)
    assert desk.night.schedules.all()["night"]["planned_until"] == START + 2 * MINUTE
    desk.look(hourly, *(START + n * HOUR for n in range(1, 25)))
    assert desk.states() == ["running"] * 24
