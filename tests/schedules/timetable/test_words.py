"""Cron expressions in words."""

from __future__ import annotations

import pytest

from schedules.timetable.cron import read_cron
from schedules.timetable.words import cron_in_words


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("30 2 * * *", "at 02:30"),
        ("30 2 * * 1-5", "at 02:30, Monday to Friday"),
        ("0 0 * * 0,6", "at 00:00, Saturday and Sunday"),
        ("*/15 * * * *", "every 15 minutes"),
        ("* * * * *", "every minute"),
        ("15 6-23 * * *", "at minute 15, during 6 to 23 o'clock"),
        ("5 * * * *", "every hour at minute 5"),
        ("0 */2 * * *", "at minute 0, every 2 hours"),
        ("0 8,20 * * *", "at 08:00 and 20:00"),
        ("0 3 13 * 5", "at 03:00, on day 13 of the month or on Friday"),
        ("0 3 */2 * 5", "on day 1, 3, 5,"),
        ("0 3 1 1,7 *", "at 03:00, on day 1 of the month, in January and July"),
    ],
)
def test_in_words(text: str, words: str) -> None:
    assert words in cron_in_words(read_cron(text))
