"""Whatever a term stands for is matched by the expression for it, and nothing else is."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.finding.written import written
from pipelines.text.fold import fold_lines
from pipelines.text.query.sought import SIGNS, sought

LINES = fold_lines()
CHARACTERS = st.one_of(
    st.sampled_from(LINES).flatmap(st.sampled_from),
    st.characters(codec="utf-8"),
    st.sampled_from(".*+?[]()^$|\\-{}/ \n"),
    st.sampled_from("".join(SIGNS) + "".join(SIGNS.values())),
)


@given(st.text(CHARACTERS, min_size=1, max_size=8), st.text(CHARACTERS, max_size=3))
def test_every_way_of_writing_is_matched(text: str, around: str) -> None:
    assert re.search(written(sought(text.strip() or "甲")), f"甲{around}{text}{around}甲")


PLAIN = st.text(CHARACTERS, min_size=1, max_size=4).map(str.strip).filter(bool)


@given(PLAIN, PLAIN)
def test_nothing_else_is_matched(term: str, text: str) -> None:
    matched = re.fullmatch(written(sought(term)), text) is not None
    assert matched == (sought(text) == sought(term))


@pytest.mark.parametrize(("term", "text"), [("华为", "華 為"), ("ai", "ＡＩ"), ("5g网", "5G\n网")])
def test_examples(term: str, text: str) -> None:
    assert re.fullmatch(written(term), text)
