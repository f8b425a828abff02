"""What cleaning, keywords with 1,000 terms and dedup cost an article, in CPU milliseconds.

`python -m tests.benchmarks.text_cost ARTICLES` prints them as JSON.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random

from pipelines.clean import CleanPipeline
from pipelines.dedup import DedupPipeline
from pipelines.items import Article, Author, Editor, Image, RelatedArticle, Source, Times
from pipelines.keywords import match_article
from pipelines.topics.topics import TopicMatcher, parse_topics
from tests.benchmarks.site import SITES
from tests.support.newsroom.model import Piece
from tests.support.newsroom.night import url_of
from tests.support.newsroom.random_pieces import material, random_around, random_pieces

TERMS = 1000


def articles(count: int) -> list[Article]:
    """Articles as page objects hand them on, half of each site."""
    found = []
    for site in SITES:
        pieces = random_pieces(site, count // len(SITES), seed=2)
        found += [_article(piece, pieces, number) for number, piece in enumerate(pieces)]
    return found


def _article(piece: Piece, pieces: list[Piece], number: int) -> Article:
    links = random_around(pieces, number).related
    return Article(
        site=piece.site,
        key=piece.key,
        url=url_of(piece),
        title=piece.title,
        body="\n".join(f"{line}\u3000" for line in piece.body),
        published_at=piece.published,
        updated_at=piece.updated,
        original_title=piece.original_title,
        authors=[Author(name=name) for name in piece.authors],
        source=Source(name=piece.source or ""),
        editors=[Editor(name=piece.editor or "")],
        keywords=list(piece.keywords),
        times=Times(visible=f"{piece.published:%Y-%m-%d %H:%M:%S}"),
        images=[Image(url=image.file, caption=image.caption) for image in piece.images],
        related=[RelatedArticle(title=link.title, url=link.url) for link in links],
    )


def matcher() -> TopicMatcher:
    """Ten topics of 100 terms each. One term in ten stands in the newsroom's sentences, which
    gives an article some ten hits; the others, made of the same characters, hardly ever do."""
    rng = Random(7)
    sentences = material().sentences
    characters = [each for sentence in sentences for each in sentence if each.isalpha()]
    terms: dict[str, None] = {}
    while len(terms) < TERMS:
        length = rng.randint(2, 5)
        term = "".join(rng.choices(characters, k=length))
        if len(terms) % 10 == 0:
            sentence = rng.choice(sentences)
            start = rng.randrange(len(sentence) - length)
            term = sentence[start : start + length]
        if term.isalpha():
            terms[term] = None
    ordered = list(terms)
    tables = [
        f"[topics.topic-{number}]\nterms = {json.dumps(ordered[number::10], ensure_ascii=False)}"
        for number in range(10)
    ]
    return TopicMatcher(parse_topics("\n".join(tables), path=Path("bench.toml")))


def steps(topics: TopicMatcher) -> dict[str, Callable[[Article], object]]:
    """The three pipelines at work, in their order."""
    return {
        "clean": CleanPipeline().process_item,
        "keywords": lambda article: match_article(article, topics),
        "dedup": DedupPipeline().process_item,
    }


def measure(count: int) -> dict[str, float]:
    """CPU milliseconds an article, by step."""
    found, topics = articles(count), matcher()
    first = articles(len(SITES))[0]
    for step in steps(topics).values():  # tables and patterns are built at the first use
        step(first)
    working = steps(topics)
    costs = dict.fromkeys(working, 0.0)
    for article in found:  # one after the other, as a crawl does it
        for name, step in working.items():
            began = time.process_time_ns()
            step(article)
            costs[name] += time.process_time_ns() - began
    return {name: cost / len(found) / 1e6 for name, cost in costs.items()}


if __name__ == "__main__":
    print(json.dumps(measure(int(sys.argv[1]))))
