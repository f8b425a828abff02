"""Lines that say whence a text is, and sentences that only begin like them. All texts are ours."""

from __future__ import annotations

import pytest

from crawler.pages.lines.sorting import SortedLines, sort_lines
from pipelines.items import Source

TEXT = (
    "市里的第一条试验线昨天开始运行，工程师们用了三年时间。",
    "负责人说，设备大多来自本省的工厂，下一步是降低成本。",
    "附近的居民对此表示欢迎，也希望噪声能够再小一些。",
)


def with_last(line: str) -> SortedLines:
    return sort_lines([*TEXT * 4, line], title="题")


def with_first(line: str) -> SortedLines:
    return sort_lines([line, *TEXT * 4], title="题")


@pytest.mark.parametrize(
    ("line", "source"),
    [
        ("来源：澄湖观察（ID：chgc2026）", "澄湖观察"),
        ("来源：澄湖观察(微信号:chgc2026)", "澄湖观察"),
        ("来源｜澄湖观察（公众号）", "澄湖观察"),
        ("本文源自：湖城金融", "湖城金融"),
        ("本文首发于微信公众号：湖城观察", "湖城观察"),
        ("本文首发自“湖城游戏”。", "湖城游戏"),
        ("本文转自湖城日报", "湖城日报"),
        ("转自湖城日报", "湖城日报"),
        ("文章来自湖城新闻网", "湖城新闻网"),
        ("本文来自湖城见闻，欢迎下载APP查看更多", "湖城见闻"),
        ("（本文来自湖城新闻，更多原创资讯请下载“湖城新闻”APP）", "湖城新闻"),
        ("（湖城日报海外版）", "湖城日报海外版"),
        ("《湖城日报》（2026年03月01日 04版）", "湖城日报"),
        ("《 湖城日报 》（ 2026年03月01日 第 4 版）", "湖城日报"),
        ("来源：澄湖观察（chgc2026）", "澄湖观察"),
        ("来源：微信公众号“澄湖观察”", "澄湖观察"),
        ("来源：“澄湖观察”微信公众号", "澄湖观察"),
        ("来源：微信公众号 澄湖观察", "澄湖观察"),
        ("（来源：澄湖夜话）", "澄湖夜话"),
        ("来源：澄湖石", "澄湖石"),
        ("本文源自澄湖界", "澄湖界"),
        ("本文转载自微信公众号：澄湖观察（ID：chgc）", "澄湖观察"),
        ("據湖城日報", "湖城日報"),
        ("（據湖城日報報導）", "湖城日報"),
        ("来源：微信公众号【澄湖观察】", "澄湖观察"),
        ("来源：湖城日报、澄湖晚报", "湖城日报、澄湖晚报"),
        ("来源：市气象局", "市气象局"),
        ("来源：甲乙科技有限公司", "甲乙科技有限公司"),
        ("来源：甲乙研究所", "甲乙研究所"),
        ("来源：甲乙网综合", "甲乙网综合"),
        ("来源：IPO早知道", "IPO早知道"),
        ("稿源：澄湖日报", "澄湖日报"),
        ("摘自《湖城月刊》2026年第3期", "湖城月刊"),
    ],
)
def test_whence_a_text_is(line: str, source: str) -> None:
    result = with_last(line)
    assert result.source == Source(name=source)
    assert result.body == list(TEXT * 4)
    assert (result.authors, result.editors) == ([], [])


@pytest.mark.parametrize(
    "line",
    [
        "来自一线的声音",
        "来自央视的报道",
        "来自基层",
        "转自今年的调查",
        "首发于深圳的新车",
        "首发阵容公布",
        "本文来自对三百名学生的调查",
        "本文来自生活",
        "来源复杂、成分不明的产品被下架。",
        "来源清楚、去向明确",
        "来源：不明",
        "资料来源：公司招股书",
        "图：甲乙公司营收；资料来源：公司招股书",
        "原题研究成热点",
        "原创：一种态度",
        "（本报澄湖3月1日电）",
        "（新华社澄湖3月1日电）",
        "（天气预报）",
        "（互联网）",
        "新华社国际部",
        "《湖城往事》（2026年03月01日）",
        "来自“远山”的来信",
        "摘自《石头记》第五回的几句",
        "首发于“海岸”的新品种",
        "源自“草原”的曲调",
        "来自《诗经》",
        "来源：水往哪里流",
        "来源：一条老街的记忆",
        "内容来源：谁来供养机器",
        "信息来源：层层核实",
        "稿源：一家小报的烦恼",
        "原题：已知两角求第三角",
        "原题：如图，两条直线相交",
        "（原题：已知两角求第三角）",
        "来源：一份晚报",
        "来源：小巷深处",
        "来源：生活",
        "稿源：枯竭",
        "新闻来源：线人",
        "转载自：一面之词",
    ],
)
def test_headings_datelines_and_sentences_are_no_source(line: str) -> None:
    for result in (with_first(line), with_last(line)):
        assert result.source is None
        assert line in result.body
        assert result.authors == []


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("原标题 旧码头要变样 分两期施工", "旧码头要变样 分两期施工"),
        ("原标题：《旧码头要变样》", "旧码头要变样"),
        ("（原题为《旧码头要变样》）", "旧码头要变样"),
        ("本文原标题：《旧码头（上）要变样》", "旧码头（上）要变样"),
        ("原标题为：旧码头要变样", "旧码头要变样"),
        ("原標題《舊碼頭》要變樣", None),
        ("原题：旧码头要变样", "旧码头要变样"),
        ("原标题为“旧码头要变样”", "旧码头要变样"),
        ("原标题：“旧码头”要变样(图)", "“旧码头”要变样(图)"),
        ("原文标题：旧码头要变样", "旧码头要变样"),
        ("[原标题]旧码头要变样", "旧码头要变样"),
        ("（湖城网注：原标题为《旧码头要变样》）", "旧码头要变样"),
        ("原标题：编辑部搬家", "编辑部搬家"),
        ("原标题为「旧码头要变样」", "旧码头要变样"),
        ("（原标题）旧码头要变样", "旧码头要变样"),
        ("（注：本文原标题为《旧码头要变样》）", "旧码头要变样"),
        ("（原标题：旧码头要变样）（来源：湖城日报）", "旧码头要变样"),
    ],
)
def test_original_titles_in_all_forms(line: str, title: str | None) -> None:
    for result in (with_first(line), with_last(line)):
        assert result.original_title == title
        assert (line in result.body) is (title is None)


