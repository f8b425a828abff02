"""Snippets around what was found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.finding.snippets import Piece, snippet


def marked(text: str, places: list[tuple[int, int]], width: int = 20) -> str:
    pieces = snippet(text, places, width)
    return "".join(f"[{each.text}]" if each.marked else each.text for each in pieces)


def test_places_are_marked() -> None:
    assert marked("国产芯片的出口", [(2, 4), (5, 7)]) == "国产[芯片]的[出口]"
    assert marked("国产芯片", []) == "国产芯片"
    assert marked("第一段\n芯片", [(4, 6)]) == "第一段 [芯片]"
    assert marked("半导体", [(0, 3), (1, 3)]) == "[半导体]"
    assert snippet("", []) == []


def test_the_stretch_with_most_places_is_shown() -> None:
    text = "芯片" + "。" * 50 + "芯片与芯片" + "。" * 50
    places = [(0, 2), (52, 54), (55, 57)]
    assert marked(text, places, 11) == "…。。。[芯片]与[芯片]。。。…"
    assert marked(text, places[:1], 6) == "[芯片]。。。。…"


def test_what_is_cut_is_said() -> None:
    assert marked("。" * 30, [], 4) == "。。。。…"
    assert marked("。" * 30 + "芯片", [(30, 32)], 4) == "…。。[芯片]"
    assert snippet("芯片" * 9, [(0, 18)], 4) == [Piece("芯片芯片", marked=True), Piece("…")]


@given(
    st.text(alphabet="甲乙\n", max_size=80),
    st.lists(st.tuples(st.integers(0, 79), st.integers(1, 9)), max_size=6),
    st.integers(1, 30),
)
def test_a_snippet_is_a_part_of_the_text(
    text: str, starts: list[tuple[int, int]], width: int
) -> None:
    places = [(start, min(len(text), start + size)) for start, size in starts if start < len(text)]
    pieces = snippet(text, places, width)
    shown = "".join(piece.text for piece in pieces).strip("…")
    assert len(shown) <= width
    assert shown in text.replace("\n", " ")
    assert any(piece.marked for piece in pieces) is bool(places)
