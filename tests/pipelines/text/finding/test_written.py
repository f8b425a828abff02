"""Whatever becomes a folded text is matched by the expression for it, and nothing else is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.finding.written import written
from pipelines.text.fold import fold, fold_lines

LINES = fold_lines()
CHARACTERS = st.one_of(
    st.sampled_from(LINES).flatmap(st.sampled_from),
    st.characters(codec="utf-8"),
    st.sampled_from(".*+?[]()^$|\\-{}/ \n"),
)


@given(st.text(CHARACTERS, min_size=1, max_size=8), st.text(CHARACTERS, max_size=3))
def test_every_way_of_writing_is_matched(text: str, around: str) -> None:
    assert re.search(written(fold(text)), around + text + around)


@given(st.text(CHARACTERS, min_size=1, max_size=4), st.text(CHARACTERS, min_size=1, max_size=4))
def test_nothing_else_is_matched(folded: str, text: str) -> None:
    matched = re.fullmatch(written(fold(folded)), text) is not None
    assert matched == (fold(text) == fold(folded))


@pytest.mark.parametrize(("term", "text"), [("华为", "華為"), ("ai", "ＡＩ"), ("5g", "5G")])
def test_examples(term: str, text: str) -> None:
    assert re.fullmatch(written(term), text)
