"""A term knows all that it is searched as, and a sign before it says how far that goes."""

from __future__ import annotations

import pytest

from pipelines.text.query.matching import QueryMatcher
from pipelines.text.query.parser import parse_query
from pipelines.text.query.terms import listed_term, term_of
from pipelines.text.query.tree import terms_of


def forms(query: str) -> list[tuple[str, ...]]:
    return [term.forms for term in terms_of(parse_query(query).root)]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("芯片", [("芯片", "晶片")]),
        ("=芯片", [("芯片",)]),
        ("＝芯片", [("芯片",)]),
        ("数据", [("数据",)]),
        ("~数据", [("数据", "资料")]),
        ("～数据", [("数据", "资料")]),
        ('~"数据 中心"', [("数据中心", "资料中心")]),
        ("=(芯片 OR 软件)", [("芯片",), ("软件",)]),
        ("=(芯片 OR ~数据) 软件", [("芯片",), ("数据", "资料"), ("软件", "软体")]),
        ("title:=芯片", [("芯片",)]),
        ("=title:芯片", [("芯片",)]),
        ("芯片 NEAR/5 =软件", [("芯片", "晶片"), ("软件",)]),
        ("=芯片{>=2}", [("芯片",)]),
        ("NOT =芯片 软件", [("芯片",), ("软件", "软体")]),
        ("芯片 NOT 晶片", [("芯片",), ("晶片",)]),
        ("source:信息时报 author:普京 site:sina", [("信息时报",), ("普京",), ("sina",)]),
        ("section:信息 信息", [("信息",), ("信息", "资讯")]),
        ("1000亿元", [("1000亿元", "1,000亿元")]),
        ("=1000亿元", [("1000亿元", "1,000亿元")]),
        ("E=mc2", [("e=mc2",)]),
    ],
)
def test_what_a_query_searches(query: str, expected: list[tuple[str, ...]]) -> None:
    assert forms(query) == expected


def test_ambiguous_wordings_are_named() -> None:
    assert term_of("数据").ambiguous == ("资料",)
    assert term_of("数据", "all").ambiguous == term_of("数据", "exact").ambiguous == ()


def test_a_sign_stands_before_a_term_of_a_list_as_well() -> None:
    assert listed_term("=芯片") == term_of("芯片", "exact")
    assert listed_term("~ 数据", "exact") == term_of("数据", "all")
    assert listed_term("芯片", "exact") == term_of("芯片", "exact")


def hits(query: str, body: str) -> list[tuple[str, str]]:
    matches = QueryMatcher([parse_query(query).root]).match({"body": body})
    return [(hit.term, body[hit.start : hit.end]) for match in matches for hit in match.hits]


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        (
            "芯片 OR 软件",
            "軟體與晶片與芯片",
            [("软件", "軟體"), ("芯片", "晶片"), ("芯片", "芯片")],
        ),
        ("芯片 OR 晶片", "晶片", [("晶片", "晶片")]),
        ("出租车 OR 的士", "計程車", [("出租车", "計程車")]),
        ("孟加拉国", "孟加拉與孟加拉国", [("孟加拉国", "孟加拉"), ("孟加拉国", "孟加拉国")]),
        ("title:无 OR 软件", "軟體", [("软件", "軟體")]),
        ("芯片{>=2}", "晶片，芯片", [("芯片", "晶片"), ("芯片", "芯片")]),
        ("芯片 NEAR/3 软件", "晶片的軟體", [("芯片", "晶片"), ("软件", "軟體")]),
        ("芯片 unless_in [芯片股]", "晶片股和晶片", [("芯片", "晶片")]),
        ("芯片 NOT 普京", "晶片與普丁", []),
        ("=芯片", "晶片", []),
        ("数据", "資料", []),
        ("~数据", "資料", [("数据", "資料")]),
    ],
)
def test_what_is_found(query: str, body: str, expected: list[tuple[str, str]]) -> None:
    """Each place once, with the term as the query writes it."""
    assert hits(query, body) == expected


@pytest.mark.parametrize(
    ("query", "problem"),
    [
        ("==芯片", "column 2: “=” and “=”: one of them is enough"),
        ("=~芯片", "column 2"),
        ("芯片 =", "after “=”, found the end"),
        ("= NOT 芯片", "after “=”, found “NOT”"),
        ("~)", "after “~”, found “)”"),
    ],
)
def test_a_sign_stands_before_something(query: str, problem: str) -> None:
    from pipelines.text.query.tokens import QueryError

    with pytest.raises(QueryError) as caught:
        parse_query(query)
    assert problem in str(caught.value)
