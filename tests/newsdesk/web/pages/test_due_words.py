"""Due times are said in Chinese where they can be, and never half so."""

from __future__ import annotations

import re

import pytest

from newsdesk.web.pages.due_words import due_words
from schedules.timetable.table import read_table, trigger_of


def _said(key: str, text: str) -> str:
    return due_words(trigger_of(read_table({"site": "x", key: text})).words, "zh")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("30 2 * * *", "每天 02:30"),
        ("0 8,20 * * *", "每天 08:00、20:00"),
        ("15 4 * * 1", "每周一 04:15"),
        ("15 4 * * 1,3,6", "每周一、三、六 04:15"),
        ("0 9 * * 1-5", "周一至周五 09:00"),
        ("15 6-23 * * *", "6 至 23 点，每小时第 15 分"),
        ("5 * * * *", "每小时第 5 分"),
        ("*/20 * * * *", "每 20 分钟"),
        ("0 3 1 * *", "每月 1 日 03:00"),
    ],
)
def test_cron(text: str, said: str) -> None:
    assert _said("cron", text) == said


def test_what_has_no_chinese_words_stays_whole() -> None:
    assert _said("interval", "6 hours") == "每 6 小时"
    odd = _said("cron", "1 2 3 4 5")
    assert re.search("[a-z]", odd)
    assert not re.search("[一-龥]", odd)