@pytest.mark.parametrize(
    ("line", "authors", "account"),
    [
        ("原创： 王小明编译 甲乙观察室", [("王小明", "编译")], "甲乙观察室"),
        ("原创：王小明 李小红 甲乙观察室", [("王小明", None), ("李小红", None)], "甲乙观察室"),
        ("原创: 青石板 甲乙观察室", [("青石板", None)], "甲乙观察室"),
        ("原创：王小明", [("王小明", None)], None),
    ],
)
def test_credits_that_were_copied_from_an_account(
    line: str, authors: list[tuple[str, str | None]], account: str | None
) -> None:
    result = with_first(line)
    assert [(author.name, author.description) for author in result.authors] == authors
    assert (result.source.name if result.source else None) == account
    assert result.body == list(TEXT * 4)


@pytest.mark.parametrize(
    "line", ["（原标题：旧码头要变样 编辑：李小红）", "（原标题：旧码头要变样）（编辑：李小红）"]
)
def test_the_editor_behind_an_original_title_is_no_part_of_it(line: str) -> None:
    for result in (with_first(line), with_last(line)):
        assert result.original_title == "旧码头要变样"
        assert [editor.name for editor in result.editors] == ["李小红"]
        assert result.body == list(TEXT * 4)


@pytest.mark.parametrize("line", ["来源：湖城日报（记者 李小红）", "来源：湖城日报作者：李小红"])
def test_the_author_behind_a_source_is_no_part_of_it(line: str) -> None:
    for result in (with_first(line), with_last(line)):
        assert result.source == Source(name="湖城日报")
        assert [author.name for author in result.authors] == ["李小红"]
        assert result.body == list(TEXT * 4)


def test_the_day_of_a_notice_stays_when_its_source_goes() -> None:
    result = sort_lines([*TEXT, "2005年8月25日（来源：甲乙证券报）"], title="题")
    assert result.body == [*TEXT, "2005年8月25日"]
    assert result.source == Source(name="甲乙证券报")
    assert [(each.line, each.rule) for each in result.removed] == [
        ("（来源：甲乙证券报）", "label")
    ]


def test_a_time_beside_a_source_goes_with_it() -> None:
    result = with_first("2021年05月06日14:51 来源：某某网")
    assert result.body == list(TEXT * 4)
    assert result.source == Source(name="某某网")


@pytest.mark.parametrize(
    ("stated", "said", "expected"),
    [
        ("某某晚报", "来源：乙丙都市报", Source(name="某某晚报", origin="乙丙都市报")),
        ("某某晚报", "来源：某某晚报微信公众号", Source(name="某某晚报")),
        ("某某晚报", "某某都市报记者 王小甲", Source(name="某某晚报")),
        (None, "来源：乙丙都市报", Source(name="乙丙都市报")),
        (None, "某某都市报记者 王小甲", None),
    ],
)
def test_the_source_of_the_text_is_kept_beside_the_pages(
    stated: str | None, said: str, expected: Source | None
) -> None:
    result = with_last(said)
    assert result.source_beside(Source(name=stated) if stated else None) == expected


def test_two_sources_in_a_text_are_both_kept() -> None:
    result = sort_lines(["来源：某某晚报", *TEXT, "本文首发于：乙丙都市报"], title="题")
    assert result.source == Source(name="某某晚报", origin="乙丙都市报")


def test_among_the_credits_of_a_page_a_label_begins_no_heading() -> None:
    line = "来源：湖城夜话"
    assert sort_lines([line], title="题", credited=True).source == Source(name="湖城夜话")
    assert sort_lines([line], title="题").source is None
