"""Cron expressions as numbers, and what is no expression."""

from __future__ import annotations

import pytest

from schedules.timetable.cron import CronError, read_cron


def test_sunday_has_two_numbers_and_a_name() -> None:
    assert read_cron("0 0 * * 0").weekdays == read_cron("0 0 * * 7").weekdays == (0,)
    assert read_cron("0 0 * * sun").weekdays == (0,)
    assert read_cron("0 0 * * 1-5").weekdays == (1, 2, 3, 4, 5)
    assert read_cron("0 0 * * 5-7").weekdays == (0, 5, 6)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("30 2 * *", "has 4 fields"),
        ("60 2 * * *", "minute '60' is not within 0 to 59"),
        ("0 24 * * *", "hour '24'"),
        ("0 0 0 * *", "day of month '0'"),
        ("0 0 * 13 *", "month '13' is not within 1 to 12 or jan to dec"),
        ("0 0 * * 8", "day of week '8'"),
        ("0 0 * * mom", "day of week 'mom'"),
        ("0 0 30 2 *", "never comes due"),
        ("*/0 * * * *", "step of 0"),
        ("0 22-6 * * *", "runs backwards"),
        ("x! * * * *", "no number, range, list or step"),
        ("@reboot", "has 1 fields"),
    ],
)
def test_what_is_no_cron(text: str, says: str) -> None:
    with pytest.raises(CronError, match=says.replace("[", r"\[")):
        read_cron(text)
