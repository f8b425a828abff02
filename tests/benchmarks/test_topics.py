"""`make bench`: folding, matching topics and reading queries, beside the plainest ways."""

from __future__ import annotations

import gc
import gzip
import json
import os
import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from random import Random

import opencc
import pytest
from ahocorasick_rs import AhoCorasick, MatchKind
from attrs import define

from pipelines.text import fold as folding
from pipelines.text.fold import fold
from pipelines.text.query.matching import QueryMatcher
from pipelines.text.query.parser import parse_query
from pipelines.text.query.tokens import QueryError
from pipelines.topics.topics import Topic, TopicMatcher, Topics
from tests.benchmarks.measure import verdict
from tests.pipelines.text.query.test_parser import HOSTILE
from tests.support.newsroom.random_pieces import material, random_pieces

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

ARTICLES = 300
ROUNDS = 5
TEXTS = os.environ.get("NEWSDESK_BENCH_TEXTS")
"""A file of {"title", "text"}, one a line, gzipped: real texts in place of the newsroom's."""
SLOW = {10_000: 60, 100_000: 3}
"""Articles for `in` and `re`, which take up to half a second for each."""
TERMS_OF_A_TOPIC = 10
STANDING = (10, 100)
"""One term in so many stands in the texts: in real ones, and in the newsroom's few sentences."""


@define(frozen=True)
class Text:
    """An article as matching sees it."""

    title: str
    body: str

    @property
    def fields(self) -> dict[str, str]:
        return {"title": self.title, "body": self.body}


