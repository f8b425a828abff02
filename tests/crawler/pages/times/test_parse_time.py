"""What is a time and what is none; dates in URLs; what it costs."""

from __future__ import annotations

from datetime import UTC, date, datetime
from time import thread_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages.times import date_of_url, parse_time
from tests.crawler.pages.times.reading import SEEN, beijing


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("今早", "2021-05-06"),
        ("昨晚", "2021-05-05"),
        ("周日", "2021-05-02"),
        ("上周五", "2021-04-30"),
        ("03-05", "2021-03-05"),
        ("2021年5月6日", "2021-05-06"),
        ("时间：2021-05-06", "2021-05-06"),
        ("May 6, 2021", "2021-05-06"),
    ],
)
def test_a_day_without_a_clock_says_so(text: str, day: str) -> None:
    assert beijing(text) == f"{day} 00:00:00"
    parsed = parse_time(text, reference=SEEN)
    assert parsed is not None
    assert "date_only" in parsed.flags


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_a_reference_that_is_no_time_of_a_visit_steers_nothing(year: int) -> None:
    reference = datetime(year, 6, 1, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="pass reference="):
        parse_time("3小时前", reference=reference)
    assert beijing("2021-05-06 15:10", reference) == "2021-05-06 15:10:00"


def test_a_reference_without_a_zone_is_none() -> None:
    naive = SEEN.replace(tzinfo=None)
    assert beijing("2021-05-06 15:10", naive) == "2021-05-06 15:10:00"
    with pytest.raises(ValueError, match="pass reference="):
        parse_time("3小时前", reference=naive)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "某某网",
        "2021-13-45 10:00",
        "2021-02-30 10:00",
        "2021-05-06 25:00",
        "2021年5月",
        "去年",
        "比分 3-2",
        "关于2021年工作的报道",
        # days and clock times that do not exist are no others
        "2021-13-01",
        "2021年13月1日 10:00",
        "20211301",
        "2021-02-29 10:00",
        "2021-05-06 10:75",
        "2021年5月6日10点75分",
        "2021-13-01 2021-05-06",
        "13-05",
        "02-30 10:00",
        "31-02-2021",
        "03/04/2021 10:00",
        "2021-05-06 10:00 +25:00",
        # at which nothing can have been published
        "1900-01-01 00:00:00",
        "1970-01-01 08:00:00",
        "2199-01-01 10:00",
        "9999-12-31 23:59:59",
        "2021-05-08 10:00",
        "今天 23:50",
        "本周日",
        "5000年前",
        "99999999999天前",
        # words that only look like a time
        "今日头条",
        "三年前的今天",
        "5月2日前",
        "3月前",
        "目前晚些时候",
        "v17.3.1",
        "第12.25期",
        "周末",
        "明天 10:20",
    ],
)
def test_no_time(text: str) -> None:
    assert parse_time(text, reference=SEEN) is None


def test_what_was_printed_is_told() -> None:
    day = parse_time("2021-05-06")
    minute = parse_time("2021-05-06 00:00")
    assert day is not None
    assert minute is not None
    assert (day.moment, day.date_only) == (minute.moment, True)
    assert not minute.date_only
    assert not minute.relative


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.example.com/politics/2021_05_06_589765.shtml", date(2021, 5, 6)),
        ("https://www.example.com/c/2021-05-06/doc-ikmyaawc3712345.shtml", date(2021, 5, 6)),
        ("https://www.example.com/a/20210506/1234567890.htm", date(2021, 5, 6)),
        ("https://www.example.com/2021/0506/c1.html", date(2021, 5, 6)),
        ("https://www.example.com/20211399/a.html", None),
        ("https://www.example.com/c/2021-13-01/doc-i1.shtml", None),
        ("https://www.example.com/٢٠٢١-05-06/a.html", None),
        ("https://www.example.com/main/content?id=589765", None),
    ],
)
def test_date_of_url(url: str, expected: date | None) -> None:
    assert date_of_url(url) == expected


@settings(deadline=None, max_examples=300)
@given(
    st.text(
        alphabet="0123456789年月日时分 :-/.T今昨天前刚小+Z上午晚周五半几个点三十GMTAPM（）",
        max_size=40,
    )
)
def test_any_text_is_read_or_not(text: str) -> None:
    parsed = parse_time(text, reference=SEEN)
    assert parsed is None or parsed.moment.tzinfo is UTC


@pytest.mark.parametrize(
    "piece",
    [
        "2021 ",
        "2021-1-1 ",
        "1小时",
        "半",
        "周",
        "今晚",
        "1月",
        "10:",
        "Mar 1 ",
        "1-",
        "12点",
        " ",
        "+0",
    ],
)
def test_long_texts_cost_no_more_than_short_ones(piece: str) -> None:
    def cost(length: int) -> float:
        text = (piece * length)[:length]
        started = thread_time()
        for _ in range(5):
            parse_time(text, reference=SEEN)
        return thread_time() - started

    cost(100)
    assert cost(1_000_000) < 0.2 + 20 * cost(500)
