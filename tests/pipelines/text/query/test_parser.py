"""The query language: what is read, and what is said about what cannot be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.text.query.parser import DEEPEST, LONGEST_QUERY, MOST_TERMS, parse_query
from pipelines.text.query.tokens import QueryError
from pipelines.text.query.tree import And, AtLeast, Near, Node, Not, Or, Reach, Term, terms_of

EVERY_OPERATOR = (
    "title:(集成电路 OR 半导体{>=2}) AND (芯片 NEAR/20 出口 | “光刻机” ONEAR/10 (荷兰 OR ASML)) "
    "& 华大 unless_in [清华大学, 驻华大使] NOT (source:新华社 OR author:记者) ! site:sina "
    "与 keywords:产业 或 section:科技 非 body:招聘"
)


def read(text: str) -> Node:
    return parse_query(text).root


def term(text: str, *fields: str) -> Term:
    return Term(text=text, folded=text, fields=fields or ("title", "body", "keywords"))


A, B, C = term("甲方"), term("乙方"), term("丙方")


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("甲方", A),
        ("  甲方\n", A),
        ('"甲方"', A),
        ("（甲方）", A),
        ("甲方 AND 乙方", And(parts=(A, B))),
        ("甲方 乙方", And(parts=(A, B))),
        ("甲方&乙方", And(parts=(A, B))),
        ("甲方＆＆乙方", And(parts=(A, B))),
        ("甲方 与 乙方", And(parts=(A, B))),
        ("甲方 與 乙方", And(parts=(A, B))),
        ("甲方 ＯＲ 乙方", Or(parts=(A, B))),
        ("甲方｜乙方", Or(parts=(A, B))),
        ("甲方 或 乙方", Or(parts=(A, B))),
        ("甲方 NOT 乙方", And(parts=(A, Not(part=B)))),
        ("甲方 AND NOT 乙方", And(parts=(A, Not(part=B)))),
        ("甲方！乙方", And(parts=(A, Not(part=B)))),
        ("甲方 非 乙方", And(parts=(A, Not(part=B)))),
        ("甲方 OR 乙方 AND 丙方", Or(parts=(A, And(parts=(B, C))))),
        ("(甲方 OR 乙方) 丙方", And(parts=(Or(parts=(A, B)), C))),
        ("甲方 OR (乙方 OR 丙方)", Or(parts=(A, B, C))),
        ("甲方 NEAR/5 乙方", Near(parts=(A, B), reaches=(Reach(distance=5, ordered=False),))),
        ("甲方 onear/0 乙方", Near(parts=(A, B), reaches=(Reach(distance=0, ordered=True),))),
        (
            "甲方 NEAR/5 (乙方 OR 丙方)",
            Near(parts=(A, Or(parts=(B, C))), reaches=(Reach(distance=5, ordered=False),)),
        ),
        (
            "甲方 NEAR/1 乙方 ONEAR/2 丙方",
            Near(
                parts=(A, B, C),
                reaches=(Reach(distance=1, ordered=False), Reach(distance=2, ordered=True)),
            ),
        ),
        (
            "NOT 甲方 NEAR/5 乙方 丙方",
            And(
                parts=(
                    Not(part=Near(parts=(A, B), reaches=(Reach(distance=5, ordered=False),))),
                    C,
                )
            ),
        ),
        ("甲方{>=3}", AtLeast(part=A, count=3)),
        ("甲方｛≥ 3｝", AtLeast(part=A, count=3)),
        ("甲方{>=1}", A),
        ("(甲方 OR 乙方){>=3}", AtLeast(part=Or(parts=(A, B)), count=3)),
        ("title:甲方 乙方", And(parts=(term("甲方", "title"), B))),
        ("標題：甲方", term("甲方", "title")),
        ("site: sina", term("sina", "site")),
        ("source:(甲方 OR 乙方)", Or(parts=(term("甲方", "source"), term("乙方", "source")))),
        (
            "华大 unless_in [清华大学、“驻华大使”]",
            Term(text="华大", folded="华大", exceptions=("清华大学", "驻华大使")),
        ),
        (
            "华大 unless_in: [清华大学]",
            Term(text="华大", folded="华大", exceptions=("清华大学",)),
        ),
        ("積體電路", Term(text="積體電路", folded="积体电路", wordings=("集成电路",))),
        ('"New  York"', Term(text="New York", folded="new york")),
        (r'"说\"好\""', Term(text='说"好"', folded='说"好"')),
        ('"AND"', Term(text="AND", folded="and")),
        ("RISC-V", Term(text="RISC-V", folded="risc-v")),
        ("C++", Term(text="C++", folded="c++")),
        ("与非门", term("与非门")),
    ],
)
def test_a_query_is_read(text: str, root: Node) -> None:
    assert read(text) == root


def test_a_term_knows_where_it_stands() -> None:
    text = "芯片 AND “出口 管制” title:光刻机"
    assert [text[each.start : each.end] for each in terms_of(read(text))] == [
        "芯片",
        "“出口 管制”",
        "光刻机",
    ]


def test_every_operator_in_one_query() -> None:
    kinds = set()
    nodes: list[Node] = [read(EVERY_OPERATOR)]
    while nodes:
        node = nodes.pop()
        kinds.add(type(node))
        nodes += getattr(node, "parts", ()) or ([node.part] if hasattr(node, "part") else [])
    assert kinds == {And, Or, Not, Near, AtLeast, Term}


@pytest.mark.parametrize(
    ("text", "column", "problem"),
    [
        ("", 1, "the query is empty"),
        (" \n", 3, "the query is empty"),
        ("(", 2, "expected a term, a phrase or a bracket, found the end"),
        ("甲方 AND", 7, "expected a term, a phrase or a bracket after “AND”, found the end"),
        ("甲方 AND )", 8, "after “AND”, found “)”"),
        ("OR 甲方", 1, "expected a term, a phrase or a bracket, found “OR”"),
        ("(甲方 乙方", 1, "this bracket is never closed"),
        ("甲方) 乙方", 3, "this bracket was never opened"),
        ("甲方 ()", 5, "between the brackets, found none"),
        ("甲方 “乙方", 4, "this quotation mark is never closed"),
        ('甲方 ""', 4, "has 0 characters"),
        ("NOT 甲方", 1, "NOT alone holds for almost everything"),
        ("甲方 OR NOT 乙方", 7, "NOT alone holds for almost everything"),
        ("甲方 NOT NOT 乙方", 8, "NOT twice"),
        ("甲方 NEAR 乙方", 4, "say how near"),
        ("甲方 NEAR/ 乙方", 4, "say how near"),
        ("甲方 NEAR/x 乙方", 4, "say how near"),
        ("甲方 NEAR/-3 乙方", 4, "say how near"),
        ("甲方 NEAR/1001 乙方", 4, "at most NEAR/1000"),
        ("甲方 NEAR/5 (乙方 AND 丙方)", 11, "NEAR joins terms, phrases"),
        ("甲方{>=2} NEAR/5 乙方", 1, "NEAR joins terms, phrases"),
        ("title:甲方 NEAR/5 body:乙方", 10, "different fields"),
        ("甲方{3}", 3, "expected {>=n} with n from 1 to 1000, found “{3}”"),
        ("甲方{>=0}", 3, "expected {>=n}"),
        ("(甲方 乙方){>=2}", 1, "“{>=2}” counts places"),
        ("甲方 OR {>=2}", 7, "after “OR”, found “{>=2}”"),
        ("甲方{>=2}{>=3}", 8, "a count stands right after"),
        ("甲方 {", 4, "never closed or never opened"),
        ("标签:甲方", 1, "“标签” is no field; fields are title, body"),
        ('"title":甲方', 1, "is no field"),
        ("title:", 7, "after “title:”, found the end"),
        ("title:(body:甲方)", 8, "a term is in one field only"),
        ("甲方，乙方", 3, "a comma joins nothing"),
        ("甲方 and 乙方", 4, "write AND in capitals"),
        ("甲方 -乙方", 4, "write NOT"),
        ("甲方 乙*", 4, "no “*” is needed"),
        ("[甲方]", 1, "found “[”"),
        ("甲方 ]", 4, "expected AND, OR, NOT or the end of the query, found “]”"),
        ("华大 unless_in 清华大学", 14, "expected “[” after unless_in"),
        ("华大 unless_in [清华大学", 19, "expected “,” or “]”, found the end"),
        ("华大 unless_in []", 15, "expected a term of the list, found “]”"),
        ("华大 unless_in [北京大学]", 15, "it excepts nothing"),
        ("华大 unless_in [华大]", 15, "it excepts nothing"),
        ("(华大 OR 华为) unless_in [清华大学]", 12, "unless_in follows one term"),
        ("甲" * 101, 1, "has 101 characters; a term has 1 to 100"),
    ],
)
def test_an_error_names_the_column_and_what_was_expected(
    text: str, column: int, problem: str
) -> None:
    with pytest.raises(QueryError) as caught:
        read(text)
    assert problem in str(caught.value)
    assert caught.value.offset == column - 1


def test_a_query_of_several_lines_is_counted_in_lines() -> None:
    with pytest.raises(
        QueryError, match=r"^line 2, column 4: this bracket was never opened"
    ) as caught:
        read("甲方 OR\n乙方 )")
    assert (caught.value.line, caught.value.column) == (2, 4)


def test_the_shortest_term_is_of_the_text_and_not_of_other_fields() -> None:
    assert parse_query("锂").root == term("锂")
    with pytest.raises(QueryError, match="column 4: “锂” has 1 characters; a term has 2 to 100"):
        parse_query("电池 锂", shortest=2)
    assert parse_query("author:锂", shortest=2).root == term("锂", "author")


def test_ten_thousand_terms_are_read() -> None:
    text = " OR ".join(f"词语{number:05d}" for number in range(10_000))
    assert sum(1 for _ in terms_of(read(text))) == 10_000
    assert len(text) < LONGEST_QUERY


HOSTILE = {
    "a megabyte": "甲方 " * 333_333,
    "deep brackets": "(" * 200_000,
    "deep brackets among terms": "甲方 OR (" * 20_000,
    "deep brackets, closed": "(" * 100_000 + "甲方" + ")" * 100_000,
    "negations": "!" * 200_000 + "甲方",
    "one long word": "甲" * 200_000,
    "an open quotation mark": '"' + "\\" * 200_000,
    "open counts": "{" * 200_000,
    "fields in fields": "title:" * 40_000,
    "exceptions": "华大 unless_in [" + "清华大学," * 40_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_query_is_refused_at_once(text: str) -> None:
    with pytest.raises(QueryError) as caught:
        read(text)
    assert len(str(caught.value)) < 300


def test_the_bounds_are_said() -> None:
    read("(" * DEEPEST + "甲方" + ")" * DEEPEST)
    with pytest.raises(QueryError, match=f"more than {DEEPEST} brackets"):
        read("(" * (DEEPEST + 1) + "甲方" + ")" * (DEEPEST + 1))
    with pytest.raises(QueryError, match="more than 12,000 terms"):
        read("甲方 " * (MOST_TERMS + 1))
    with pytest.raises(QueryError, match="250,001 characters; 250,000 at most"):
        read("甲" * (LONGEST_QUERY + 1))


PIECES = [
    "甲方",
    "AI",
    "甲",
    " ",
    "\n",
    "(",
    ")",
    "（",
    "AND ",
    " OR ",
    "NOT ",
    "!",
    "|",
    "NEAR/3 ",
]
PIECES += ["title:", '"', "{>=2}", "{", " unless_in ", "[", "]", ",", "\\", "与 ", "-", "*", "："]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from(PIECES), max_size=25))
def test_whatever_is_written_is_read_or_refused_at_a_place_in_it(written: list[str]) -> None:
    text = "".join(written)
    refusal = None
    try:
        assert any(True for _ in terms_of(read(text)))
    except QueryError as error:
        refusal = error
    assert refusal is None or 0 <= refusal.offset <= len(text)
