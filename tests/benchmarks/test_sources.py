"""`make bench`: reading a feed of whole texts, beside feedparser, and the largest sitemap."""

from __future__ import annotations

import time
import tracemalloc
from collections.abc import Callable
from datetime import UTC, datetime

import feedparser
import pytest
from scrapy.http import Response

from crawler.sources.feed import Feed
from crawler.sources.sitemap import Sitemap
from tests.benchmarks.measure import verdict
from tests.support.portal_layouts import stories

pytestmark = [pytest.mark.bench, pytest.mark.timeout(900)]

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
URL = "https://news.example.com/all.xml"
ENTRIES = 100
ROUNDS = 7
LONGEST_MS = 5.0
RATIO = 0.1
LARGEST = 50_000
SITEMAP_SECONDS = 2.0
SITEMAP_MB = 10


def whole_texts() -> bytes:
    items = "".join(
        f"<item><title>{story.title}</title><link>https://news.example.com/{number}.html</link>"
        f"<pubDate>Mon, 02 Mar 2026 08:{number % 60:02d}:00 +0800</pubDate><description><![CDATA["
        + "".join(f"<p>{paragraph}</p>" for paragraph in story.paragraphs)
        + "]]></description></item>"
        for number, story in enumerate(stories(ENTRIES, seed=7))
    )
    return f'<rss version="2.0"><channel><title>全部</title>{items}</channel></rss>'.encode()


def best(work: Callable[[], object]) -> float:
    """CPU milliseconds of the best round."""
    costs = []
    for _ in range(ROUNDS):
        began = time.process_time()
        work()
        costs.append((time.process_time() - began) * 1000)
    return min(costs)


def test_a_feed_of_whole_texts() -> None:
    body = whole_texts()
    source = Feed(name="feed", title="Feed", url=URL, full_text=True)
    answer = Response(URL, body=body)
    found = source.read(answer, 1, NOW).found
    assert sum(link.text is not None for link in found) == ENTRIES
    assert len(feedparser.parse(body).entries) == ENTRIES
    ours = best(lambda: source.read(answer, 1, NOW))
    theirs = best(lambda: feedparser.parse(body))
    print(f"\n{ENTRIES} whole texts, {len(body) / 1024:.0f} KB; CPU in ms of the best round")
    print(f"  ours {verdict(ours, LONGEST_MS)}; feedparser {theirs:.0f}")
    print(f"  ours : feedparser {verdict(ours / theirs, RATIO)}")
    assert ours / theirs <= RATIO


def test_the_largest_sitemap() -> None:
    home = "https://news.example.com"
    entries = "".join(
        f"<url><loc>{home}/{n}.html</loc><lastmod>2026-02-{n % 28 + 1:02d}</lastmod></url>"
        for n in range(LARGEST)
    )
    source = Sitemap(name="sitemap", title="Sitemap", url=URL)
    answer = Response(URL, body=f"<urlset>{entries}</urlset>".encode())
    seconds = best(lambda: source.read(answer, 1, NOW)) / 1000
    tracemalloc.start()
    source.read(answer, 1, NOW)
    peak = tracemalloc.get_traced_memory()[1] / 1024**2
    tracemalloc.stop()
    print(f"\na sitemap of {LARGEST:,} entries")
    print(f"  CPU seconds {verdict(seconds, SITEMAP_SECONDS)}")
    print(f"  MB of Python's own memory {verdict(peak, SITEMAP_MB)}")
    assert seconds <= SITEMAP_SECONDS
    assert peak <= SITEMAP_MB
