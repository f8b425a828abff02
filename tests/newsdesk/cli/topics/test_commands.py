"""`newsdesk topics`: the list, checks, overrides, and topics against all that is stored."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from newsdesk.cli.topics.tables import bars
from pipelines.config import Settings
from pipelines.items import Article
from pipelines.storage.documents import article_document
from pipelines.storage.queries import opened
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.session import StorageSession
from pipelines.storage.topics.overrides import TopicRepository
from pipelines.timing.clock import now
from pipelines.topics.overrides import Override
from tests.pipelines.test_retagging import OLD, store
from tests.support.command import Crawled, Desk
from tests.support.samples import sample
from tests.support.screens import printed

GOOD = '[topics.garden]\ntitle = "花园"\nterms = ["花园", "草坪"]\nquery = "园丁 NEAR/5 苗圃"\n'
BROKEN = '[topics.garden]\ntitle = "花园"\nterms = ["花"]\n'


def test_the_shipped_topics(desk: Desk) -> None:
    said = desk.call("topics", "list", "--json")
    assert [topic["topic"] for topic in said.json] == ["integrated-circuits"]
    assert "芯片" in said.json[0]["terms"]


def test_a_good_file(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(GOOD)
    said = desk.call("topics", "check", file)
    assert (said.code, said.out) == (0, "garden\t花园\t花园 草坪 园丁 NEAR/5 苗圃\n")


def test_a_broken_file_names_line_and_key(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(BROKEN)
    said = desk.call("topics", "check", file)
    assert (said.code, said.out) == (1, "")
    assert "line 3, topics.garden.terms" in said.err


def test_the_last_good_file_stays_in_force(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(GOOD)
    assert desk.call("topics", "list", env={"NEWSDESK_TOPICS": str(file)}).code == 0
    file.write_text(BROKEN)
    said = desk.call("topics", "list", "--json", env={"NEWSDESK_TOPICS": str(file)})
    assert [topic["topic"] for topic in said.json] == ["garden"]
    assert "line 3" in said.err
    assert "last good topics" in said.err


def override(desk: Desk, name: str) -> Override:
    with opened(desk.settings) as database:
        found = TopicRepository(database).get(name)
    assert found is not None
    return found


def listed(desk: Desk) -> dict[str, dict[str, Any]]:
    return {topic["topic"]: topic for topic in desk.call("topics", "list", "--json").json}


def test_what_operators_decide_wins_and_is_said(desk: Desk) -> None:
    said = desk.call("topics", "set", "rail", "--query", "高铁 NEAR/9 开通", "--note", "asked for")
    assert said.code == 0
    assert "rail is the operators' own topic" in said.err
    assert "newsdesk topics apply rail" in said.err
    desk.call("topics", "set", "integrated-circuits", "--term", "晶圆", "--term", "芯片")
    found = listed(desk)
    assert found["rail"] | {"title": "rail", "origin": "override"} == found["rail"]
    assert found["rail"]["query"] == "高铁 NEAR/9 开通"
    assert found["integrated-circuits"]["terms"] == ["晶圆", "芯片"]
    assert found["integrated-circuits"]["title"] == "集成电路产业"
    said = desk.call("topics", "list")
    assert "integrated-circuits is defined by the operators, not by the file" in said.err
    assert "asked for)" in said.err


def test_later_decisions_add_to_earlier_ones(desk: Desk) -> None:
    desk.call("topics", "set", "rail", "--term", "高铁", "--title", "铁路")
    desk.call("topics", "set", "rail", "--off")
    assert override(desk, "rail").terms == ("高铁",)
    assert "rail" not in listed(desk)
    desk.call("topics", "set", "rail", "--on")
    assert listed(desk)["rail"]["title"] == "铁路"
    desk.call("topics", "set", "rail", "--query", "动车")
    assert (override(desk, "rail").terms, override(desk, "rail").query) == (None, "动车")
    assert desk.call("topics", "unset", "rail").code == 0
    assert "rail" not in listed(desk)
    said = desk.call("topics", "unset", "rail")
    assert (said.code, "Nothing was set for rail" in said.err) == (2, True)


def test_a_name_that_no_topic_has_is_refused(desk: Desk) -> None:
    off = desk.call("topics", "set", "rial", "--off")
    tried = desk.call("topics", "test", "高铁", "--topic", "rial")
    applied = desk.call("topics", "apply", "integrated-circuits", "rial")
    counted = desk.call("topics", "apply", "rial", "--dry-run")
    for said in (off, tried, applied, counted):
        assert (said.code, "There is no topic 'rial' in force" in said.err) == (2, True)
    with opened(desk.settings) as database:
        assert TopicRepository(database).get("rial") is None


def test_a_change_that_cannot_be_is_said_and_not_kept(desk: Desk) -> None:
    said = desk.call("topics", "set", "rail", "--query", "高铁 AND")
    assert said.code == 2
    assert "Nothing was changed: query: column 7: expected a term" in said.err
    assert "topics unset" not in said.err, "there is nothing to unset"


def test_what_stands_after_unset_is_said(desk: Desk) -> None:
    desk.call("topics", "set", "rail", "--term", "高铁")
    assert "rail is no topic any more" in desk.call("topics", "unset", "rail").err
    desk.call("topics", "set", "integrated-circuits", "--term", "晶圆")
    said = desk.call("topics", "unset", "integrated-circuits").err
    assert "integrated-circuits is as in the topics file" in said


def test_a_file_that_is_not_there_has_no_lines(desk: Desk, tmp_path: Path) -> None:
    said = desk.call("topics", "check", tmp_path / "none.toml")
    assert "none.toml: cannot be read: No such file" in said.err


def test_switching_off_the_last_topic_is_warned_of(desk: Desk) -> None:
    said = desk.call("topics", "set", "integrated-circuits", "--off")
    assert "crawls will turn every article away" in said.err
    assert listed(desk) == {}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["rail", "--query", "高铁 AND"], "query: column 7: expected a term"),
        (["rail", "--term", "高"], "terms: '高' is no term"),
        (["rail", "--title", "铁路"], "terms: must be a list of at least one term"),
        (["Rail", "--term", "高铁"], "a name has lower-case letters"),
        (["rail"], "Say what is to change"),
    ],
)
def test_what_is_no_topic_changes_nothing(desk: Desk, arguments: list[str], says: str) -> None:
    said = desk.call("topics", "set", *arguments)
    assert (said.code, said.out) == (2, "")
    assert says in said.err
    assert list(listed(desk)) == ["integrated-circuits"]


def test_a_broken_override_leaves_the_file_and_is_said(desk: Desk) -> None:
    with opened(desk.settings) as database:
        ensure_schema(database)
        for name in ("rail", "integrated-circuits"):
            TopicRepository(database).put(Override(name=name, query="高铁 AND"), now())
    said = desk.call("topics", "list", "--json")
    assert [topic["origin"] for topic in said.json] == ["file"]
    assert "rail cannot be used (query: column 7" in said.err
    assert "the file's topic stays in force" in said.err


def test_without_mongodb_the_file_is_shown_and_it_is_said(tmp_path: Path) -> None:
    env = {"MONGODB_URI": "mongodb://127.0.0.1:9/?serverSelectionTimeoutMS=100"}
    folder = Settings(data_dir=tmp_path / "data")
    said = Desk(folder).call("topics", "list", "--json", env=env)
    assert [topic["topic"] for topic in said.json] == ["integrated-circuits"]
    assert "cannot be read: MongoDB" in said.err


def test_a_query_is_explained(desk: Desk) -> None:
    query = "(芯片 OR 晶片{>=2}) AND 出口 ONEAR/9 管製 华大 unless_in [清华大学] NOT site:sina"
    said = desk.call("topics", "explain", query)
    lines = [line.strip("├└│─ ") for line in said.out.splitlines()]
    assert lines == [
        "all of",
        "any of",
        "芯片",
        "at least 2 places of",
        "晶片",
        "near each other",
        "出口",
        "at most 9 characters after it: 管製  sought as 管制",
        "华大  but not as a part of 清华大学",
        "not",
        "sina  is site",
    ]
    assert desk.call("topics", "explain", "芯片 NEAR/3 出口", "--json").json == {
        "near": [
            {
                "term": "芯片",
                "sought": "芯片",
                "wordings": ["晶片"],
                "ambiguous": [],
                "fields": ["title", "body", "keywords"],
            },
            {
                "term": "出口",
                "sought": "出口",
                "wordings": [],
                "ambiguous": [],
                "fields": ["title", "body", "keywords"],
            },
        ],
        "links": [{"distance": 3, "ordered": False}],
    }
    said = desk.call("topics", "explain", "芯片 OR 数据 OR =软件 OR ~渠道")
    lines = [line.strip("├└│─ ") for line in said.out.splitlines()]
    assert lines == [
        "any of",
        "芯片  and as 晶片",
        "数据  but not as 资料 (ambiguous: to search it, too, write ~数据)",
        "软件",
        "渠道  and as 管道",
    ]
    many = desk.call("topics", "explain", " OR ".join(f"词语{number}" for number in range(1000)))
    assert "... and 970 more" in many.out


def test_what_is_wrong_with_a_query_is_pointed_at(desk: Desk) -> None:
    said = desk.call("topics", "explain", "芯片 AND (出口 OR")
    assert (said.code, said.out) == (2, "")
    lines = said.err.splitlines()
    assert "column 14: expected a term, a phrase or a bracket after “OR”" in lines[0]
    assert lines[1] == "  芯片 AND (出口 OR"
    assert lines[2].index("^") == 2 + len("芯片 AND (出口 OR") + 4  # four are twice as wide
    said = desk.call("topics", "explain", "芯片 " * 50 + ") " + "出口 " * 50)
    assert said.err.splitlines()[1].startswith("  …")
    assert len(said.err.splitlines()[1]) < 70


def test_a_query_is_tried_on_what_was_crawled(crawled: Crawled) -> None:
    said = crawled.desk.call(
        "topics", "test", "芯片 OR 铁路", "--topic", "integrated-circuits", "--json"
    )
    found = said.json
    with opened(crawled.desk.settings) as database:
        articles = {each["_id"]: each for each in database["articles"].find()}
        rejects = database["rejects"].count_documents({"reason": "off_topic"})
    matching = {
        id_
        for id_, each in articles.items()
        if any(word in each["title"] + each["body"] + " ".join(each["keywords"]) for word in WORDS)
    }
    assert found["looked_at"] == {"stored": len(articles), "turned_away": rejects}
    assert found["matched"] == sum(found["days"].values()) == len(matching)
    assert {each["article"] for each in found["samples"]} <= matching
    assert all("[" in each["snippet"] for each in found["samples"])
    times = [each["published_at"] for each in found["samples"]]
    assert times == sorted(times, reverse=True)
    assert set(found["loses"]["articles"]) == articles.keys() - matching
    assert found["gains"] == {"count": 0, "articles": []}


WORDS = ("芯片", "铁路", "晶片", "鐵路")


def test_a_trial_is_shown_and_a_topic_is_tried_as_it_is(crawled: Crawled) -> None:
    said = crawled.desk.call("topics", "test", "--topic", "integrated-circuits", "--samples", "2")
    assert said.code == 0
    assert "would gain 0 of the stored articles and lose 0" in said.out
    assert "█" in said.out
    assert crawled.desk.call("topics", "test").code == 2
    assert "no topic 'x'" in crawled.desk.call("topics", "test", "--topic", "x").err


def test_topics_are_applied_to_what_is_stored_and_what_was_turned_away(desk: Desk) -> None:
    with opened(desk.settings) as database:
        ensure_schema(database)
    asyncio.run(store_articles(desk, 30))
    desk.call("topics", "set", "rail", "--query", "高铁 NEAR/9 开通")
    desk.call("topics", "set", "integrated-circuits", "--off")
    dry = desk.call("topics", "apply", "--dry-run", "--json")
    assert dry.json == {"dry_run": True, "counts": {**EXPECTED, "looked_at": 30}}
    assert counted(desk) == {"articles": 12, "rejects": 18}
    said = desk.call("topics", "apply", "--json")
    assert said.json == {"dry_run": False, "counts": {**EXPECTED, "looked_at": 42}}
    assert counted(desk) == {"articles": 24, "rejects": 6}
    shown = desk.call("topics", "apply", "rail", "--dry-run")
    assert "would be brought back from those turned away\t0\n" in shown.out
    assert "would be tagged differently\t0\n" in shown.out


EXPECTED = {
    "changed": 12,
    "unmatched": 12,
    "lost/chips": 12,
    "returned": 12,
    "added/rail": 12,
}


async def store_articles(desk: Desk, count: int) -> None:
    session = StorageSession(desk.settings)
    await store(session, OLD, count)
    await session.close()


def counted(desk: Desk) -> dict[str, int]:
    with opened(desk.settings) as database:
        return {name: database[name].count_documents({}) for name in ("articles", "rejects")}


def test_a_topic_over_time_and_its_rising_words(desk: Desk) -> None:
    today = now()
    topics = [{"topic": "rail", "hits": [], "count": 1}]
    with opened(desk.settings) as database:
        ensure_schema(database)
        for number in range(60):
            word = "地铁新线通车" if number < 12 else "铁路运输"
            article = sample(number, body=f"{word}，第{number}号。" * 3)
            document = whole_document(article, today - timedelta(hours=12 * number), topics)
            database["articles"].insert_one(document)
    said = desk.call("topics", "trend", "rail", "--json")
    assert sum(said.json["articles"].values()) == 60
    assert len(said.json["articles"]) == 31
    rising = {each["word"]: each for each in said.json["rising"]}
    assert "铁路" not in rising
    assert rising["地铁"]["recent"] == 12
    assert rising["地铁"]["recent_of"] == 14
    assert (rising["地铁"]["before"], rising["地铁"]["before_of"]) == (0, 46)
    weeks = desk.call("topics", "trend", "rail", "--by", "week")
    assert sum(int(line.split("\t")[1]) for line in weeks.out.splitlines()) == 60
    assert desk.call("topics", "trend", "rail", "--by", "year").code == 2
    none = desk.call("topics", "trend", "integrated-circuits", "--by", "month")
    assert "No article of integrated-circuits" in none.err
    assert "no topic 'ships' in force" in desk.call("topics", "trend", "ships").err


def whole_document(
    article: Article, published_at: datetime, topics: list[dict[str, Any]]
) -> dict[str, Any]:
    article.published_at = published_at
    times = ("first_seen_at", "stored_at", "checked_at", "last_seen_at")
    return {
        **article_document(article),
        **dict.fromkeys(times, published_at),
        "revision": 1,
        "topics": topics,
    }


def test_days_without_articles_have_no_row() -> None:
    counts = {date(2026, 3, day): number for day, number in enumerate([0, 0, 4, 0, 0, 2, 0], 1)}
    assert [line.split() for line in printed(bars(counts)).splitlines()] == [
        ["2026-03-03", "4", "█" * 40],
        ["..."],
        ["2026-03-06", "2", "█" * 20],
    ]
    assert not bars({date(2026, 3, 1): 0}).rows
