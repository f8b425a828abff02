"""What looks like a person's name, with a role before it and without. All names are invented."""

from __future__ import annotations

import pytest

from crawler.pages.lines.words.names import (
    CHARACTERS,
    ORDINARY,
    is_foreign_name,
    is_known_name,
    is_name,
    is_name_alone,
    is_pen_name,
    is_short_pen_name,
    is_sure_name,
    is_surname_first,
)
from crawler.pages.lines.words.phrases import is_phrase
from crawler.pages.lines.words.roles import ALL_ROLES, NOBODY
from crawler.pages.lines.words.sections import read_sections
from pipelines.text.fold import fold


@pytest.mark.parametrize(
    "name",
    [
        *["常小明", "洪小明", "习小明", "付小明", "代小明", "丘小明", "木小明", "全小明", "仝小明"],
        *["逯小明", "昝小明", "缑小明", "禚小明", "亓小明", "撖小明", "乜小明", "邝小明", "佘小明"],
        *["王甲", "李向东", "张会军", "陈能", "沈其远", "林在明", "周从之"],
        *["欧阳甲", "司徒小甲", "诸葛小甲", "令狐甲", "尉迟小甲", "澹台小甲", "第五小甲", "左丘甲"],
    ],
)
def test_surnames_of_the_published_lists_begin_names(name: str) -> None:
    assert is_surname_first(fold(name))
    assert is_name(fold(name))


@pytest.mark.parametrize("name", ["常小明", "洪小红", "周以宁", "王小明", "欧阳小甲", "张月和"])
def test_a_usual_surname_needs_no_role(name: str) -> None:
    assert is_sure_name(name)
    assert is_known_name(name)


@pytest.mark.parametrize(
    "word",
    [
        *["海外版", "国际部", "公众号", "权益部", "评论部", "视频号", "解放号", "江苏站", "总编室"],
        *["高清", "高层", "常见", "洪水", "万里", "宁静", "温馨", "雷达", "金句", "党媒", "康养"],
        *["严选", "车评", "单页", "丘陵", "代表", "习惯", "全国", "木材", "付费", "东方", "顾问"],
        *["武汉", "常州", "温州", "华盛顿", "石家庄", "金融界", "白皮书", "黄金周", "高科技"],
        *["王小甲说", "李的", "张是", "很多人", "记者", "2024", "甲", ""],
    ],
)
def test_words_are_no_names_without_a_role(word: str) -> None:
    assert not is_sure_name(word)


@pytest.mark.parametrize("word", ["您好", "明白", "谢谢", "平安", "国际", "以上", "匿名", "应该"])
def test_some_words_are_no_names_whatever_stands_before_them(word: str) -> None:
    assert not is_name(word)
    assert not is_pen_name(word)


@pytest.mark.parametrize(
    "word",
    [
        *["海外版", "国际部", "公众号", "权益部", "总编室", "采编部", "编译组", "工作室", "客户端"],
        *["英文版", "副刊", "号外", "快讯", "锐评", "社论", "述评", "深度", "独家", "来稿", "特稿"],
        *["小编", "值班总编", "实习", "驻京", "网友", "热心读者", "匿名用户", "楼主", "系统管理员"],
        *[
            "融媒",
            "评论",
            "数读",
            "观察员",
            "目击者",
            "业内人士",
            "宣传科",
            "足球",
            "美股",
            "转自网络",
        ],
        *["写稿机器人", "融媒体", "投教基地", "固收组", "财经", "网络综合", "党政办", "admin"],
    ],
)
def test_departments_editions_kinds_and_anybody_are_nobody(word: str) -> None:
    assert not is_name(word)
    assert not is_pen_name(word)
    assert not is_short_pen_name(word)


@pytest.mark.parametrize(
    ("word", "is_short"),
    [("青石板", True), ("小象君", True), ("补2刀a", True), ("明叔杂谈", False), ("山月", True)],
)
def test_pen_names(word: str, is_short: bool) -> None:
    assert is_pen_name(word)
    assert is_short_pen_name(word) is is_short


@pytest.mark.parametrize(
    "phrase", ["一位母亲", "最后一百米", "水从哪里来", "三本好书", "关口何在", "旧事重提了", "15分"]
)
def test_phrases_are_no_pen_names(phrase: str) -> None:
    assert is_phrase(phrase)
    assert not is_pen_name(phrase)


@pytest.mark.parametrize("word", ["张家港", "陆家嘴", "易事特", "左一", "右二", "左图", "秦岭"])
def test_places_and_positions_do_not_stand_alone(word: str) -> None:
    assert not is_name_alone(word)


@pytest.mark.parametrize("name", ["王小明", "李强", "欧阳小红", "王家卫"])
def test_names_that_stand_alone(name: str) -> None:
    assert is_name_alone(name)


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("卡尔·安德森", True),
        ("卡尔•安德森", True),
        ("carl anderson", True),
        ("某某晚报·某某派", False),
        ("某某日报·新闻", False),
        ("甲乙新闻·甲乙号·政务", False),
        ("cctv", False),
    ],
)
def test_a_dot_makes_no_medium_a_foreign_name(text: str, is_one: bool) -> None:
    assert is_foreign_name(text) is is_one


def test_the_lists_are_whole_folded_and_name_their_sources() -> None:
    characters, words = read_sections(CHARACTERS), read_sections(ORDINARY)
    usual, rare = characters["usual"].split(), characters["rare"].split()
    assert len("".join(usual)) >= 300
    assert not set("".join(usual)) & set("".join(rare))
    for text in (*characters.values(), *words.values()):
        assert fold(text) == text
    for path, source in ((CHARACTERS, "全国姓名报告"), (CHARACTERS, "百家姓"), (ORDINARY, "jieba")):
        assert source in path.read_text(encoding="utf-8").partition("\n[")[0]


def test_the_words_begin_with_a_surname() -> None:
    characters = read_sections(CHARACTERS)
    usual, compound = set(characters["usual"]), set(characters["compound"].split())
    words = read_sections(ORDINARY)["words"].split()
    assert len(words) > 9000
    assert all(word[0] in usual or word[:2] in compound for word in words)


def test_the_words_that_texts_are_compared_with_are_folded() -> None:
    for word in ALL_ROLES | NOBODY:
        assert fold(word) == word
    assert "漫划" in ALL_ROLES
