"""Which queries hold for an article, and where their terms stand."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text.fold import fold
from pipelines.text.query.matching import MOST_HITS, Fields, QueryMatcher
from pipelines.text.query.parser import parse_query
from pipelines.text.query.tree import And, AtLeast, Near, Node, Not, Or, Term
from tests.pipelines.text.query.test_parser import EVERY_OPERATOR


def hits(query: str, fields: Fields) -> list[tuple[str, str, int, int]] | None:
    """The places because of which a query holds; None if it does not."""
    found = QueryMatcher([parse_query(query).root]).match(fields)
    if not found:
        return None
    (match,) = found
    assert match.count == len(match.hits)
    return [(hit.term, hit.field, hit.start, hit.end) for hit in match.hits]


def holds(query: str, body: str) -> bool:
    return hits(query, {"body": body}) is not None


@pytest.mark.parametrize(
    ("query", "body", "expected"),
    [
        ("芯片 出口", "芯片的出口", True),
        ("芯片 出口", "芯片", False),
        ("芯片 OR 出口", "出口", True),
        ("芯片 NOT 出口", "芯片", True),
        ("芯片 NOT 出口", "芯片出口", False),
        ("芯片 NOT (出口 进口)", "芯片出口", True),
        ("芯片 AND (出口 OR 管制 AND 荷兰)", "芯片管制", False),
        ("芯片 NEAR/2 出口", "出口了的芯片", True),
        ("芯片 NEAR/2 出口", "出口了许多芯片", False),
        ("芯片 NEAR/0 出口", "芯片出口", True),
        ("芯片 ONEAR/2 出口", "出口了的芯片", False),
        ("芯片 ONEAR/2 出口", "芯片之出口", True),
        ("芯片 NEAR/5 芯片", "一枚芯片", False),
        ("芯片 NEAR/5 芯片", "芯片又芯片", True),
        ("中国 NEAR/5 国家", "中国家", False),
        ("甲方 NEAR/1 乙方 NEAR/1 丙方", "甲方，乙方，丙方", True),
        ("甲方 NEAR/1 乙方 NEAR/1 丙方", "甲方，乙方。此外，乙方，丙方", False),
        ("甲方 ONEAR/1 乙方 ONEAR/1 丙方", "丙方，乙方，甲方", False),
        ("芯片 NEAR/3 (出口 OR 进口)", "进口芯片", True),
        ("芯片{>=2}", "芯片", False),
        ("芯片{>=2}", "芯片、晶片、芯片", True),
        ("(半导体 OR 导体){>=2}", "半导体", False),
        ("(芯片 OR 晶片){>=2}", "芯片晶片", True),
        ("华大 unless_in [清华大学, 驻华大使]", "清华大学与驻华大使", False),
        ("华大 unless_in [清华大学, 驻华大使]", "清华大学与华大基因", True),
        ("AI unless_in [AI画]", "AI画", False),
        ("AI", "he said", False),
        ("ai 芯片", "ＡＩ晶片與芯片", True),
        ('"New York"', "in new york today", True),
        ('"New York"', "New\nYork", True),
        ("NOT 芯片 出口", "出口", True),
        ("NOT (NOT 芯片)", "芯片", True),
    ],
)
def test_operators(query: str, body: str, expected: bool) -> None:
    assert holds(query, body) is expected


def test_places_point_into_the_original_and_come_in_order() -> None:
    title, body = "晶片出口", "荷蘭的光刻機，\n美國的晶片"
    query = "(光刻机 OR 晶片) AND (荷兰 NEAR/2 光刻机) NOT 日本"
    found = hits(query, {"title": title, "body": body})
    assert found == [
        ("晶片", "title", 0, 2),
        ("荷兰", "body", 0, 2),
        ("光刻机", "body", 3, 6),
        ("晶片", "body", 11, 13),
    ]
    assert body[3:6] == "光刻機"


def test_near_keeps_only_the_places_that_are_near() -> None:
    body = "芯片。" + "。" * 20 + "芯片的出口。" + "。" * 20 + "出口"
    assert hits("芯片 NEAR/3 出口", {"body": body}) == [
        ("芯片", "body", 23, 25),
        ("出口", "body", 26, 28),
    ]


def test_near_does_not_reach_from_one_text_into_another() -> None:
    assert hits("芯片 NEAR/9 出口", {"title": "芯片", "body": "出口"}) is None
    assert hits("芯片 NEAR/9 出口", {"keywords": ["芯片", "出口"]}) is None
    assert hits("芯片 NEAR/9 出口", {"keywords": ["芯片出口"]}) is not None


def test_fields() -> None:
    article = {
        "title": "芯片",
        "body": "正文",
        "keywords": ["产业", "出口"],
        "source": "新华社客户端",
        "author": ["张三"],
        "site": "sina",
        "section": "科技",
    }
    for query in ("title:芯片", "source:新华社", "author:张三", "section:科技", "site:SINA"):
        assert hits(query, article) is not None, query
    for query in ("body:芯片", "新华社", "张三", "site:sin", "keywords:芯片", "科技"):
        assert hits(query, article) is None, query
    assert hits("芯片 source:新华社 NOT site:guancha", article) == [
        ("芯片", "title", 0, 2),
        ("新华社", "source", 0, 3),
    ]
    assert hits("source:新华社", {"title": "新华社"}) is None


def test_every_operator_at_once() -> None:
    article = {
        "title": "半导体与集成电路",
        "body": "光刻机由荷兰制造，华大九天。",
        "keywords": ["产业"],
        "site": "guancha",
    }
    assert hits(EVERY_OPERATOR, article) is not None
    assert hits(EVERY_OPERATOR, article | {"source": "新华社"}) is None
    assert hits(EVERY_OPERATOR, article | {"site": "sina"}) is None
    assert hits(EVERY_OPERATOR, {"title": "无关", "section": "科技"}) is not None


def test_many_queries_are_matched_at_once_and_come_in_their_order() -> None:
    queries = ["出口", "芯片 NOT 出口", "芯片", "芯片 NEAR/1 出口"]
    matcher = QueryMatcher(parse_query(query).root for query in queries)
    assert [match.query for match in matcher.match({"body": "芯片出口"})] == [0, 2, 3]
    assert [match.query for match in matcher.match({"body": "芯片"})] == [1, 2]
    assert matcher.match({"body": "无关", "title": ""}) == []
    assert QueryMatcher([]).match({"body": "芯片"}) == []


def test_hits_are_bounded_and_counted() -> None:
    (match,) = QueryMatcher([parse_query("芯片 AND 出口").root]).match({"body": "芯片出口" * 90})
    assert (len(match.hits), match.count) == (MOST_HITS, 180)


words = st.text(alphabet="甲乙丙電", min_size=1, max_size=2)
leaves = words.map(lambda word: Term(text=word, folded=fold(word)))
places = leaves | st.lists(leaves, min_size=2, max_size=3).map(lambda each: Or(parts=tuple(each)))
counted = st.builds(AtLeast, part=places, count=st.integers(2, 3))
trees: st.SearchStrategy[Node] = st.recursive(
    leaves | counted,
    lambda nodes: (
        st.lists(nodes, min_size=2, max_size=3).map(lambda each: And(parts=tuple(each)))
        | st.lists(nodes, min_size=2, max_size=3).map(lambda each: Or(parts=tuple(each)))
        | nodes.map(lambda node: Not(part=node))
    ),
    max_leaves=6,
)


def plainly(node: Node, body: str) -> bool:
    """What a query says, tried out in the plainest way."""
    match node:
        case Term():
            return node.folded in body
        case And():
            return all(plainly(part, body) for part in node.parts)
        case Or():
            return any(plainly(part, body) for part in node.parts)
        case Not():
            return not plainly(node.part, body)
        case AtLeast():
            terms = node.part.parts if isinstance(node.part, Or) else (node.part,)
            return _most_apart([t.folded for t in terms if isinstance(t, Term)], body) >= node.count
        case Near():
            raise AssertionError("not drawn")


def _most_apart(terms: list[str], body: str) -> int:
    """How many places of the terms, none overlapping another, a text has at most."""
    best = [0]
    for end in range(1, len(body) + 1):
        ending = [best[end - len(t)] + 1 for t in terms if body[:end].endswith(t)]
        best.append(max([best[-1], *ending]))
    return best[-1]


@settings(deadline=None, max_examples=400)
@given(st.lists(trees, min_size=1, max_size=4), st.text(alphabet="甲乙丙电，", max_size=30))
def test_it_decides_as_the_plainest_reading_does(nodes: list[Node], body: str) -> None:
    """A query that could hold without any of its terms is refused by the parser."""
    anchored = [node for node in nodes if not plainly(node, "")]
    found = QueryMatcher(anchored).match({"body": body})
    assert {match.query for match in found} == {
        number for number, node in enumerate(anchored) if plainly(node, body)
    }


@settings(deadline=None, max_examples=300)
@given(
    st.text(alphabet="甲乙，", max_size=30),
    st.integers(0, 6),
    st.booleans(),
)
def test_near_decides_as_trying_all_pairs_does(body: str, distance: int, ordered: bool) -> None:
    operator = f"{'O' if ordered else ''}NEAR/{distance}"
    first = [at for at in range(len(body)) if body.startswith("甲乙", at)]
    second = [at for at in range(len(body)) if body[at] == "乙"]
    pairs = [
        (a, b)
        for a in first
        for b in second
        if 0 <= b - (a + 2) <= distance or (not ordered and 0 <= a - (b + 1) <= distance)
    ]
    found = hits(f"甲乙 {operator} 乙", {"body": body})
    expected = {("甲乙", "body", a, a + 2) for a, _ in pairs}
    expected |= {("乙", "body", b, b + 1) for _, b in pairs}
    assert set(found or ()) == expected
