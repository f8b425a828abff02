"""Times as Chinese pages print them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from time import perf_counter

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
        ("May 6th, 2021, 10:00:05 PM", "2021-05-06 22:00:05"),
        ("6 May 2021 10:00", "2021-05-06 10:00:00"),
        ("10:00, 6 May 2021", "2021-05-06 10:00:00"),
        ("2021-May-06 10:00", "2021-05-06 10:00:00"),
        # zones
        ("2021-05-06 10:20 GMT+8", "2021-05-06 10:20:00"),
        ("2021-05-06 10:20 UTC+8", "2021-05-06 10:20:00"),
        ("2021-05-06 10:20:00 (UTC+08:00)", "2021-05-06 10:20:00"),
        ("2021-05-06T10:20+08", "2021-05-06 10:20:00"),
        ("2021-05-06 10:20 GMT-5", "2021-05-06 23:20:00"),
        ("2021-05-06T10:20:00-05:00", "2021-05-06 23:20:00"),
        ("2021-05-06 02:20 UTC", "2021-05-06 10:20:00"),
        ("2021-05-06 10:20 CST", "2021-05-06 10:20:00"),
        ("Thu May  6 10:20:00 CST 2021", "2021-05-06 10:20:00"),
        ("Thu May 06 10:20:00 GMT+08:00 2021", "2021-05-06 10:20:00"),
        ("Thu May 06 02:20:00 UTC 2021", "2021-05-06 10:20:00"),
        ("May 6, 2021 10:20 CST", "2021-05-06 10:20:00"),
        ("Thu May 06 2021 10:20:00 GMT+0800 (中国标准时间)", "2021-05-06 10:20:00"),
        ("北京时间2021年5月6日10时20分", "2021-05-06 10:20:00"),
        ("2021-05-06 10:20（美东时间）", "2021-05-06 22:20:00"),
        ("2021-05-06 10:20-11:30", "2021-05-06 10:20:00"),
        # halves of the day
        ("2021-05-06 凌晨12:30", "2021-05-06 00:30:00"),
        ("2021-05-06 12:30 AM", "2021-05-06 00:30:00"),
        ("2021-05-06 12:30 p.m.", "2021-05-06 12:30:00"),
        ("2021-05-06 中午12:30", "2021-05-06 12:30:00"),
        ("2021-05-06 下午12:30", "2021-05-06 12:30:00"),
        ("2021-05-06 下午 14:30", "2021-05-06 14:30:00"),
        ("2021年5月6日 9点半", "2021-05-06 09:30:00"),
        ("2021年5月6日上午九点三刻", "2021-05-06 09:45:00"),
        ("2021年5月6日晚8点", "2021-05-06 20:00:00"),
        ("2021年5月6日21点05分", "2021-05-06 21:05:00"),
        ("二零二一年五月六日二十一时十分", "2021-05-06 21:10:00"),
        # clock and date in another order or form
        ("15:10 2021年5月6日", "2021-05-06 15:10:00"),
        ("2021-05-06（周四）15:10", "2021-05-06 15:10:00"),
        ("2021-05-06 | 15:10", "2021-05-06 15:10:00"),
        ("20210506 15:10", "2021-05-06 15:10:00"),
        ("20210506T151053+0800", "2021-05-06 15:10:53"),
        ("25/11/2019 10:30", "2019-11-25 10:30:00"),
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
        # two units, words for numbers
        ("1小时10分前", "2021-05-06 14:50:00"),
        ("1 小时 10 分钟前", "2021-05-06 14:50:00"),
        ("1天3小时前", "2021-05-05 13:00:00"),
        ("三小时前", "2021-05-06 13:00:00"),
        ("二十五分钟前", "2021-05-06 15:35:00"),
        ("一个半小时前", "2021-05-06 14:30:00"),
        ("一刻钟之前", "2021-05-06 15:45:00"),
        ("约3小时前", "2021-05-06 13:00:00"),
        ("3小时前 · 河湾", "2021-05-06 13:00:00"),
        ("2 hours ago", "2021-05-06 14:00:00"),
        # days by name
        ("今早 6:30", "2021-05-06 06:30:00"),
        ("今晨六点半", "2021-05-06 06:30:00"),
        ("昨晚 10:30", "2021-05-05 22:30:00"),
        ("昨天下午3点", "2021-05-05 15:00:00"),
        ("前晚9点", "2021-05-04 21:00:00"),
        ("昨天(5日) 18:30", "2021-05-05 18:30:00"),
        ("周日 10:20", "2021-05-02 10:20:00"),
        ("周四 10:20", "2021-05-06 10:20:00"),
        ("周四 18:20", "2021-04-29 18:20:00"),
        ("上周五 9:05", "2021-04-30 09:05:00"),
        ("上上周三上午9:05", "2021-04-21 09:05:00"),
        ("本週一 9:05", "2021-05-03 09:05:00"),
        ("禮拜天 9:05", "2021-05-02 09:05:00"),
        ("yesterday at 18:30", "2021-05-05 18:30:00"),
        # months and years by name
        ("去年12月5日 10:30", "2020-12-05 10:30:00"),
        ("今年3月1日 10:30", "2021-03-01 10:30:00"),
        ("上月15日 10:30", "2021-04-15 10:30:00"),
        ("15日10:30", "2021-04-15 10:30:00"),
        ("5月6日09:10", "2021-05-06 09:10:00"),
        ("03.01 09:10", "2021-03-01 09:10:00"),
        ("发布时间：15:10", "2021-05-06 15:10:00"),
        ("九点半", "2021-05-06 09:30:00"),
    ],
)
def test_relative(text: str, expected: str) -> None:
    assert beijing(text) == expected
    parsed = parse_time(text, reference=SEEN)
    assert parsed is not None
    assert parsed.relative


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1个月10天前", "2021-03-27 16:00:00"),
        ("3个月前", "2021-02-06 16:00:00"),
        ("半年前", "2020-11-06 16:00:00"),
        ("发布于半年前", "2020-11-06 16:00:00"),
        ("一年半前", "2019-11-06 16:00:00"),
        ("半个月前", "2021-04-21 16:00:00"),
        ("两周前", "2021-04-22 16:00:00"),
        ("3天前", "2021-05-03 16:00:00"),
        ("几分钟前", "2021-05-06 15:57:00"),
        ("10多分钟前", "2021-05-06 15:50:00"),
        ("昨晚12:30", "2021-05-06 00:30:00"),
        ("昨夜1点20", "2021-05-06 01:20:00"),
        ("2021-05-05 晚上12点", "2021-05-06 00:00:00"),
        ("2021-05-06 上午12:30", "2021-05-06 00:30:00"),
        ("2021-05-06 10:20 当地时间", "2021-05-06 10:20:00"),
        ("18-03-05 12:00", "2018-03-05 12:00:00"),
        ("98年3月5日 12:00", "1998-03-05 12:00:00"),
        ("18/3/5", "2018-03-05 00:00:00"),
    ],
)
def test_a_guess_says_so(text: str, expected: str) -> None:
    assert beijing(text) == expected
    parsed = parse_time(text, reference=SEEN)
    assert parsed is not None
    assert "time_guessed" in parsed.flags


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


def test_months_ago_end_with_the_month() -> None:
    last = datetime(2021, 3, 31, 16, 0, tzinfo=BEIJING)
    assert beijing("1个月前", last) == "2021-02-28 16:00:00"


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


@pytest.mark.parametrize(
    "text", ["刚刚", "5分钟前", "昨天 18:30", "02-01 09:10", "09:10", "周日", "今晚8点"]
)
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
        ("https://www.example.com/c/2021-13-01/doc-i1.shtml", None),
        ("https://www.example.com/٢٠٢١-05-06/a.html", None),
        ("https://www.example.com/main/content?id=589765", None),
    ],
)
def test_date_of_url(url: str, expected: date | None) -> None:
    assert date_of_url(url) == expected


@settings(deadline=None)
@given(st.datetimes(min_value=datetime(1991, 1, 1), max_value=datetime(2089, 1, 1)))  # noqa: DTZ001
def test_every_moment_comes_back(moment: datetime) -> None:
    moment = moment.replace(microsecond=0, tzinfo=BEIJING)
    for form in ("%Y-%m-%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "更新于 %Y/%m/%d %H:%M:%S"):
        parsed = parse_time(moment.strftime(form), zone="Etc/GMT-8")
        assert parsed is not None
        assert parsed.moment == moment


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


@settings(deadline=None, max_examples=300)
@given(st.dates(date(1991, 1, 1), date(2089, 1, 1)), st.integers(13, 99), st.integers(32, 99))
def test_an_impossible_date_is_no_other_date(day: date, month: int, number: int) -> None:
    for form in (
        "{y}-{m:02}-{d:02}",
        "{y}年{m}月{d}日",
        "{y}{m:02}{d:02}",
        "更新于{y}/{m}/{d} 10:20",
    ):
        wrong_month = form.format(y=day.year, m=month, d=day.day)
        wrong_day = form.format(y=day.year, m=day.month, d=number)
        assert parse_time(wrong_month, reference=SEEN) is None
        assert parse_time(wrong_day, reference=SEEN) is None


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
        started = perf_counter()
        for _ in range(5):
            parse_time(text, reference=SEEN)
        return perf_counter() - started

    cost(100)
    assert cost(1_000_000) < 0.2 + 20 * cost(500)
