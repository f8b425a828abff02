"""Which lines leave the body, and what they say. All names and texts are invented."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from crawler.pages.lines.sorting import SortedLines, sort_lines

TEXT = (
    "市里的第一条试验线昨天开始运行，工程师们用了三年时间。",
    "负责人说，设备大多来自本省的工厂，下一步是降低成本。",
    "附近的居民对此表示欢迎，也希望噪声能够再小一些。",
)


def around(line: str) -> tuple[SortedLines, SortedLines]:
    """The line as the first of an article, and as the last."""
    head = sort_lines([line, *TEXT * 4], title="试验线开始运行")
    tail = sort_lines([*TEXT * 4, line], title="试验线开始运行")
    return head, tail


def names(result: SortedLines) -> list[tuple[str, str | None]]:
    return [(author.name, author.description) for author in result.authors]


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("【文/某某网专栏作者 王小甲】", [("王小甲", "某某网专栏作者")]),
        ("【文/某某网 王小甲】", [("王小甲", None)]),
        ("（文/某某网王小甲）", [("王小甲", None)]),
        (
            "【文/某某网专栏作者 王小甲，翻译/ 李乙】",
            [("王小甲", "某某网专栏作者"), ("李乙", "译者")],
        ),
        ("（某某新聞 張小丙）", [("張小丙", None)]),
        ("（总台某某记者 王小甲 李乙）", [("王小甲", "总台某某记者"), ("李乙", "总台某某记者")]),
        ("某某新闻记者 王小甲 李乙", [("王小甲", "某某新闻记者"), ("李乙", "某某新闻记者")]),
        ("采写：某某报见习记者 王小甲", [("王小甲", "某某报见习记者")]),
        ("採寫:某某報記者 張小丙", [("張小丙", "某某報記者")]),
        ("文｜王小甲", [("王小甲", None)]),
        ("文丨青石板", [("青石板", None)]),
        ("文/图 本报记者 王小甲", [("王小甲", "本报记者")]),
        ("王小甲/文", [("王小甲", None)]),
        ("作者：王小甲", [("王小甲", None)]),
        ("作者 | 王小甲、李乙", [("王小甲", None), ("李乙", None)]),
        ("作者：王小甲，某某大学教授", [("王小甲", "某某大学教授")]),
        ("作者：王小甲（某某研究所研究员）", [("王小甲", "某某研究所研究员")]),
        ("记者 王某 李某 报道", [("王某", None), ("李某", None)]),
        ("记者 王小甲 通讯员 李乙", [("王小甲", None), ("李乙", "通讯员")]),
        ("记者王小甲通讯员李乙", [("王小甲", None), ("李乙", "通讯员")]),
        ("记者 陈 丁 北京报道", [("陈丁", None)]),
        ("驻美国特派记者 王小甲", [("王小甲", "驻美国特派记者")]),
        ("〔記者張小丙／台北報導〕", [("張小丙", None)]),
        ("文/卡尔·安德森", [("卡尔·安德森", None)]),
        ("文/Carl Anderson", [("Carl Anderson", None)]),
        ("编译/某某网 王小甲", [("王小甲", "编译")]),
        ("作者：欧阳小甲", [("欧阳小甲", None)]),
        ("作者：[美] 卡尔·安德森", [("卡尔·安德森", None)]),
        ("作者：（美）卡尔·安德森", [("卡尔·安德森", None)]),
        ("（作者王小甲系某某大学教授）", [("王小甲", "某某大学教授")]),
        ("口述/王小甲 整理/李小乙", [("李小乙", "整理")]),
        ("某某社北京5月6日电 记者王小甲", [("王小甲", None)]),
        ("原创 王小甲 某某观察", [("王小甲", None)]),
        ("國際中心／張小丙報導", [("張小丙", None)]),
        ("政治中心／台北報導", []),
        ("生活中心／綜合報導", []),
        ("作者：英国 卡尔·安德森", [("卡尔·安德森", None)]),
        ("（来源：某某晚报 记者李小乙）", [("李小乙", None)]),
        ("王小明 文", [("王小明", None)]),
        ("□ 丘小木", [("丘小木", None)]),
        ("● 王小明", [("王小明", None)]),
        ("记者 多吉", [("多吉", None)]),
        ("本报记者 阿依古丽", [("阿依古丽", "本报记者")]),
        ("記者 張簡小丙", [("張簡小丙", None)]),
        ("记者 院小甲", [("院小甲", None)]),
        ("作者：佚名", []),
        ("作者：国际部", []),
        ("执笔/本网小编", []),
        ("新华社记者 王小甲 摄", []),
        ("校对 王小甲", []),
        ("监制：王小甲 统筹：李乙", []),
    ],
)
def test_bylines(line: str, authors: list[tuple[str, str | None]]) -> None:
    for result in around(line):
        assert names(result) == authors
        assert result.body == list(TEXT * 4)
        assert not result.editors


@pytest.mark.parametrize(
    ("line", "names"),
    [
        ("《甲乙》作者 周小纯", ["周小纯"]),
        ("某某报记者 王小明 李小红", ["王小明", "李小红"]),
        ("他对记者说明", []),
        ("作者 已逝", []),
        ("记者：王小明来了吗", []),
        ("某某报记者 王小明 昨天到过这里，看见了全部的经过", []),
    ],
)
def test_a_sure_byline_may_stand_below_an_introduction(line: str, names: list[str]) -> None:
    lines = ["划重点：", *TEXT * 2, line, *TEXT * 4]
    result = sort_lines(lines, title="题")
    assert [author.name for author in result.authors] == names
    assert (line in result.body) == (not names)


def test_a_name_in_brackets_is_a_byline_only_at_the_very_end() -> None:
    head, tail = around("(王小甲)")
    assert names(tail) == [("王小甲", None)]
    assert len(head.body) == 13
    with_editor = sort_lines([*TEXT, "（王小甲）", "（完）", "责任编辑：李乙"], title="题")
    assert names(with_editor) == [("王小甲", None)]
    assert with_editor.body == list(TEXT)


def test_a_name_and_what_one_is_in_the_last_brackets() -> None:
    line = "（王小明，某某大学教授）"
    assert names(sort_lines([*TEXT, line], title="题")) == [("王小明", "某某大学教授")]
    assert sort_lines([line, *TEXT], title="题").authors == []
    other = "（王小明系某某大学教授）"
    assert sort_lines([*TEXT, other], title="题").body[-1] == other


def test_names_in_a_list_with_signs_are_no_authors() -> None:
    lines = [*TEXT, "● 王小明", "● 李小红"]
    result = sort_lines(lines, title="题")
    assert result.body == lines
    assert result.authors == []


@pytest.mark.parametrize("told", ["口述：王小明", "讲述/李小红"])
def test_who_tells_of_himself_is_no_line_of_credits_alone(told: str) -> None:
    assert sort_lines([*TEXT, told], title="题").body == [*TEXT, told]


def test_a_medium_behind_the_last_sentence_is_the_source() -> None:
    result = sort_lines([*TEXT[:2], TEXT[2] + "（据某某社）"], title="题")
    assert (result.source and result.source.name) == "某某社"
    assert result.body[-1].endswith("（据某某社）")


@pytest.mark.parametrize("place", ["张家港", "陆家嘴", "左一", "易事特"])
def test_places_in_the_last_brackets_are_no_authors(place: str) -> None:
    for last in (f"（{place}）", f"{TEXT[0]}（{place}）"):
        result = sort_lines([*TEXT, last], title="题")
        assert result.body == [*TEXT, last]
        assert result.authors == []


@pytest.mark.parametrize(
    ("line", "editors"),
    [
        ("责任编辑：王小甲", [("王小甲", None)]),
        ("【纠错】【责任编辑：王小甲】", [("王小甲", None)]),
        ("責任編輯:張小丙", [("張小丙", None)]),
        ("责任编辑：王小甲 SN225", [("王小甲", "SN225")]),
        ("[责任编辑：王小甲 SF099 李乙 SF100]", [("王小甲", "SF099"), ("李乙", "SF100")]),
        ("责任编辑:\n 王小甲\xa0", [("王小甲", None)]),
        ("编辑 王小甲 校对 李乙", [("王小甲", None)]),
        ("（编辑：王小甲 实习编辑：李乙）", [("王小甲", None), ("李乙", None)]),
        ("责编 | 王小甲 审核 | 李乙", [("王小甲", None)]),
        ("本版责编：王小甲 李乙", [("王小甲", None), ("李乙", None)]),
        ("- 責任編輯:張小丙", [("張小丙", None)]),
    ],
)
def test_editors_are_never_authors(line: str, editors: list[tuple[str, str | None]]) -> None:
    for result in around(line):
        assert [(editor.name, editor.code) for editor in result.editors] == editors
        assert result.authors == []
        assert result.body == list(TEXT * 4)


@pytest.mark.parametrize("word", ["融媒体", "新媒体中心", "客户端", "编辑部"])
def test_a_kind_of_medium_is_neither_author_nor_source(word: str) -> None:
    for result in around(f"作者：{word}"):
        assert (result.authors, result.source) == ([], None)


@pytest.mark.parametrize(
    ("line", "title", "source"),
    [
        ("　　原标题：试验线：三年之后", "试验线：三年之后", None),
        ("原標題:試驗線", "試驗線", None),
        ("（原标题：试验线（上）开始运行）", "试验线（上）开始运行", None),
        ("原标题：试验线开始运行 来源：某某日报微信公众号", "试验线开始运行", "某某日报微信公众号"),
        ("原标题：试验线(来源：某某社)", "试验线", "某某社"),
        ("来源：某某社", None, "某某社"),
        ("來源:某某社", None, "某某社"),
        ("（文章来源：某某证券报）", None, "某某证券报"),
        ("2021年05月06日14:51 来源：某某网", None, "某某网"),
        ("本文来自微信公众号：某某观察，作者：王小甲", None, "某某观察"),
        ("[某某時報綜合報道 記者 張小丙]", None, "某某時報"),
    ],
)
def test_labels(line: str, title: str | None, source: str | None) -> None:
    for result in around(line):
        assert result.original_title == title
        assert (result.source and result.source.name) == source
        assert result.body == list(TEXT * 4)


def test_source_and_author_in_one_line() -> None:
    result = sort_lines(["来源：某某社 作者：王小甲", *TEXT], title="题")
    assert (result.source and result.source.name) == "某某社"
    assert names(result) == [("王小甲", None)]


def test_a_medium_in_the_last_brackets_is_the_source_and_no_author() -> None:
    result = sort_lines([*TEXT, "（某某新闻客户端）"], title="题")
    assert (result.source and result.source.name) == "某某新闻客户端"
    assert result.authors == []
    assert result.body == list(TEXT)


@pytest.mark.parametrize(
    ("start", "authors"),
    [
        ("某某报快讯（记者 王小甲）今日，", ["王小甲"]),
        ("某某社北京5月6日电（记者王小甲、李乙）", ["王小甲", "李乙"]),
        ("某某网北京5月6日电 (王小甲 李乙)", ["王小甲", "李乙"]),
        ("（记者 王小甲 通讯员 李乙）", ["王小甲", "李乙"]),
        ("本報訊（記者 張小丙）", ["張小丙"]),
        ("[某某时报报道 记者 王小甲]", ["王小甲"]),
        ("【文/某某网 王小甲】", ["王小甲"]),
        ("市政府（以下简称市府）今天宣布，", []),
        ("（完整名单附后）", []),
        ("某某社记者（下同）", []),
    ],
)
def test_an_inline_byline_stays_and_names_its_authors(start: str, authors: list[str]) -> None:
    lines = [start + TEXT[0], *TEXT]
    result = sort_lines(lines, title="题")
    assert [author.name for author in result.authors] == authors
    assert result.body == lines


def test_a_byline_at_the_end_of_the_last_sentence() -> None:
    result = sort_lines([*TEXT[:2], TEXT[2] + "（记者 王小甲）"], title="题")
    assert [author.name for author in result.authors] == ["王小甲"]
    assert result.body[-1].endswith("（记者 王小甲）")


@pytest.mark.parametrize(
    "line",
    [
        "免责声明：本文由合作方提供，仅供参考。",
        "本文系某某网独家稿件，未经授权，不得转载。",
        "本文仅代表作者个人观点，与本网无关。",
        "扫一扫 下载某某APP",
        "海量资讯、精准解读，尽在某某财经APP",
        "进入【某某财经股吧】讨论",
        "关注某某网微信公众号，每天读一篇好文章。",
        "下载某某客户端，第一时间获取更多消息",
        "更多精彩内容，请关注我们",
        "点击查看原文",
        "原文链接：https://www.example.com/1",
        "本文圖均自某某新聞",
        "图片来源：某某图库",
        "（图源/某某企业）",
        "未经许可 不得转载",
        "转载请注明本文链接：https://www.example.com/1",
        "特别声明：以上内容由用户上传。",
        "版权声明",
        "${column_path}",
        "-END-",
        "责任编辑：",
    ],
)
def test_boilerplate(line: str) -> None:
    result = sort_lines([*TEXT * 4, line], title="题")
    assert result.body == list(TEXT * 4)
    assert (result.authors, result.editors, result.source) == ([], [], None)


@pytest.mark.parametrize(
    "line",
    [
        "记者从市政府获悉，今年的投资将继续增长。",
        "下载这家公司的APP即可购票，老人也可以到窗口购买。",
        "关注这一问题的微信用户越来越多，平台对此作出了回应。",
        "外交部发表声明：中方将采取必要措施。",
        "风险提示：政策推进不及预期。",
        "编者按：今天起本报推出一组报道。",
        "作者系某某大学教授，长期研究城市交通。",
        "（本文人物均为化名）",
        "（下转第二版）",
        "（江苏）",
        "【环球时报综合报道】",
        "（某某网消息）",
        "副市长主持 书记出席",
        "王小甲 某某大学教授",
        "图为工人在检查设备。",
        "点击率最高的是这段视频。",
        "关于作者：王小甲等人",
        "新线路今起开始运营",
        "来源复杂、成分不明的产品被下架。",
        "他告诉记者 王小甲并不知情",
        "一、图片",
        "更多企业进入这个市场。",
        "欢迎各国企业分享这里的机遇。",
        "公司未经用户同意使用其数据，被处以罚款。",
        "点击链接后，手机就中了病毒。",
        "扫描二维码就能付款，方便了老人。",
        "视频自发布以来点击量过亿。",
        "本文是对原创药产业的观察。",
        "郑重声明：本公司从未生产这种产品。",
        "上述观点只反映了一部分居民的看法。",
    ],
)
def test_the_articles_own_lines_stay(line: str) -> None:
    for result in around(line):
        assert line in result.body
        assert result.authors == []
        assert result.source is None


def test_rules_for_the_edges_leave_the_middle_alone() -> None:
    lines = [*TEXT * 4, "作者：王小甲", *TEXT * 4]
    result = sort_lines(lines, title="题")
    assert result.body == lines
    assert result.authors == []


@pytest.mark.parametrize("line", ["责任编辑：系统管理员", "编辑：admin", "作者：佚名"])
def test_what_a_form_fills_in_names_nobody(line: str) -> None:
    result = sort_lines([*TEXT * 4, line], title="题")
    assert (result.body, result.authors, result.editors) == ([*TEXT * 4], [], [])


@pytest.mark.parametrize(
    "line",
    [
        "本網站之文字、圖片及影音，非經授權，不得轉載、公開播送或公開傳輸及利用。",
        "請同意我們的隱私權規範，才能啟用聽新聞的功能。",
        "正文已结束，您可以按alt+4进行评论",
        "打印 关闭",
    ],
)
def test_controls_and_notices_of_portals_go(line: str) -> None:
    assert sort_lines([*TEXT * 4, line], title="题").body == [*TEXT * 4]


def test_a_repeated_headline_goes() -> None:
    assert sort_lines(["试验线开始运行", *TEXT], title="試驗線開始運行").body == list(TEXT)
    assert sort_lines(["试验线开始运行"], title="试验线开始运行").body == ["试验线开始运行"]


def test_the_same_person_is_named_once() -> None:
    lines = ["某某社北京5月6日电（记者王小甲）" + TEXT[0], *TEXT, "某某社记者 王小甲"]
    assert names(sort_lines(lines, title="题")) == [("王小甲", "某某社记者")]


def test_a_label_that_cannot_be_read_is_flagged() -> None:
    line = "作者：这一行并不是一个名字，而是一个句子"
    result = sort_lines([line, *TEXT], title="题")
    assert result.flags == ["label_line_unread"]
    assert result.body[0] == line


def test_site_names_are_media() -> None:
    line = "（青石 王小甲）"
    assert sort_lines([line, *TEXT], title="题").authors == []
    result = sort_lines([line, *TEXT], title="题", site_names=["青石"])
    assert names(result) == [("王小甲", None)]


PIECES = [
    *[
        "作者：",
        "记者",
        "来源：",
        "原标题",
        "责任编辑",
        "王小甲",
        "李乙",
        "某某网",
        "（",
        "）",
        "【",
        "】",
    ],
    *[
        "/",
        "｜",
        " ",
        "　",
        "，",
        "。",
        "SN225",
        "未经授权",
        "转载",
        "声明：",
        "图",
        "文",
        "电",
        "扫一扫",
    ],
    *["关注", "公众号", "APP", "\x00", "●", "据", "图", "原标题为", "“", "”", "口述"],
]


@settings(deadline=None, max_examples=300)
@given(
    st.lists(st.lists(st.sampled_from(PIECES), max_size=12).map("".join), max_size=12),
    st.lists(st.sampled_from(PIECES), max_size=4).map("".join),
)
def test_any_lines_can_be_sorted(lines: list[str], title: str) -> None:
    result = sort_lines(lines, title=title)
    rest = iter(" ".join(line.split()) for line in lines)
    assert all(line in rest for line in result.body)  # in order, none invented
    assert all(author.name for author in result.authors)
    assert not {author.name for author in result.authors} & {"某某网", "记者", "来源"}


def test_what_rules_remove_is_kept_in_order_with_its_rule() -> None:
    lines = [
        "试验线开始运行",
        "【文/某某网 王小甲】",
        *TEXT,
        "点击查看原文",
        "（完）",
        "责任编辑：李乙",
    ]
    result = sort_lines(lines, title="试验线开始运行")
    assert [(each.line, each.rule) for each in result.removed] == [
        ("试验线开始运行", "headline"),
        ("【文/某某网 王小甲】", "byline"),
        ("点击查看原文", "control"),
        ("（完）", "end_mark"),
        ("责任编辑：李乙", "byline"),
    ]


def test_what_is_kept_of_removed_lines_is_bounded() -> None:
    result = sort_lines(["点击查看原文"] * 500 + list(TEXT), title="题")
    assert result.body == list(TEXT)
    assert len(result.removed) == 50


def test_a_headline_is_known_below_the_breadcrumb() -> None:
    lines = ["首页 > 某某湃", "试验线开始运行", *TEXT]
    result = sort_lines(lines, title="试验线开始运行")
    assert [each.rule for each in result.removed] == ["control", "headline"]
    assert result.body == list(TEXT)


@pytest.mark.parametrize("turn", ["记者：您好", "记者：明白", "记者：谢谢您", "主持人：欢迎"])
def test_a_turn_of_a_dialogue_is_no_byline(turn: str) -> None:
    lines = ["周以宁：今年三月动工", *TEXT, turn, TEXT[0]]
    result = sort_lines(lines, title="题")
    assert result.body == lines
    assert result.authors == []


def test_what_begins_several_lines_is_a_turn_whatever_stands_behind_it() -> None:
    lines = ["记者：王小甲", "居民：我是李乙。", "记者：方小姐", *TEXT]
    result = sort_lines(lines, title="题")
    assert result.body == lines
    assert result.authors == []


@pytest.mark.parametrize("bullet", "□■●◆▲★▶☐")
def test_a_bullet_before_a_byline_is_no_part_of_it(bullet: str) -> None:
    result = sort_lines([f"{bullet}本报记者 常小明", *TEXT], title="题")
    assert names(result) == [("常小明", "本报记者")]
    assert result.body == list(TEXT)


@pytest.mark.parametrize(
    "piece", ["摄", "和", "记者", "_新浪", "（", "来源：", "文/", " ", "，", "未经授权", "2024年"]
)
def test_no_line_takes_long(piece: str) -> None:
    lines = [piece * 20_000, piece * 100, piece * 50, *TEXT, piece * 20_000]
    begin = time.process_time()
    sort_lines(lines, title=piece * 1000)
    assert time.process_time() - begin < 2
