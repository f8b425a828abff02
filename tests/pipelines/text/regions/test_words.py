"""The words of one region lead to those of the others, and nothing else does."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.fold import fold
from pipelines.text.regions.words import MOST_WORDINGS, Wordings, wordings
from tests.support.made_texts import taiwan

PAIRS = [
    ("芯片", "晶片"), ("软件", "軟體"), ("朝鲜", "北韓"), ("普京", "普丁"), ("信息", "資訊"),
    ("导弹", "飛彈"), ("互联网", "網際網路"), ("特朗普", "川普"),
    ("老挝", "寮國"), ("激光", "雷射"),
    ("出租车", "計程車"), ("人工智能", "人工智慧"), ("泥石流", "土石流"), ("巡航导弹", "巡弋飛彈"),
    ("弗吉尼亚", "維珍尼亞"), ("硅片", "矽片"), ("集成电路", "積體電路"),
]  # fmt: skip


@pytest.mark.parametrize(("mainland", "other"), PAIRS)
def test_both_ways(mainland: str, other: str) -> None:
    assert fold(other) in wordings(fold(mainland)).usual
    assert fold(mainland) in wordings(fold(other)).usual


@pytest.mark.parametrize(
    ("mainland", "other"), [("数据", "資料"), ("渠道", "管道"), ("程序", "程式"), ("悉尼", "雪梨")]
)
def test_ambiguous_words_are_only_named(mainland: str, other: str) -> None:
    there, back = wordings(fold(mainland)), wordings(fold(other))
    assert fold(other) in there.ambiguous
    assert fold(mainland) in back.ambiguous
    assert fold(other) not in there.usual
    assert fold(other) in there.of("all")
    assert there.of("exact") == ()


@pytest.mark.parametrize(
    ("term", "expected"),
    [
        ("芯片产业", ("晶片产业",)),
        ("国产软件园", ("国产软体园",)),
        ("人工智能芯片", ("人工智能晶片", "人工智慧芯片", "人工智慧晶片")),
        ("字节跳动", ()),  # not 字节
        ("纳米比亚", ()),  # not 纳米
        ("数据库", ("资料库",)),  # 数据 alone is ambiguous
        ("乔治亚", ("佐治亚", "格鲁吉亚")),
        ("格鲁吉亚", ("乔治亚",)),  # and not the other one's name
        ("港口", ()),
    ],
)
def test_words_within_a_term(term: str, expected: tuple[str, ...]) -> None:
    assert wordings(term).usual == expected


def test_a_term_of_many_words_is_bounded() -> None:
    found = wordings("芯片软件硬件网络激光朝鲜普京导弹")
    assert 0 < len(found.usual) <= MOST_WORDINGS


@given(st.text(max_size=20))
def test_no_term_is_a_wording_of_itself(text: str) -> None:
    found = wordings(fold(text))
    assert fold(text) not in found.usual + found.ambiguous
    assert found == Wordings() or found.usual or found.ambiguous


def test_what_opencc_makes_of_a_word_is_a_wording_of_it() -> None:
    for mainland in ("芯片", "软件", "网络", "服务器", "打印机", "摩尔多瓦的软件"):
        assert fold(taiwan(mainland)) in (fold(mainland), *wordings(fold(mainland)).of("all"))
