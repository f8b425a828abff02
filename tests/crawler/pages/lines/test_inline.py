"""Authors that a sentence names, which stays as it is. All names and texts are invented."""

from __future__ import annotations

import pytest

from crawler.pages.lines.sorting import sort_lines

TEXT = (
    "市里的第一条试验线昨天开始运行，工程师们用了三年时间。",
    "负责人说，设备大多来自本省的工厂，下一步是降低成本。",
    "附近的居民对此表示欢迎，也希望噪声能够再小一些。",
)


@pytest.mark.parametrize(
    ("brackets", "authors", "source"),
    [
        ("(王小明)", ["王小明"], None),
        ("（王小明 李小红）", ["王小明", "李小红"], None),
        ("（甲乙新闻网 王小明）", ["王小明"], None),
        ("（甲乙晚报/王小明）", ["王小明"], None),
        ("（甲乙晚报 王小明 发自柏林）", ["王小明"], None),
        ("（记者：王小明）", ["王小明"], None),
        (
            "（本文来源：甲乙日报 作者：某某研究院 执笔人：王小明 李小红）",
            ["王小明", "李小红"],
            "甲乙日报",
        ),
        (
            "（本文来源：甲乙日报 作者：甲乙中心部长、研究员王小明）",
            ["王小明"],
            "甲乙日报",
        ),
        ("（來源：甲乙日報）", [], "甲乙日報"),
        ("（來源：甲乙日報）1120221", [], "甲乙日報"),
        ("（記者王小明）1130101", ["王小明"], None),
        ("（来源：甲乙日报）", [], "甲乙日报"),
        ("（甲乙日报海外版）", [], "甲乙日报海外版"),
        ("（甲乙日报国际部）", [], None),
        ("（甲乙日报 评论部）", [], None),
        ("（以上均为化名）", [], None),
        ("（常州）", [], None),
        ("（石家庄）", [], None),
        ("（节选）", [], None),
        ("（高清）", [], None),
        ("（甲乙县发改局）", [], None),
    ],
)
def test_brackets_that_end_the_last_paragraph(
    brackets: str, authors: list[str], source: str | None
) -> None:
    lines = [*TEXT[:2], TEXT[2] + brackets]
    result = sort_lines(lines, title="题")
    assert [author.name for author in result.authors] == authors
    assert (result.source.name if result.source else None) == source
    assert result.body == lines


@pytest.mark.parametrize(
    "last",
    [
        "这次比赛的冠军是一名中学生（王小明）",
        "王小明说，他明年还会来。（王小明）",
        "获奖者名单由组委会公布（李小红、王小明）。",
    ],
)
def test_a_name_that_the_text_speaks_of_is_no_author(last: str) -> None:
    assert sort_lines([*TEXT, last], title="题").authors == []


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("甲乙网3月5日讯（记者王小红 整合） 今天，", ["王小红"]),
        ("（記者溫小香台北21日電）今天，", ["溫小香"]),
        ("(记者卜小伟)今天，", ["卜小伟"]),
        ("国际在线消息(记者常小昕)：今天，", ["常小昕"]),
    ],
)
@pytest.mark.parametrize("before", [0, 3])
def test_the_first_lines_may_name_them(line: str, authors: list[str], before: int) -> None:
    lines = [*TEXT[:before], line + TEXT[0], *TEXT * 4]
    result = sort_lines(lines, title="题")
    assert [author.name for author in result.authors] == authors
    assert result.body == lines


def test_editors_in_the_last_brackets_are_read_before_the_day_of_an_agency() -> None:
    lines = [*TEXT, "他說，下一步是降低成本。（編輯：蘇小麒）1120221"]
    result = sort_lines(lines, title="题")
    assert result.body == lines
    assert [editor.name for editor in result.editors] == ["蘇小麒"]


def test_a_role_near_the_end_is_read_though_lines_follow() -> None:
    lines = [*TEXT, TEXT[0] + "（编译/王小明）", "另有一则短讯。"]
    result = sort_lines(lines, title="题")
    assert [(each.name, each.description) for each in result.authors] == [("王小明", "编译")]
    assert result.body == lines
