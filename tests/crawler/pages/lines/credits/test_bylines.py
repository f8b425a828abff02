"""Bylines that page objects and importers hand over one by one. All names are invented."""

from __future__ import annotations

import pytest

from crawler.pages.lines.credits.bylines import LONGEST_BYLINE, read_credit


def authors(text: str) -> list[tuple[str, str | None]] | None:
    credit = read_credit(text)
    return None if credit is None else [(a.name, a.description) for a in credit.authors]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("执笔/王小明、李小红&张三丰", [("王小明", None), ("李小红", None), ("张三丰", None)]),
        ("执笔人：王小明 李小红", [("王小明", None), ("李小红", None)]),
        ("记者王小红 整合", [("王小红", None)]),
        ("记者 王小红 综合整理", [("王小红", None)]),
        ("编译/王小明", [("王小明", "编译")]),
        ("作者：王小军甲乙大学经济学院教授", [("王小军", "甲乙大学经济学院教授")]),
        ("作者：王军北京某某研究院研究员", [("王军", "北京某某研究院研究员")]),
        ("作者：欧阳小军甲乙研究所所长", [("欧阳小军", "甲乙研究所所长")]),
        ("作者：甲乙中心研究部部长 王小甲", [("王小甲", "甲乙中心研究部部长")]),
        ("作者：甲乙大学教授王小甲", [("王小甲", "甲乙大学教授")]),
        (
            "作者：甲乙中心部长，“某某”研究部部长、研究员王小甲",
            [("王小甲", "甲乙中心部长，“某某”研究部部长、研究员")],
        ),
        ("王小甲（甲乙社供本报特稿）", [("王小甲", None)]),
        ("王小甲 李乙丙（甲乙社特稿）", [("王小甲", None), ("李乙丙", None)]),
        ("王小甲（甲乙网专供本网专稿）", [("王小甲", None)]),
        ("作者：王小甲 甲乙大学教授", [("王小甲", "甲乙大学教授")]),
        ("某某晚报·某某派记者 周以宁", [("周以宁", "某某晚报·某某派记者")]),
        ("文/某某晚报·某某派 周以宁", [("周以宁", None)]),
        ("本报记者 王小甲 ■通讯员 李乙", [("王小甲", "本报记者"), ("李乙", "通讯员")]),
        ("监 制：王小甲", []),
        ("作 者：王小甲", [("王小甲", None)]),
        ("作者:记者王小甲编辑:李乙丙", [("王小甲", None)]),
        ("中央社記者溫小香台北21日電", [("溫小香", "中央社記者")]),
        ("中央社記者溫小香桃園市21日電", [("溫小香", "中央社記者")]),
        ("《甲乙》作者 周小纯", [("周小纯", "《甲乙》作者")]),
        ("文|某某财经 余小聪", [("余小聪", None)]),
        ("王小甲和李乙", [("王小甲", None), ("李乙", None)]),
        ("某某网 王小甲和李乙丙", [("王小甲", None), ("李乙丙", None)]),
    ],
)
def test_forms(text: str, expected: list[tuple[str, str | None]] | None) -> None:
    assert authors(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        *["新华社国际部", "某某日报海外版", "某某财经公众号", "某某报 权益部", "文/某某社 评论部"],
        *["整理 衣物", "采访 对象", "设计 方案", "图片 展览", "文：上面写着", "编辑软件热卖"],
        *["记者王小甲并不知情", "副市长主持 书记出席"],
        *["作者：海外版", "执笔/国际部", "文/总编室", "编辑：夜班", "记者 楼主", "记者 管理员"],
    ],
)
def test_what_is_no_byline_names_nobody(text: str) -> None:
    assert not authors(text)


@pytest.mark.parametrize(
    "text",
    [
        *["审核：关口在前", "校对：错一字罚十元", "图：一张图看懂", "出品：良心之作", "主编：老石"],
        *["数据：王小明21分", "推荐：两个去处", "视频丨航拍新码头", "图/文并茂", "图：码头全景"],
        *["实习生：第一份工资", "通讯员：田埂上的笔", "文：胜于质", "本文作者：一名护士"],
        *["执笔：王小明等七位专家", "执笔：王小明和他的团队", "编辑：幕后英雄", "文/武双全"],
        *["推荐：白茶", "摄影：明暗", "一审：宣判", "整理：衣物", "翻译：机器", "采写：背后"],
        *["编辑：一名护士", "主编 | 一本杂志", "文：方言", "通讯员：田野"],
    ],
)
def test_headings_that_begin_like_a_credit_are_none(text: str) -> None:
    assert read_credit(text) is None


@pytest.mark.parametrize(
    ("text", "crew"),
    [
        ("校对：王小明", True),
        ("漫画：王小明", True),
        ("图：某某日报", True),
        ("题图｜AI生成", True),
        ("出品：某某影业", True),
        ("编辑｜果脯 校对｜冬瓜", True),
        ("校对｜冬瓜", False),
    ],
)
def test_staff_have_names_and_in_a_row_of_roles_pen_names(text: str, crew: bool) -> None:
    credit = read_credit(text)
    assert (credit is not None and credit.crew) is crew


@pytest.mark.parametrize("text", ["摄" * 2000, "和" * 2000, "记者 " * 900, "文/" * 900, "（" * 900])
def test_no_text_takes_long(text: str) -> None:
    assert read_credit(text) is None
    assert read_credit(text[:LONGEST_BYLINE]) is None


@pytest.mark.parametrize(
    ("text", "name", "code"),
    [
        ("责任编辑:王頔", "王頔", None),  # its simplified form is none of the usual characters
        ("责任编辑：王小明_AB4425", "王小明", "AB4425"),
        ("责任编辑：王小明_NBJ11331", "王小明", "NBJ11331"),
        ("编辑：王文 _B1234", "王文", "B1234"),
        ("责任编辑：王小明（SF099）", "王小明", "SF099"),
        ("（编辑 | 果脯）", "果脯", None),
        ("责任编辑：依然 SF099", "依然", "SF099"),
        ("编辑：小海", "小海", None),
        ("编辑：小何", "小何", None),
        ("责任编辑：潮生", "潮生", None),
    ],
)
def test_codes_of_editors(text: str, name: str, code: str | None) -> None:
    credit = read_credit(text.strip("（）"))
    assert credit is not None
    assert [(editor.name, editor.code) for editor in credit.editors] == [(name, code)]