def texts() -> list[Text]:
    if TEXTS is None:
        return [
            Text(piece.title, "\n".join(piece.body))
            for site in ("guancha", "sina")
            for piece in random_pieces(site, ARTICLES // 2, seed=3)
        ]
    with gzip.open(TEXTS, "rt", encoding="utf-8") as file:
        read = [json.loads(line) for line in file]
    return [Text(each["title"], each["text"]) for each in Random(3).sample(read, ARTICLES)]


def terms(number: int, among: Sequence[Text]) -> list[str]:
    """Terms of two to six characters. Some stand in the texts, which gives an article some ten or
    twenty places; the others, made of the same characters, hardly ever do."""
    rng = Random(7)
    bodies = [each.body for each in among] if TEXTS else [*material().sentences]
    characters = [each for body in bodies for each in body if "一" <= each <= "鿿"]
    found: dict[str, None] = {}
    while len(found) < number:
        length = rng.choice((2, 3, 4, 4, 5, 6))
        term = "".join(rng.choices(characters, k=length))
        if len(found) % STANDING[TEXTS is None] == 0:
            body = rng.choice(bodies)
            start = rng.randrange(max(1, len(body) - length))
            term = body[start : start + length]
        if re.fullmatch("[一-鿿]+", term):
            found[fold(term)] = None
    listed = list(found)
    rng.shuffle(listed)
    return listed


def topics(listed: Sequence[str]) -> Topics:
    """Ten terms each; of four topics three are lists, and one is a query with every operator."""
    groups = [listed[at : at + TERMS_OF_A_TOPIC] for at in range(0, len(listed), TERMS_OF_A_TOPIC)]
    return Topics(
        tuple(
            Topic(name=f"topic-{number}", title="", terms=tuple(group))
            if number % 4
            else Topic(name=f"topic-{number}", title="", query=QUERY.format(*group))
            for number, group in enumerate(groups)
        )
    )


QUERY = "({0} OR {1} OR {2}) AND ({3} OR {4}) NOT {5} OR {6} NEAR/20 {7} OR title:{8} OR {9}{{>=2}}"


def cpu(
    works: Mapping[str, Callable[[Text], object]], among: Sequence[Text], rounds: int = ROUNDS
) -> dict[str, float]:
    """CPU milliseconds an article of each way, the best of the rounds, which take turns."""
    best = dict.fromkeys(works, float("inf"))
    for _round in range(rounds):
        for name, work in works.items():
            began = time.process_time()
            for each in among:
                work(each)
            best[name] = min(best[name], time.process_time() - began)
    return {name: seconds / len(among) * 1000 for name, seconds in best.items()}


@contextmanager
def settled() -> Iterator[None]:
    """Without looking again and again through what was built before."""
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()


def fold_afresh(each: Text) -> None:
    """Fold without what is remembered of the last texts."""
    folding._fold_body.cache_clear()
    fold(each.title)
    fold(each.body)


def test_folding_beside_opencc() -> None:
    among = texts()
    to_simplified = opencc.OpenCC("t2s")
    fold("甲")
    traditional = [
        Text(each.title, opencc.OpenCC("s2t").convert(each.body)) for each in among[:100]
    ]

    def convert(each: Text) -> None:
        to_simplified.convert(each.title)
        to_simplified.convert(each.body)

    print("\n\nMB/s of UTF-8        fold   opencc t2s")
    for name, some in (("as printed", among), ("Traditional", traditional)):
        size = sum(len((each.title + each.body).encode()) for each in some) / len(some) / 1e6
        cost = cpu(
            {
                "fold": fold_afresh,
                "t2s": lambda each: to_simplified.convert(each.title + each.body),
            },
            some,
        )
        ours, theirs = size / cost["fold"] * 1000, size / cost["t2s"] * 1000
        print(f"{name:16} {ours:8.1f} {theirs:12.1f}   {ours / theirs:.1f} times as fast")


@pytest.mark.parametrize("number", [10_000, 100_000])
def test_matching_beside_the_bare_automaton(number: int) -> None:
    among, slow = texts(), texts()[: SLOW[number]]
    listed = terms(number, among)
    began = time.process_time()
    matcher = TopicMatcher(topics(listed))
    built = time.process_time() - began
    automaton = AhoCorasick(listed, matchkind=MatchKind.Standard, store_patterns=False)
    alternatives = re.compile("|".join(sorted(listed, key=len, reverse=True)))
    folded = {id(each): f"{fold(each.title)}\n{fold(each.body)}" for each in (*among, *slow)}

    def scan(each: Text) -> list[tuple[int, int, int]]:
        """The text is folded already, and nothing else has been in the processor's cache."""
        return automaton.find_matches_as_indexes(folded[id(each)], overlapping=True)

    def fold_and_scan(each: Text) -> None:
        folding._fold_body.cache_clear()
        text = f"{fold(each.title)}\n{fold(each.body)}"
        automaton.find_matches_as_indexes(text, overlapping=True)

    decider = QueryMatcher(topic.tree() for topic in topics(listed))

    def decide(each: Text) -> None:
        fold_afresh(each)
        decider.match(each.fields)

    def match(each: Text) -> None:
        fold_afresh(each)
        matcher.match(each.fields)

    ways = {
        "fold": fold_afresh,
        "scan": scan,
        "fold and scan": fold_and_scan,
        "decide": decide,
        "match": match,
    }
    plain = {
        "in": lambda each: [term for term in listed if term in folded[id(each)]],
        "re": lambda each: alternatives.findall(folded[id(each)]),
    }
    with settled():
        cost = cpu(ways, among) | cpu(plain, slow, 1)
    bare = cost["fold and scan"] - cost["fold"]
    hits = sum(len(scan(each)) for each in among) / len(among)
    matched = sum(len(matcher.match(each.fields)) for each in among) / len(among)
    characters = sum(len(each.body) for each in among) / len(among)
    print(
        f"\n\n{number // TERMS_OF_A_TOPIC:,} topics, {number:,} terms, built in {built:.1f} s; "
        f"{characters:.0f} characters an article, {hits:.0f} places, {matched:.1f} topics\n"
        f"ms an article: fold {cost['fold']:.3f}, fold and bare automaton "
        f"{cost['fold and scan']:.3f} (alone {cost['scan']:.3f}), fold and which topics "
        f"{cost['decide']:.3f}, with hits as they are stored {cost['match']:.3f}, "
        f"`in` {cost['in']:.2f}, `re` {cost['re']:.2f}\n"
        "which topics : bare automaton, both less folding  "
        f"{verdict((cost['decide'] - cost['fold']) / bare, 3)}, with hits "
        f"{(cost['match'] - cost['fold']) / bare:.2f}; which topics with folding : automaton alone "
        f"{cost['decide'] / cost['scan']:.2f}"
    )


def test_reading_queries() -> None:
    print("\n\nquery                                ms  characters")
    fold("甲")
    lists = " OR ".join(f"词语{number:05d}" for number in range(10_000))
    for name, text in {"ten thousand terms": lists, **HOSTILE}.items():
        best, refused = float("inf"), False
        for _round in range(3):
            began = time.process_time()
            try:
                parse_query(text)
            except QueryError:
                refused = True
            best = min(best, time.process_time() - began)
        what = f"{name}, refused" if refused else name
        print(f"{what:34} {best * 1000:6.1f} {len(text):10,}")
