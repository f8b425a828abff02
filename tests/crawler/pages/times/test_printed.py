"""Times in lines with other words: found whole, the likeliest first."""

from __future__ import annotations

import pytest

from crawler.pages.times import find_times, is_time, likeliest_first, without_times

WHOLE = (
    "2024-03-05 03:30 PM",
    "2024-03-05T01:30:00Z",
    "2024-03-05 01:30 GMT",
    "2024-03-05 09:30 GMT+8",
    "2024-03-05 09:30（北京时间）",
    "2024-03-05 下午 03:30",
    "2024-03-05, 09:30",
    "2024年3月5日 星期二 09:30",
    "2024年3月5日（周二）09:30",
    "2024年3月5日上午9点半",
    "2024年3月5日9时30分",
    "二〇二四年三月五日上午九点",
    "民國113年3月5日 09:30",
    "20240305 09:30",
    "09:30 2024-03-05",
    "March 5, 2024 9:30 AM",
    "5 March 2024 09:30",
    "Tue Mar 5 09:30:00 CST 2024",
    "3月5日9时",
    "03-05 09:30",
    "24-03-05 09:30",
    "昨日 09:30",
    "昨晚10:30",
    "今早8点",
    "周日 10:20",
    "上周五 10:20",
    "半小时前",
    "1小时10分前",
    "三天前",
    "3小時前",
    "3個月前",
    "两周前",
    "刚刚",
    "3 hours ago",
    "yesterday at 9:30 AM",
)


@pytest.mark.parametrize("printed", WHOLE)
@pytest.mark.parametrize("line", ["{}", "发布时间：{}  来源：甲乙日报", "甲乙日报 | {} | 王小明"])
def test_a_time_is_found_whole(line: str, printed: str) -> None:
    found = find_times(line.format(printed))
    assert [time.text.removeprefix("Tue ") for time in found] == [printed.removeprefix("Tue ")]
    assert is_time(found[0].text)


@pytest.mark.parametrize("printed", ["昨天", "3月5日", "24-03-05", "20240305", "去年3月5日"])
def test_a_day_without_year_or_clock_counts_alone_or_behind_a_label(printed: str) -> None:
    assert likeliest_first(find_times(printed)) == [printed]
    assert likeliest_first(find_times(f"发布时间：{printed}")) == [printed]
    assert find_times(f"甲乙日报{printed}电") == []


@pytest.mark.parametrize(
    "line",
    [
        "09:30",
        "1/3",
        "周末",
        "比分3-5，用时12:10",
        "电话010-12345678",
        "版本2024-03-05",
        "今天是2024年3月5日 星期二",
        "当前时间：2024-03-05 09:30",
        "更新至2024-03-05",
        "第3天前往",
    ],
)
def test_what_is_no_time_of_the_article(line: str) -> None:
    assert find_times(line) == []


@pytest.mark.parametrize(
    "line",
    [
        "更新：2024-03-06 18:00 发布：2024-03-05 09:30",
        "更新时间：2024-03-06 18:00　发布时间：2024-03-05 09:30",
        "（更新：2024-03-06 18:00）2024-03-05 09:30",
        "2024-03-05 09:30 更新：2024-03-06 18:00",
        "2024-03-05 09:30 更新 2024-03-06 18:00",
        "Updated 2024-03-06 18:00 Published 2024-03-05 09:30",
        "最后修改于2024-03-06 18:00，2024-03-05 09:30",
        "2024-03-05 09:30 刚刚更新",
    ],
)
def test_publication_comes_before_updates(line: str) -> None:
    assert likeliest_first(find_times(line))[0] == "2024-03-05 09:30"


def test_full_times_come_before_days_and_days_before_distances() -> None:
    times = find_times("3小时前 3月5日 09:30 甲报 2024-03-04 乙报 2024-03-05 09:30")
    assert likeliest_first(times) == [
        "2024-03-05 09:30", "2024-03-04", "2024-03-05", "3月5日 09:30", "3小时前",
    ]  # fmt: skip


def test_an_update_is_better_than_no_time() -> None:
    assert likeliest_first(find_times("最后修改：2024-03-05 18:00"))[0] == "2024-03-05 18:00"


@pytest.mark.parametrize(
    ("line", "rest"),
    [
        ("2024-03-05 09:30 甲乙日报", "甲乙日报"),
        ("２０２４年３月５日　０９：３０　甲乙日报", "甲乙日报"),
        ("甲乙日报 二〇二四年三月五日 王小明", "甲乙日报   王小明"),
        ("2024年03月05日09:30来源", "来源"),
        ("2024-03-05 5点击", "5点击"),
    ],
)
def test_what_stands_around_a_time_stays(line: str, rest: str) -> None:
    assert without_times(line) == rest
