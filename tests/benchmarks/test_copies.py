"""`make bench`: how right copies, digests and regional words are on texts made of real news.

NEWSDESK_BENCH_CORPUS names the texts; without it they are made of the newsroom's sentences.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from datetime import timedelta
from random import Random
from typing import Any

import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.items import Article
from pipelines.storage.news.articles import ArticleRepository
from pipelines.text.fold import fold
from pipelines.text.query.fields import article_fields
from pipelines.text.query.matching import QueryMatcher
from pipelines.text.query.parser import parse_query
from pipelines.text.regions.words import wordings
from tests.benchmarks import archive
from tests.benchmarks.copies import Case, Tally, cases, judged, mainland_words
from tests.benchmarks.measure import verdict
from tests.support.made_texts import taiwan
from tests.support.samples import MORNING, sample

pytestmark = pytest.mark.bench

Document = dict[str, Any]
BATCH = 100
TEXTS = 1000
WORDS = 400
AIMS = {
    "natural pairs": 1.0, "95% and a dated footer": 0.95, "70% and a dated footer": 0.95,
    "50% and a dated footer": 0.95, "templates": 0.96, "pages that hold two neighbours": 1.0,
}  # fmt: skip
NONE_WRONG = ("digests of two", "pages that hold two neighbours")


def material() -> tuple[list[str], list[tuple[str, str]]]:
    """Texts, none of which is a copy of another, and pairs of the same news."""
    path = archive.corpus()
    if path is None:
        return [each.body for each in archive.articles(range(TEXTS), newest=TEXTS)], []
    texts = {each["id"]: each["text"] for each in archive.corpus_texts(path)}
    pairs = json.loads((path.parent / "same_news_pairs.json").read_text(encoding="utf-8"))
    copies = {other for _one, other in pairs}
    return (
        [text for id_, text in texts.items() if id_ not in copies],
        [(texts[one], texts[other]) for one, other in pairs],
    )


def articles_of(found: list[Case]) -> list[list[Article]]:
    """The articles of each case: the first text on one site, the others on another."""
    made, number = [], 0
    for case in found:
        row = []
        for place, text in enumerate(case.texts):
            number += 1
            site = "sina" if place else "guancha"
            moment = MORNING + timedelta(minutes=number % 5000)
            row.append(sample(number, site=site, body=text, published_at=moment))
        made.append(row)
    return made


async def test_what_becomes_of_copies(
    async_database: AsyncDatabase[Document], database: Database[Document]
) -> None:
    by_kind: dict[str, list[Case]] = defaultdict(list)
    for case in cases(*material()):
        by_kind[case.kind].append(case)
    print(f"\n\n{'':32} cases   right  missed  wrong")
    tallies: dict[str, Tally] = {}
    for kind, found in by_kind.items():
        rows = articles_of(found)
        order = [article for row in rows for article in row]
        Random(3).shuffle(order)
        for start in range(0, len(order), BATCH):
            await ArticleRepository(async_database).write(order[start : start + BATCH], MORNING)
        stored = {each["_id"]: each for each in database["articles"].find({}, {"body": 0})}
        tally = tallies[kind] = Tally(cases=len(found))
        for case, row in zip(found, rows, strict=True):
            outcome = judged(case.want, [stored[article.id] for article in row])
            tally.missed += outcome == "missed"
            tally.wrong += outcome == "wrong"
        aim = f"   aim {AIMS[kind]:.2f}" if kind in AIMS else ""
        print(f"{kind:32}{tally}{aim}", flush=True)
        for name in ("articles", "traces", "likenesses", "stories", "furniture"):
            database[name].delete_many({})
    assert all(tallies[kind].wrong == 0 for kind in NONE_WRONG)


def test_words_of_other_regions() -> None:
    """Words that Taiwan words otherwise are found in its texts, and nothing else is."""
    texts = material()[0][:TEXTS]
    words = mainland_words(texts)[:WORDS]
    there = [taiwan(text) for text in texts]
    fields = [article_fields(sample(number, body=text)) for number, text in enumerate(there)]
    folded = [(fold(text), fold(other)) for text, other in zip(texts, there, strict=True)]
    plain = [word for word in words if wordings(fold(word)).usual]
    doubtful = [word for word in words if word not in plain]
    print(f"\n\n{len(words)} words that Taiwan words otherwise, in {len(texts)} texts")
    print(f"{'':32} cases   right  missed  wrong")
    for name, mark, some in (
        ("of one meaning", "", plain),
        ("ambiguous", "", doubtful),
        ("ambiguous, asked for by ~", "~", doubtful),
    ):
        tally = Tally()
        for word in some:
            matcher = QueryMatcher([parse_query(mark + word).root])
            for (text, other), each in zip(folded, fields, strict=True):
                has, found = fold(word) in text, bool(matcher.match(each))
                tally.cases += has
                tally.missed += has and not found
                tally.wrong += found and not has and fold(word) not in other
        print(f"{name:32}{tally}")
    seconds = {}
    for mark in ("=", ""):
        matcher = QueryMatcher([parse_query(mark + word).root for word in words])
        began = time.process_time()
        for each in fields:
            matcher.match(each)
        seconds[mark] = time.process_time() - began
    print(f"matching in all wordings : in one   {verdict(seconds[''] / seconds['='], 1.3)}")
