"""`newsdesk articles`: what is stored, for people and for pipes."""

from __future__ import annotations

from datetime import datetime

import pytest

from pipelines.text.script import script_of
from tests.support.command import Crawled


def test_lines_for_a_pipe(crawled: Crawled) -> None:
    said = crawled.desk.call("articles", "list", "--limit", "5")
    rows = [line.split("\t") for line in said.out.splitlines()]
    assert len(rows) == 5
    assert all(len(row) == 6 for row in rows)
    times = [datetime.fromisoformat(row[1]) for row in rows]
    assert times == sorted(times, reverse=True)


def test_filters(crawled: Crawled) -> None:
    def ids(*arguments: str) -> list[str]:
        said = crawled.desk.call("articles", "list", "--limit", "100", *arguments, "--json")
        return [article["_id"] for article in said.json]

    everything = ids()
    sina = ids("--site", "sina")
    assert sina == [id_ for id_ in everything if id_.startswith("sina:")]
    assert ids("--topic", "integrated-circuits") == everything
    assert ids("--topic", "integrated-circuits", "--since", "2031-01-01") == []
    recent = ids("--since", "2026-03-01T12:00")
    assert recent == everything[: len(recent)]
    assert 0 < len(recent) < len(everything)


def test_show(crawled: Crawled) -> None:
    article = crawled.desk.call("articles", "list", "--limit", "1", "--json").json[0]
    shown = crawled.desk.call("articles", "show", article["_id"])
    assert shown.code == 0
    text = shown.out.replace("\n", "").replace(" ", "")
    assert article["title"].replace(" ", "") in text
    assert article["body"].splitlines()[-1].replace(" ", "") in text
    assert crawled.desk.call("articles", "show", article["_id"], "--json").json == article
    assert crawled.desk.call("articles", "show", article["url"], "--json").json == article


def test_copies_of_a_story_are_named(crawled: Crawled) -> None:
    articles = crawled.desk.call("articles", "list", "--limit", "100", "--json").json
    one = next(article for article in articles if article.get("story"))
    others = [
        article["_id"]
        for article in articles
        if article.get("story") == one["story"] and article is not one
    ]
    shown = crawled.desk.call("articles", "show", one["_id"]).out
    assert others
    assert all(other in shown for other in others)


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (["show", "guancha:1"], 1, "is not stored"),
        (["list", "--since", "1.3.2026"], 2, "is no date or time"),
    ],
)
def test_what_cannot_be(crawled: Crawled, arguments: list[str], code: int, says: str) -> None:
    said = crawled.desk.call("articles", *arguments)
    assert (said.code, said.out) == (code, "")
    assert says in said.err


def test_a_traditional_article_is_shown_in_simplified_script(crawled: Crawled) -> None:
    stored = crawled.desk.call("articles", "list", "--limit", "100", "--json").json
    printed = next(article for article in stored if article["script"] == "hant")
    said = crawled.desk.call("articles", "show", printed["_id"], "--simplified", "--json")
    assert script_of(said.json["body"]) == "hans"
    assert said.json["title"] != printed["title"]
    texts = dict.fromkeys(("title", "original_title", "summary", "body"))
    assert said.json | texts == printed | texts
    other = next(article for article in stored if article["script"] == "hans")
    same = crawled.desk.call("articles", "show", other["_id"], "--simplified", "--json")
    assert same.json == other


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("articles", "list", "--site", "sian"), "no site 'sian': choose from "),
        (("articles", "list", "--topic", "chips"), "no topic 'chips' in force; there is: integ"),
        (("articles", "search", "芯片", "--site", "sian"), "no site 'sian'"),
        (("articles", "search", "芯片", "--topic", "chips"), "no topic 'chips'"),
        (("topics", "trend", "chips"), "no topic 'chips'"),
        (("jobs", "list", "--site", "sian"), "no site 'sian'"),
    ],
)
def test_names_that_there_are_not_are_refused(
    crawled: Crawled, arguments: tuple[str, ...], says: str
) -> None:
    said = crawled.desk.call(*arguments)
    assert (said.code, said.out) == (2, "")
    assert says in said.err


def test_an_article_is_found_by_any_of_its_addresses(crawled: Crawled) -> None:
    articles = crawled.desk.call("articles", "list", "--site", "guancha", "--json").json
    article = next(each for each in articles if "/2026_" in each["url"])
    path = article["url"].partition("guancha.cn/")[2]
    for address in (
        article["url"],
        f"http://m.guancha.cn/{path}?from=feed#top",
        f"https://www.guancha.cn/{path.replace('.shtml', '_s.shtml')}",
        f"https://www.guancha.cn/{path.replace('.shtml', '_2.shtml')}",
        f"www.guancha.cn/{path}",
    ):
        shown = crawled.desk.call("articles", "show", address, "--json")
        assert shown.code == 0, shown.err
        assert shown.json["_id"] == article["_id"], address
    for command in ("history", "similar"):
        said = crawled.desk.call("articles", command, f"m.guancha.cn/{path}", "--json")
        assert said.code == 0, said.err
    for stranger in ("https://www.guancha.cn/politics/2026_03_01_1.shtml", "guancha", "http://[/"):
        assert crawled.desk.call("articles", "show", stranger).code == 1
