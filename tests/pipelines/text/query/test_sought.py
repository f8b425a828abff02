"""What is one and the same to a reader is one and the same to a query, and places stay right."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text.fold import fold
from pipelines.text.query.matching import QueryMatcher
from pipelines.text.query.sought import even, sought, tight
from pipelines.text.query.terms import listed_term


def places(term: str, text: str) -> list[tuple[int, int]]:
    matches = QueryMatcher([listed_term(term)]).match({"title": "无关", "body": text})
    return [(hit.start, hit.end) for match in matches for hit in match.hits]


@pytest.mark.parametrize(
    ("term", "text", "found"),
    [
        ("列奥·达芬奇", "画家列奥•达芬奇", "列奥•达芬奇"),
        ("列奥・达芬奇", "畫家列奧‧達芬奇", "列奧‧達芬奇"),
        ("“新路”", "叫「新路」好", "「新路」"),
        ("'新路'", "叫‘新路’好", "‘新路’"),
        ("1000亿元", "共1,000亿元", "1,000亿元"),
        ("1000亿元", "共1，000亿元", "1，000亿元"),
        ("12,345,678", "共12345678人", "12345678"),
        ("1234.5点", "收1,234.5点", "1,234.5点"),
        ("二〇二六年", "二○二六年春", "二○二六年"),
        ("二○二六年", "二〇二六年春", "二〇二六年"),
        ("集成电路", "做集成 电路的", "集成 电路"),
        ("集成电路", "做集成\n电路的", "集成\n电路"),
        ("集成电路", "做集　成 電\n路的", "集　成 電\n路"),
        ("集成 电路", "做集成电路的", "集成电路"),
        ("AI芯片", "用 AI 芯片 的", "AI 芯片"),
        ("AI", "用 AI 芯片", "AI"),
        ("New York", "in New York", "New York"),
        ("New York", "in New\nYork", "New\nYork"),
        ("5G 网络", "建5G网络", "5G网络"),
    ],
)
def test_equal(term: str, text: str, found: str) -> None:
    ((start, end),) = places(term, text)
    assert text[start:end] == found


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("New York", "NewYork"),
        ("newyork", "new york"),
        ("AI", "A I"),
        ("集成电路", "集成，电路"),
        ("1000", "10,000"),
        ("001", "1"),
        ("列奥·达芬奇", "列奥达芬奇"),
    ],
)
def test_not_equal(term: str, text: str) -> None:
    assert places(term, text) == []


def test_no_term_goes_from_one_text_into_the_next() -> None:
    (matcher,) = [QueryMatcher([listed_term("集成电路")])]
    assert matcher.match({"title": "集成", "body": "电路"}) == []
    assert matcher.match({"keywords": ["集成", "电路"]}) == []


TEXTS = st.text(alphabet="甲乙丙電ab1 ,\n·•“「", max_size=60)


@settings(deadline=None)
@given(TEXTS, st.text(alphabet="甲乙丙電ab ", min_size=2, max_size=4).map(str.strip).filter(bool))
def test_places_are_those_of_the_text_as_it_was_given(text: str, term: str) -> None:
    for start, end in places(term, text):
        assert sought(text[start:end]) == sought(term)


@settings(deadline=None)
@given(TEXTS)
def test_what_is_taken_out_is_blank_and_can_be_put_back(text: str) -> None:
    given_text = even(fold(text))
    assert len(given_text) == len(text)
    short = tight(given_text)
    spans = short.spread((0, at, at + 1) for at in range(len(short.text)))
    assert "".join(given_text[start:end] for _pattern, start, end in spans) == short.text
    assert re.sub(" ", "", short.text) == re.sub(" ", "", given_text)
    assert [start for _, start, _ in spans] == sorted({start for _, start, _ in spans})
