"""What looks like a medium, and what only ends like one."""

from __future__ import annotations

import pytest

from crawler.pages.lines.words.media import is_medium, is_sure_medium, length_of_medium


@pytest.mark.parametrize(
    "text",
    [
        *["新华社", "某某日报", "某某网", "某某新闻", "某某卫视新闻客户端", "央视", "路透"],
        *["某某日报海外版", "新华社国际部", "某某晚报·某某派", "某某青年报权益部", "某某报评论版"],
        *["某某时报综合报道", "某某在线讯"],
        # what looks like 年报, 公报, 汇报, 通报, 报社 or a report
        *["中国青年报", "北京青年报", "中国少年报", "某某老年报", "大公报", "文汇报", "中国交通报"],
        *["人民日报社", "某某青年报社", "21世纪经济报道", "新华每日电讯", "参考消息"],
        # what nothing but the name shows
        *["某某卫视", "某某电台", "南方周末", "半月谈", "36氪", "中国之声", "侠客岛", "环球人物"],
    ],
)
def test_media(text: str) -> None:
    assert is_medium(text)


@pytest.mark.parametrize(
    "text",
    [
        *[
            "政务服务平台",
            "互联网",
            "物联网",
            "情况通报",
            "天气预报",
            "电影海报",
            "合作社",
            "旅行社",
        ],
        *["三季度报社", "报社", "半年报", "某某年报", "联合公报", "工作汇报", "人物", "瞭望"],
        *["国家电网", "半年报", "新品发布", "本报某市3月1日", "甲,乙网", "王小甲", "报", ""],
    ],
)
def test_what_only_ends_like_a_medium(text: str) -> None:
    assert not is_medium(text)


@pytest.mark.parametrize(
    ("text", "is_sure"),
    [
        ("某某日报", True),
        ("某某日报海外版", True),
        ("某某新闻客户端", True),
        ("央视新闻", True),
        ("北京青年报", True),
        ("某某卫视", True),
        ("参考消息", True),
        ("某某发布", False),
        ("某某科技", False),
        ("本报", False),
        ("综合", False),
    ],
)
def test_alone_only_a_sure_medium_is_believed(text: str, is_sure: bool) -> None:
    assert is_sure_medium(text) is is_sure


def test_names_that_a_site_calls_itself_are_media() -> None:
    assert not is_medium("青石")
    assert is_medium("青石", {"青石"})


def test_what_a_medium_does_is_no_part_of_its_name() -> None:
    assert length_of_medium("某某时报综合报道") == len("某某时报")
    for whole in ("某某时报", "参考消息", "21世纪经济报道", "新华每日电讯"):
        assert length_of_medium(whole) == len(whole)
