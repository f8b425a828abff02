"""Excerpts around what a query found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipelines.items import TopicHit
from pipelines.text.finding.excerpts import Excerpt, ExcerptPart, excerpt

Places = list[tuple[int, int]]


def of_body(text: str, places: Places, width: int = 20) -> Excerpt:
    hits = [
        TopicHit(term=text[start:end], field="body", start=start, end=end) for start, end in places
    ]
    return excerpt({"title": "标题", "body": text}, hits, width)


def shown(found: Excerpt) -> str:
    return "".join(f"[{each.text}]" if each.marked else each.text for each in found.parts)


def test_terms_are_marked() -> None:
    assert shown(of_body("国产芯片的出口", [(2, 4), (5, 7)])) == "国产[芯片]的[出口]"
    assert shown(of_body("第一段\n芯片", [(4, 6)])) == "第一段 [芯片]"
    assert shown(of_body("半导体", [(0, 3), (1, 3)])) == "[半导体]"
    assert excerpt({}, []).parts == []


def test_the_stretch_with_most_different_terms_is_shown() -> None:
    text = "芯片" + "。" * 50 + "芯片与出口" + "。" * 50
    places = [(0, 2), (52, 54), (55, 57)]
    assert shown(of_body(text, places)) == "…。。。。。。。。。。[芯片]与[出口]。。。。。…"
    assert shown(of_body(text, places[:1], 6)) == "[芯片]。。。。…"


def test_what_is_cut_is_said() -> None:
    assert shown(of_body("。" * 30 + "芯片", [(30, 32)], 4)) == "…。。[芯片]"
    assert of_body("芯片" * 9, [(0, 18)], 4).parts == [
        ExcerptPart("芯片芯片", marked=True),
        ExcerptPart("…"),
    ]


def test_the_body_goes_before_a_short_field_and_that_before_the_title() -> None:
    fields = {"title": "芯片", "source": "芯片报", "body": "说芯片", "keywords": ["芯片"]}

    def field_of(*names: str) -> tuple[str, str]:
        hits = [TopicHit(term="芯片", field=name, start=0, end=2) for name in names]
        found = excerpt(fields, hits)
        return found.field, shown(found)

    assert field_of("title", "source", "body")[0] == "body"
    assert field_of("title", "keywords", "source") == ("source", "[芯片]报")
    assert field_of("keywords", "title") == ("title", "[芯片]")
    assert field_of("keywords") == ("title", "芯片")


@given(
    st.text(alphabet="甲乙\n", max_size=80),
    st.lists(st.tuples(st.integers(0, 79), st.integers(1, 9)), max_size=6),
    st.integers(1, 30),
)
def test_an_excerpt_is_a_part_of_the_text(text: str, starts: Places, width: int) -> None:
    places = [(start, min(len(text), start + size)) for start, size in starts if start < len(text)]
    found = of_body(text, places, width)
    assert len(found.text) <= width
    whole = text.replace("\n", " ") if places else "标题"
    assert found.text in whole
    assert "".join(part.text for part in found.parts).strip("…") == found.text
    assert any(part.marked for part in found.parts) is bool(places)
