"""A large archive for measuring: articles made of the sentences of real or invented news.

NEWSDESK_BENCH_CORPUS names a file of news texts, one JSON object with `text` a line, gzipped;
without it the sentences are the newsroom's own.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from multiprocessing import get_context
from pathlib import Path
from random import Random
from typing import Any

from pymongo import MongoClient

from pipelines.items import Article, Source
from pipelines.storage.documents import Document
from tests.support.newsroom.random_pieces import material
from tests.support.shelf import put

NEWEST = datetime(2026, 3, 2, tzinfo=UTC)
A_DAY = 1000
"""Articles a day: a million is somewhat less than three years."""
SENTENCES = (8, 28)
_BATCH = 1000
_PART = 5000
_SENTENCE = re.compile(r"[^。！？\n]{6,120}[。！？]")


def corpus() -> Path | None:
    """The file of real texts, if one was named."""
    named = os.environ.get("NEWSDESK_BENCH_CORPUS")
    return Path(named) if named else None


def corpus_texts(path: Path) -> list[dict[str, Any]]:
    """The corpus as it is."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


@lru_cache(maxsize=1)
def sentences() -> list[str]:
    """What articles are made of."""
    path = corpus()
    if path is None:
        return material().sentences
    return [part for each in corpus_texts(path) for part in _SENTENCE.findall(each["text"])]


def articles(numbers: range, *, newest: int) -> Iterator[Article]:
    """Articles by number, the same for the same number; article `newest` is of the last day.

    Neighbouring sentences of a text come in pairs, so that phrases across them are real.
    """
    parts = sentences()
    for number in numbers:
        dice = Random(number)
        lines = []
        for _pair in range(dice.randint(*SENTENCES) // 2):
            place = dice.randrange(len(parts) - 1)
            pair = parts[place : place + 2]
            if not corpus():
                pair = [_crossed(sentence, dice.choice(parts), dice) for sentence in pair]
            lines.append("".join(pair))
        yield Article(
            site=dice.choice(("guancha", "sina")),
            key=str(number),
            url=f"https://news.example.cn/{number}.shtml",
            title=parts[dice.randrange(len(parts))][:28],
            body="\n".join(lines),
            published_at=NEWEST - timedelta(days=(newest - number) / A_DAY),
            source=Source(name=dice.choice(("新华社", "中新网", "港区日报", "央视新闻"))),
        )


def _crossed(text: str, other: str, dice: Random) -> str:
    """The text with a clause of another sentence in it: few sentences must make many articles,
    and what many articles have in common would be furniture."""
    clauses = text.split("，")
    clauses[dice.randrange(len(clauses))] = dice.choice(other.rstrip("。！？”").split("，"))
    return "，".join(clauses)


def fill(uri: str, name: str, count: int) -> None:
    """Store them as crawls would, about in the order of their time; without looking for copies.

    uri, name: of the server and the database. One process for each core: a million take a quarter
    of an hour on two.
    """
    with ProcessPoolExecutor(mp_context=get_context("spawn")) as processes:
        parts = [
            processes.submit(
                _fill,
                uri,
                name,
                range(start, min(start + _PART, count)),
                count,
            )
            for start in range(0, count, _PART)
        ]
        for number, part in enumerate(parts, 1):
            part.result()
            if number % 10 == 0:
                print(f"{number * _PART:,} articles stored", flush=True)


def _fill(uri: str, name: str, numbers: range, newest: int) -> None:
    with MongoClient[Document](uri, tz_aware=True) as client:
        database = client[name]
        for start in range(numbers.start, numbers.stop, _BATCH):
            part = numbers[start - numbers.start :][:_BATCH]
            put(database, articles(part, newest=newest), NEWEST)
