"""Another number, name or direction in the same sentence is other news; a slip is not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text.finding.contradictions import contradictions
from pipelines.text.finding.sentences import sentences
from pipelines.text.finding.similarity import Profile, likeness
from tests.support.made_texts import templates

NEWS = (
    "云帆科技周一公告，公司将收购远山药业三成股份，作价12.5亿元。交易完成后，公司不参与远山药业的"
    "日常经营。市民张建国说，两家公司的厂房都在城东，步行只要一刻钟。"
)


def found(one: str, other: str) -> list[tuple[str, str]]:
    return [(one, other) for one, other in contradictions(sentences(one), sentences(other))]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("12.5亿元", "15.2亿元", ("12.5", "15.2")),
        ("三成", "四成", ("三成", "四成")),
        ("公告", "并未公告", ("", "并未")),
        ("不参与", "参与", ("不", "")),
        ("收购", "出售", ("收购", "出售")),
        ("城东", "城西", ("城东", "城西")),
        ("张建国", "李志强", ("张建国", "李志强")),
        ("周一", "周三", ("周一", "周三")),
    ],
)
def test_what_contradicts(old: str, new: str, said: tuple[str, str]) -> None:
    assert found(NEWS, NEWS.replace(old, new)) == [said]
    assert found(NEWS.replace(old, new), NEWS) == [said[::-1]]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("三成", "3成"),
        ("12.5亿元", "１２．５亿元"),
        ("步行只要", "步行仅需"),
        ("张建国", "张某某"),
        ("厂房", "厂訪"),
        ("公司将收购", "公司即将收购"),
        ("日常经营", "日常的经营"),
        ("收购", "收購"),
        ("步行只要一刻钟。", ""),
        ("两家公司", "这两家公司"),
    ],
)
def test_what_does_not(old: str, new: str) -> None:
    assert old in NEWS
    assert found(NEWS, NEWS.replace(old, new)) == []


def test_words_of_another_region_say_the_same() -> None:
    one = "普京周一说，导弹的芯片和软件都是自己的，信息不会外泄。"
    other = "普丁週一說，飛彈的晶片和軟體都是自己的，資訊不會外洩。"
    assert found(one, other) == []


def test_sentences_that_only_one_text_has_are_not_compared() -> None:
    more = "\n另据通报，伤者增至37人，转院9人。"
    assert found(NEWS, NEWS + more) == []
    assert found(NEWS[:40] + more, NEWS) == []


def test_a_sentence_that_was_cut_contradicts_nothing() -> None:
    for end in range(8, len(NEWS)):
        assert found(NEWS[:end], NEWS) == [], NEWS[:end]


def test_reports_of_one_form_are_no_copies() -> None:
    pairs = list(templates())
    same = [
        pair
        for pair in pairs
        if likeness(Profile(pair.one), Profile(pair.other)).verdict(timedelta()) == "same"
    ]
    print(f"\n{len(same)} of {len(pairs)} reports that differ in words alone count as copies")
    assert len(pairs) >= 52
    assert len(same) <= 2, same


@settings(deadline=None, max_examples=50)
@given(st.text(max_size=80), st.text(max_size=80))
def test_any_texts_can_be_compared(one: str, other: str) -> None:
    assert list(contradictions(sentences(one), sentences(one))) == []
    assert list(contradictions(sentences(one), sentences(other))) is not None
