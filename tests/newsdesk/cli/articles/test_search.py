"""`newsdesk articles search` and `similar`, on a crawled night."""

from __future__ import annotations

import json

import pytest

from newsdesk.cli.articles.search import marked, summary
from pipelines.storage.search.search import SearchResult
from pipelines.text.finding.excerpts import Excerpt
from tests.support.command import Crawled


def test_search_prints_rows_and_a_summary(crawled: Crawled) -> None:
    said = crawled.desk.run("articles", "search", "集成电路 OR 集成電路", "--limit", "2")
    assert said.code == 0
    rows = [line.split("\t") for line in said.out.splitlines()]
    assert 1 <= len(rows) <= 2
    assert all(len(row) == 7 for row in rows)
    assert "articles match" in said.err
    known = crawled.desk.call("articles", "show", rows[0][0])
    assert known.code == 0


def test_search_as_json(crawled: Crawled) -> None:
    said = crawled.desk.call("articles", "search", "芯片", "--json", "--site", "sina", "--newest")
    found = json.loads(said.out)
    assert found["query"] == "芯片"
    assert found["complete"] is True
    assert found["facets"]["site"] == {"sina": found["matches"]}
    for article in found["articles"]:
        assert article["site"] == "sina"
        assert "body" not in article
        excerpt = article["excerpt"]
        assert excerpt is None or excerpt["marks"]
    times = [article["published_at"] for article in found["articles"]]
    assert times == sorted(times, reverse=True)


@pytest.mark.parametrize("query", ["国", "芯片 AND (", "NOT 芯片"])
def test_a_query_that_cannot_be_searched(crawled: Crawled, query: str) -> None:
    said = crawled.desk.call("articles", "search", query)
    assert said.code == 2
    assert "column" in said.err
    assert said.out == ""


def test_nothing_found(crawled: Crawled) -> None:
    said = crawled.desk.call("articles", "search", "並無此詞之文")
    assert (said.code, said.out) == (0, "")
    assert "No article matches." in said.err


def test_similar(crawled: Crawled) -> None:
    listed = json.loads(crawled.desk.call("articles", "list", "--json", "--limit", "500").out)
    copied = next(article for article in listed if article.get("story"))
    said = crawled.desk.call("articles", "similar", copied["_id"], "--json")
    alike = json.loads(said.out)
    copies = {each["_id"] for each in alike if each["verdict"] == "same"}
    story = {each["_id"] for each in listed if each.get("story") == copied["story"]}
    assert story - {copied["_id"]} <= copies
    assert crawled.desk.call("articles", "similar", "guancha:none").code == 1


def test_marks_never_steer_the_terminal() -> None:
    text = marked(Excerpt("body", "前\x1b[31m芯片\u202e后", [(6, 8)]))
    assert text.plain == "前[31m芯片后"
    assert [str(span.style) for span in text.spans].count("bold yellow") == 1


def test_the_summary_says_what_was_left_out() -> None:
    found = SearchResult(hits=[], matches=0, complete=False, back_to=None, facets={}, seconds=0.1)
    assert summary(found).startswith("No article matches. Older ones")
