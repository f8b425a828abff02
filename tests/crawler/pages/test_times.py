"""Times as Chinese pages print them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages.times import date_of_url, parse_time

BEIJING = timezone(timedelta(hours=8))
SEEN = datetime(2021, 5, 6, 16, 0, tzinfo=BEIJING)


def beijing(text: str, reference: datetime | None = SEEN) -> str | None:
    parsed = parse_time(text, reference=reference)
    return f"{parsed.moment.astimezone(BEIJING):%Y-%m-%d %H:%M:%S}" if parsed else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2021-05-06 15:10:53", "2021-05-06 15:10:53"),
        ("2021-05-06 15:10", "2021-05-06 15:10:00"),
        ("2021年05月06日01:53", "2021-05-06 01:53:00"),
        ("2021年5月6日 18:57", "2021-05-06 18:57:00"),
        ("2021年5月6日 星期四 18:57", "2021-05-06 18:57:00"),
        ("2021年5月6日15时10分", "2021-05-06 15:10:00"),
        ("2021年5月6日下午3:05", "2021-05-06 15:05:00"),
        ("2021/5/6 上午 9:05", "2021-05-06 09:05:00"),
        ("2005.08.26 05:39", "2005-08-26 05:39:00"),
        ("2005.08.2605:39", "2005-08-26 05:39:00"),
        ("２０２１－０５－０６　１５：１０", "2021-05-06 15:10:00"),
        ("2021-05-06 24:00", "2021-05-07 00:00:00"),
        ("2021-05-06T15:10:53+08:00", "2021-05-06 15:10:53"),
        ("2021-05-06T07:10:53Z", "2021-05-06 15:10:53"),
        ("2021-05-06T07:10:53.250Z", "2021-05-06 15:10:53"),
        ("2021-05-06T15:10:53.000+0800", "2021-05-06 15:10:53"),
        ("20210506151053", "2021-05-06 15:10:53"),
        ("二〇二一年十一月二十三日 10:20", "2021-11-23 10:20:00"),
        ("最后更新: 2021-05-06 15:14:21", "2021-05-06 15:14:21"),
        ("最後更新：2021-05-06 15:14:21", "2021-05-06 15:14:21"),
        ("2021-05-06 15:10:53 来源：某某报", "2021-05-06 15:10:53"),
        ("\n 2021年05月06日 08:01\n  某某网 ", "2021-05-06 08:01:00"),
        ("Thu, 06 May 2021 07:10:53 GMT", "2021-05-06 15:10:53"),
        ("Thu, 06 May 2021 15:10:53 +0800", "2021-05-06 15:10:53"),
        ("Thu, 06 May 2021 15:10:53 CST", "2021-05-06 15:10:53"),
        ("May 6, 2021 10:00", "2021-05-06 10:00:00"),
    ],
)
def test_absolute(text: str, expected: str) -> None:
    assert beijing(text, reference=None) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("刚刚", "2021-05-06 16:00:00"),
        ("剛剛", "2021-05-06 16:00:00"),
        ("30秒前", "2021-05-06 15:59:30"),
        ("55分钟前", "2021-05-06 15:05:00"),
        ("55 分鐘前", "2021-05-06 15:05:00"),
        ("半小时前", "2021-05-06 15:30:00"),
        ("3小時前", "2021-05-06 13:00:00"),
        ("2天前", "2021-05-04 16:00:00"),
        ("发布时间：3小时前", "2021-05-06 13:00:00"),
        ("今天 08:30", "2021-05-06 08:30:00"),
        ("昨天 18:30", "2021-05-05 18:30:00"),
        ("前天18:30", "2021-05-04 18:30:00"),
        ("02-01 09:10", "2021-02-01 09:10:00"),
        ("5月6日 09:10", "2021-05-06 09:10:00"),
        ("5月6日", "2021-05-06 00:00:00"),
        ("12-31 23:10", "2020-12-31 23:10:00"),
        ("05-07 09:10", "2020-05-07 09:10:00"),
        ("02-29 10:00", "2020-02-29 10:00:00"),
        ("15:10", "2021-05-06 15:10:00"),
        ("18:10", "2021-05-05 18:10:00"),
    ],
)
def test_relative(text: str, expected: str) -> None:
    assert beijing(text) == expected
    parsed = parse_time(text, reference=SEEN)
    assert parsed is not None
    assert parsed.relative


def test_a_clock_that_runs_ahead_keeps_the_year() -> None:
    assert beijing("05-06 16:20") == "2021-05-06 16:20:00"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "某某网",
        "2021-13-45 10:00",
        "2021-02-30 10:00",
        "2021-05-06 25:00",
        "2021年5月",
        "3个月前",
        "去年",
        "21-05-06 10:00",
        "比分 3-2",
        "关于2021年工作的报道",
    ],
)
def test_no_time(text: str) -> None:
    assert parse_time(text, reference=SEEN) is None


@pytest.mark.parametrize("text", ["刚刚", "5分钟前", "昨天 18:30", "02-01 09:10", "09:10"])
def test_relative_without_a_reference_says_so(text: str) -> None:
    with pytest.raises(ValueError, match="pass reference="):
        parse_time(text)


def test_what_was_printed_is_told() -> None:
    day = parse_time("2021-05-06")
    minute = parse_time("2021-05-06 00:00")
    assert day is not None
    assert minute is not None
    assert (day.moment, day.date_only) == (minute.moment, True)
    assert not minute.date_only
    assert not minute.relative


def test_zone() -> None:
    parsed = parse_time("2021-05-06 08:00", zone="UTC")
    assert parsed is not None
    assert parsed.moment == datetime(2021, 5, 6, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://www.example.com/politics/2021_05_06_589765.shtml", date(2021, 5, 6)),
        ("https://www.example.com/c/2021-05-06/doc-ikmyaawc3712345.shtml", date(2021, 5, 6)),
        ("https://www.example.com/a/20210506/1234567890.htm", date(2021, 5, 6)),
        ("https://www.example.com/2021/0506/c1.html", date(2021, 5, 6)),
        ("https://www.example.com/20211399/a.html", None),
        ("https://www.example.com/main/content?id=589765", None),
    ],
)
def test_date_of_url(url: str, expected: date | None) -> None:
    assert date_of_url(url) == expected


@settings(deadline=None)
@given(st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2089, 1, 1)))  # noqa: DTZ001
def test_every_moment_comes_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=BEIJING)
    for form in ("%Y-%m-%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "更新于 %Y/%m/%d %H:%M:%S"):
        parsed = parse_time(moment.strftime(form), zone="Etc/GMT-8")
        assert parsed is not None
        assert parsed.moment == moment


@settings(deadline=None, max_examples=300)
@given(st.text(alphabet="0123456789年月日时分 :-/.T今昨天前刚小+Z上午", max_size=40))
def test_any_text_is_read_or_not(text: str) -> None:
    parsed = parse_time(text, reference=SEEN)
    assert parsed is None or parsed.moment.tzinfo is UTC
