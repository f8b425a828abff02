"""Postings say exactly which articles have a gram, and queries what must be looked up."""

from __future__ import annotations

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelines.text.finding.grams import gram_set, grams, grams_of_term
from pipelines.text.finding.packing import packed, unpacked
from pipelines.text.finding.postings import SHARDS, shard_of, shards
from pipelines.text.finding.query_grams import MOST_GRAMS, gram_query, holds, places
from pipelines.text.query.parser import parse_query
from pipelines.text.query.tokens import QueryError

NUMBERS = st.integers(-(2**31), 2**31 - 1)
TEXTS = ["芯片出口管制", "港口芯片", "出口退税 said AI", "没有别的"]


@given(st.lists(st.sets(NUMBERS, max_size=20), max_size=20), NUMBERS)
def test_a_gram_is_where_it_stands(articles: list[set[int]], other: int) -> None:
    found = shards([array("i", sorted(each)) for each in articles])
    assert all(0 <= number < SHARDS for number in found)
    for gram in {other, *(gram for each in articles for gram in each)}:
        expected = [place for place, each in enumerate(articles) if gram in each]
        shard = found.get(shard_of(gram))
        assert list(shard.find(gram) if shard else ()) == expected


@given(st.lists(NUMBERS))
def test_numbers_come_back(numbers: list[int]) -> None:
    assert list(unpacked("i", packed("i", numbers))) == numbers
    assert packed("i", [1]) == b"\x01\0\0\0"


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("芯片", {0, 1}),
        ("芯片 AND 出口", {0}),
        ("芯片 OR 退税", {0, 1, 2}),
        ("出口 NOT 芯片", {0, 2}),
        ("芯片 AND 口", {0, 1}),
        ("(港口 OR ai) AND (出口 OR 芯片)", {1, 2}),
        ("出口{>=2}", {0, 2}),
        ("芯片 NEAR/3 出口", {0}),
        ("ai", {2}),
        ("said", {2}),
        ("sai", set()),
    ],
)
def test_what_is_looked_up_for_a_query(query: str, expected: set[int]) -> None:
    found = gram_query(parse_query(query))
    articles = [gram_set(grams([text])) for text in TEXTS]

    def find(gram: int) -> list[int]:
        return [place for place, each in enumerate(articles) if gram in each]

    assert places(found, find) == expected
    assert {place for place, each in enumerate(articles) if holds(found, each)} == expected


def test_a_query_with_nothing_or_too_much_to_look_up() -> None:
    for query in ("口", "口 OR 芯片", "口 AND 芯"):
        with pytest.raises(QueryError, match="two characters"):
            gram_query(parse_query(query))
    many = " OR ".join(chr(0x4E00 + 2 * n) + chr(0x4E01 + 2 * n) for n in range(MOST_GRAMS + 1))
    with pytest.raises(QueryError, match="different pairs"):
        gram_query(parse_query(many))


def test_a_site_is_a_gram_of_its_own() -> None:
    found = gram_query(parse_query("site:sina"))
    assert holds(found, gram_set(grams(["港口"], site="sina")))
    assert not holds(found, gram_set(grams(["港口 sina"], site="guancha")))
    assert grams_of_term("sina") <= gram_set(grams(["港口 sina"]))
