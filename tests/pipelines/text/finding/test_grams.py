"""Any two neighbouring characters of a text can be looked up, and Latin words whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.finding.grams import PackedGrams, gram_set, grams, grams_of_term
from pipelines.text.fold import fold

TEXT = "中國電影2026年3月，5G网络与OpenAI的Ａ股\n𠮷野家说：ＡＩ没有said"


@pytest.mark.parametrize(
    "term",
    [
        "国电",
        "中国电影",
        "5G网络",
        "ai",
        "openai",
        "a股",
        "2026年3月",
        "3月",
        "𠮷野",
        "的a股",
        "said",
    ],
)
def test_what_stands_in_a_text_is_found(term: str) -> None:
    wanted = grams_of_term(fold(term))
    assert wanted
    assert wanted <= gram_set(grams([TEXT]))


@pytest.mark.parametrize("term", ["电国", "26年", "open", "电5", "2026年5月"])
def test_what_does_not_is_not(term: str) -> None:
    """A piece of a Latin word or number, for one."""
    assert not grams_of_term(fold(term)) <= gram_set(grams([TEXT]))


@pytest.mark.parametrize("term", ["国", "，", "——", "", "\n", " 国 "])
def test_what_cannot_be_looked_up(term: str) -> None:
    assert grams_of_term(fold(term)) == set()


def test_they_are_the_same_everywhere() -> None:
    """They are stored: a change of them must raise `GRAMS_VERSION`."""
    assert sorted(gram_set(grams(["芯片AI"]))) == KNOWN


@given(st.text(max_size=20), st.integers(-(2**31), 2**31 - 1))
def test_packed_grams_hold_what_they_hold(text: str, other: int) -> None:
    data = grams([text])
    held = gram_set(data)
    assert all(gram in PackedGrams(data) for gram in held)
    assert (other in PackedGrams(data)) == (other in held)
    between = int.from_bytes(data[1:5], "little", signed=True)
    assert (between in PackedGrams(data)) == (between in held)


KNOWN = [6386247, 6881377, 156340709, 1917289135]


@given(st.text(alphabet="国电影片芯人a5ｂ Ｂ，\n𠮷é", max_size=30), st.data())
def test_every_substring_can_be_looked_up(text: str, data: st.DataObject) -> None:
    """Of two characters or more, without a piece of a Latin word at its ends."""
    folded = fold(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    latin = [character < "ɐ" and character.isalnum() for character in folded]
    if 0 < start < end and latin[start - 1] and latin[start]:
        return
    if start < end < len(text) and latin[end - 1] and latin[end]:
        return
    assert grams_of_term(folded[start:end]) <= gram_set(grams([text]))
