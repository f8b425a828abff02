"""`make bench`: reading pages without rules, beside readability-lxml, on layouts of every era.

With NEWSDESK_BENCH_PAGES, a folder of pages (`NAME.html`, and `NAME.txt` with the text that is
right, one paragraph a line), these are measured, too.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from statistics import fmean, median

import pytest
import web_poet
from attrs import define
from readability import Document

from crawler.exceptions import PageError
from crawler.pages.blocks import read_blocks
from crawler.pages.generic import GenericPage
from crawler.pages.html import decode, parse
from tests.benchmarks.measure import verdict
from tests.support.portal_layouts import ARTICLES, LISTS, Story, stories

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

PAGES = os.environ.get("NEWSDESK_BENCH_PAGES")
URL = "https://www.example-news.cn/2008-06/03/100001.html"
COUNT = 20
AROUND = 6
"""Other articles that a page links to, recommends or lets comment."""
LONGEST_MS = 60
LOWEST = 0.95
GRAMS = re.compile(r"[一-鿿]|[^\W_一-鿿]+")


@define(frozen=True)
class Sample:
    """A page and the text that is right."""

    set: str
    html: bytes
    text: str


def samples() -> Iterator[Sample]:
    known = stories(COUNT + AROUND, seed=5)
    for name, layout in ARTICLES.items():
        for number, story in enumerate(known[:COUNT]):
            shown = Story(story.title, story.paragraphs[: 1 + number % 8])
            html = layout(shown, known[number + 1 : number + AROUND])
            yield Sample(name, html.encode(), "\n".join(shown.paragraphs))
    for path in sorted(Path(PAGES).glob("*.html")) if PAGES else ():
        text = path.with_suffix(".txt").read_text(encoding="utf-8")
        yield Sample("given pages", path.read_bytes(), text)


def ours(html: bytes) -> str:
    page = GenericPage(web_poet.HttpResponse(URL, body=html))
    try:
        return str(page.body)
    except PageError:
        return ""


def readability(html: bytes) -> str:
    content = Document(decode(html)).summary(html_partial=True)
    return "\n".join(read_blocks(parse(content), base_url=URL).lines)


WAYS: dict[str, Callable[[bytes], str]] = {"ours": ours, "readability": readability}


def likeness(found: str, right: str) -> float:
    """F1 of runs of four characters or words."""
    runs = [Counter(zip(*(words[n:] for n in range(4)), strict=False)) for words in
            (GRAMS.findall(found), GRAMS.findall(right))]  # fmt: skip
    total = sum(runs[0].values()) + sum(runs[1].values())
    return 2 * sum((runs[0] & runs[1]).values()) / total if total else 1.0


def test_text_and_time_beside_readability() -> None:
    scores: dict[tuple[str, str], list[float]] = {}
    spent: dict[str, list[float]] = {way: [] for way in WAYS}
    for sample in samples():
        for way, read in WAYS.items():
            began = time.process_time()
            found = read(sample.html)
            spent[way].append((time.process_time() - began) * 1000)
            scores.setdefault((sample.set, way), []).append(likeness(found, sample.text))
    print(f"\n{'F1 of the text':24}" + "".join(f"{way:>14}" for way in WAYS))
    for name in dict.fromkeys(name for name, _ in scores):
        print(f"{name:24}" + "".join(f"{fmean(scores[name, way]):14.3f}" for way in WAYS))
    for label, sized in (("ms a page, median", median), ("ms a page, longest", max)):
        print(f"{label:24}" + "".join(f"{sized(spent[way]):14.1f}" for way in WAYS))
    print(f"ms against the target: {verdict(median(spent['ours']), LONGEST_MS)}")
    assert all(fmean(values) > LOWEST for (_, way), values in scores.items() if way == "ours")


def test_lists_that_are_stored() -> None:
    known = stories(COUNT + AROUND, seed=7)
    stored = Counter[str]()
    for name, layout in LISTS.items():
        for number in range(COUNT):
            html = layout(known[number], known[number + 1 : number + AROUND]).encode()
            stored[name] += bool(ours(html))
    print("\nlists stored: " + ", ".join(f"{name} {stored[name]} of {COUNT}" for name in LISTS))
    assert not sum(stored.values())
