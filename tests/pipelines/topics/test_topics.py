"""Topics files and the matcher."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipelines.items import TopicMatch
from pipelines.text.clean import clean_line
from pipelines.text.query.matching import MOST_HITS
from pipelines.text.query.sought import sought
from pipelines.topics.file import SHIPPED_TOPICS
from pipelines.topics.topics import (
    Topic,
    TopicMatcher,
    Topics,
    TopicsError,
    load_topics,
    parse_topics,
)

PATH = Path("topics.toml")


def matcher(**terms: list[str]) -> TopicMatcher:
    topics = (Topic(name=name, title=name, terms=tuple(each)) for name, each in terms.items())
    return TopicMatcher(Topics(tuple(topics)))


def places(matches: list[TopicMatch]) -> list[tuple[str, str, str, int, int]]:
    return [
        (match.topic, hit.term, hit.field, hit.start, hit.end)
        for match in matches
        for hit in match.hits
    ]


def test_a_file_is_read(tmp_path: Path) -> None:
    path = tmp_path / "topics.toml"
    path.write_text(
        '\ufeff[topics.chips]\ntitle = "芯片"\nterms = ["芯片", "晶圓", "晶圆"]\n'
        '[topics.rail]\nterms = ["高铁"]\nquery = "铁路 ONEAR/5 开通"\n'
        '[topics.ports]\nquery = """\n港口 NOT\n  section:体育"""\n',
        encoding="utf-8",
    )
    assert list(load_topics(path)) == [
        Topic(name="chips", title="芯片", terms=("芯片", "晶圓")),
        Topic(name="rail", title="rail", terms=("高铁",), query="铁路 ONEAR/5 开通"),
        Topic(name="ports", title="ports", query="港口 NOT\n  section:体育"),
    ]


@pytest.mark.parametrize(
    ("text", "line", "key", "problem"),
    [
        (
            '[topics.a]\nterms = ["甲方"]\nwording = "all of them"\n',
            3,
            "topics.a.wording",
            "must be exact, usual, all",
        ),
        ("", 1, "topics", "no topic"),
        ("[topics]\n", 1, "topics", "no topic"),
        ('[topics.a]\nterms = ["芯片"]\n\n[other]\nx = 1\n', 4, "other", "unknown table"),
        ('[topics.a]\ntitle = "x"\n', 1, "topics.a.terms", "list of at least one"),
        ("[topics.a]\nterms = []\n", 2, "topics.a.terms", "list of at least one"),
        ('[topics.a]\n\nterms = "芯片"\n', 3, "topics.a.terms", "list of at least one"),
        ('[topics.a]\nterms = [\n  "芯片",\n  "芯",\n]\n', 4, "topics.a.terms", "'芯' is no term"),
        ('[topics.a]\nterms = ["芯片", 5]\n', 2, "topics.a.terms", "5 is no term"),
        ('[topics.a]\nterms = []\nquery = "芯片"\n', 2, "topics.a.terms", "at least one term"),
        ("[topics.a]\nquery = 5\n", 2, "topics.a.query", "must be a text"),
        ('[topics.a]\nquery = "芯片 AND"\n', 2, "topics.a.query", "column 7: expected a term"),
        ('[topics.a]\nquery = "芯片 芯"\n', 2, "topics.a.query", "“芯” has 1 characters"),
        ('[topics.a]\nterm = ["芯片"]\n', 2, "topics.a.term", "unknown key"),
        ('[topics.a]\ntitle = 1\nterms = ["芯片"]\n', 2, "topics.a.title", "must be a text"),
        ('[topics.a]\nterms = ["芯片"]\n\n[topics.B]\nterms = ["芯片"]\n', 4, "topics.B", "a name"),
        ("topics = 1\n", 1, "topics", "no topic"),
        ("[topics]\na = 1\n", 2, "topics.a", "must be a table"),
        ('[topics.a]\nterms = ["芯片"\n\n[topics.b]\n', 4, "topics.b.terms", "is not TOML"),
        ('[topics.a]\ntitle = "芯片\nterms = []\n', 2, "topics.a.title", "is not TOML"),
        ('[topics.a]\nterms = ["芯片"', 2, "topics.a.terms", "is not TOML"),
    ],
)
def test_an_error_names_line_and_key(text: str, line: int, key: str, problem: str) -> None:
    with pytest.raises(TopicsError) as caught:
        parse_topics(text, path=PATH)
    assert (caught.value.line, caught.value.key) == (line, key)
    assert problem in str(caught.value)
    assert f"topics.toml, line {line}" in str(caught.value)


def test_a_missing_or_foreign_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(TopicsError, match="cannot be read"):
        load_topics(tmp_path / "none.toml")
    path = tmp_path / "gbk.toml"
    path.write_bytes("[topics.a]\nterms = ['集成电路']\n".encode("gbk"))
    with pytest.raises(TopicsError, match=r"line 2: .*UTF-8"):
        load_topics(path)


def test_hits_have_offsets_into_the_original() -> None:
    title, body = "集成電路大會", "首日：\n晶圓與ＡＳＭＬ設備、集成电路。"
    matches = matcher(chips=["集成电路", "晶圆", "asml"]).match({"title": title, "body": body})
    assert places(matches) == [
        ("chips", "集成电路", "title", 0, 4),
        ("chips", "晶圆", "body", 4, 6),
        ("chips", "asml", "body", 7, 11),
        ("chips", "集成电路", "body", 14, 18),
    ]
    assert body[14:18] == "集成电路"


def test_nested_and_shared_terms_are_all_found() -> None:
    found = matcher(a=["半导体", "导体"], b=["半導體"]).match({"body": "半导体"})
    assert places(found) == [
        ("a", "半导体", "body", 0, 3),
        ("a", "导体", "body", 1, 3),
        ("b", "半導體", "body", 0, 3),
    ]


@pytest.mark.parametrize(
    ("text", "hits"),
    [
        ("AI芯片", 1),
        ("用ai做", 1),
        ("(AI)", 1),
        ("AI-driven", 1),
        ("he said so", 0),
        ("AIs", 0),
        ("4AI", 0),
        ("ＡＩ", 1),
        ("OPENAI", 0),
        ("αAIé", 0),
    ],
)
def test_latin_terms_are_whole_words(text: str, hits: int) -> None:
    assert sum(match.count for match in matcher(a=["AI"]).match({"body": text})) == hits


def test_a_mixed_term_needs_an_edge_only_where_it_is_latin() -> None:
    one = matcher(a=["EDA软件"])
    assert one.match({"body": "国产EDA软件园"})
    assert not one.match({"body": "XEDA软件"})


def test_keywords_count_within_the_keyword() -> None:
    found = matcher(a=["芯片"]).match({"keywords": ["产业", "国产芯片"]})
    assert places(found) == [("a", "芯片", "keywords", 2, 4)]


def test_hits_are_bounded_and_counted() -> None:
    (match,) = matcher(a=["芯片"]).match({"body": "芯片" * 250})
    assert (len(match.hits), match.count) == (MOST_HITS, 250)
    assert match.hits[-1].end == 2 * MOST_HITS


def test_topics_come_in_the_order_of_the_file() -> None:
    found = matcher(b=["乙方"], a=["甲方"]).match({"body": "甲方乙方"})
    assert [match.topic for match in found] == ["b", "a"]


def test_a_topic_is_found_by_its_terms_or_its_query() -> None:
    rail = Topic(name="rail", title="rail", terms=("高铁",), query="铁路 NEAR/3 开通 OR 动车")
    found = TopicMatcher(Topics((rail,)))
    assert places(found.match({"title": "高鐵"})) == [("rail", "高铁", "title", 0, 2)]
    assert places(found.match({"body": "铁路开通，動車"})) == [
        ("rail", "铁路", "body", 0, 2),
        ("rail", "开通", "body", 2, 4),
        ("rail", "动车", "body", 5, 7),
    ]
    assert found.match({"body": "铁路运行，昨日开通"}) == []


WORDED = """
[topics.usual]
terms = ["软件", "~数据", "=芯片"]
[topics.exact]
wording = "exact"
terms = ["软件"]
query = "芯片 OR ~渠道"
[topics.all]
wording = "all"
query = "数据 OR =芯片"
"""


@pytest.mark.parametrize(
    ("title", "expected"),
    [
        ("軟體", ["usual"]),
        ("软件", ["usual", "exact"]),
        ("晶片", []),
        ("資料", ["usual", "all"]),
        ("管道", ["exact"]),
        ("芯片", ["usual", "exact", "all"]),
    ],
)
def test_a_topic_says_which_wordings_are_searched(title: str, expected: list[str]) -> None:
    found = TopicMatcher(parse_topics(WORDED, path=PATH)).match({"title": title})
    assert [match.topic for match in found] == expected


def test_the_shipped_topic() -> None:
    shipped = TopicMatcher(load_topics(SHIPPED_TOPICS))
    for text in ("國產晶片", "集成電路設計", "光刻机", "EDA软件", "封裝測試", "台積電"):
        assert [match.topic for match in shipped.match({"title": text})] == ["integrated-circuits"]
    for text in ("通货高通胀", "新闻联播", "society", "华为", "腾讯", "5G手机", "cosoc"):
        assert shipped.match({"title": text}) == []


words = st.text(alphabet="甲乙丙电電aiＡ ", min_size=2, max_size=3).map(clean_line).filter(bool)


@settings(deadline=None)
@given(st.lists(words, min_size=1, max_size=5), st.text(alphabet="甲乙丙电電aiＡ ，", max_size=60))
def test_it_finds_what_a_plain_search_finds(terms: list[str], text: str) -> None:
    found = matcher(a=terms).match({"body": text})
    for _, term, _, start, end in places(found):
        assert sought(text[start:end]) == sought(term)
    plain = sought(text)
    for term in {sought(term) for term in terms}:
        if not any(character.isascii() for character in term):
            count = sum(plain.startswith(term, at) for at in range(len(plain)))
            hits = [h for m in found for h in m.hits if sought(h.term) == term]
            owners = sum(sought(each) == term for each in terms)
            assert len(hits) == count * owners
