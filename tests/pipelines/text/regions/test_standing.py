"""A wording counts where it is a word, and not where two neighbours happen to spell it."""

from __future__ import annotations

import pytest

from pipelines.text.query.matching import QueryMatcher
from pipelines.text.query.parser import parse_query
from pipelines.text.regions.standing import stands_as_word

APART = [
    ("国中", "全国中小企业座谈会"),
    ("国中", "我国中西部的河流"),
    ("国中", "中国中部的三座城"),
    ("高比", "占到更高比例的一半"),
    ("路兰", "铁路兰州局加开三趟"),
    ("数据机", "大数据机构说"),
    ("平治", "公平治理的样子"),
    ("内建", "年内建成通车"),
    ("子音", "一场电子音乐会"),
    ("尼马", "印尼马拉松开跑"),
    ("全形", "安全形势不错"),
]
WORDS = [
    ("国中", "他就读国中二年级"),
    ("国中", "国中生和高中生"),
    ("普丁", "总统普丁说"),
    ("飞弹", "三枚防空飞弹"),
    ("哈萨克", "哈萨克总统来访"),
    ("软体", "软体工程师"),
    ("晶片", "台积电的晶片卖到哪里"),
    ("川普", "与川普会面半小时"),
    ("捷运", "搭捷运上班"),
    ("伺服器", "伺服器厂商"),
]


@pytest.mark.parametrize(("word", "text"), APART)
def test_two_neighbours_spell_it(word: str, text: str) -> None:
    assert not stands_as_word(text, text.index(word), text.index(word) + len(word))


@pytest.mark.parametrize(("word", "text"), WORDS)
def test_it_is_a_word(word: str, text: str) -> None:
    assert stands_as_word(text, text.index(word), text.index(word) + len(word))


@pytest.mark.parametrize(
    ("query", "text", "places"),
    [
        ("初中", "全国中小学校和国中教师", [7]),
        ("国中", "全国中小学校和国中教师", [1, 7]),  # as it is written it counts everywhere
        ("科比", "更高比例", []),
        ("120万", "花了1,120万，又花了120万", [12]),
        ("500亿", "1,500亿", []),
        ("5G", "4.5G，5G", [5]),
        ("1000", "1,000,000和1,000", [10]),
        ("约翰·罗斯", "約翰．羅斯說", [0]),
        ("‘新路’", "走『新路』", [1]),
        ("Web3", "Web3.0", [0]),
    ],
)
def test_places_in_texts(query: str, text: str, places: list[int]) -> None:
    matcher = QueryMatcher([parse_query(query).root])
    found = [hit.start for match in matcher.match({"body": text}) for hit in match.hits]
    assert found == places
