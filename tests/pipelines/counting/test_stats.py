"""Each kind of statistic reads from Scrapy's statistics what it wrote into them."""

from __future__ import annotations

import pytest
from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.statscollectors import MemoryStatsCollector

from pipelines.counting.stats import (
    LONGEST_NOTE,
    Counter,
    Family,
    Gauge,
    Note,
    Notes,
    Total,
    counts_of,
    stats_of,
)

PAGES = Counter("newsdesk/pages", "pages", "pages", "seen")
REASONS = Family("newsdesk/left_out", "left out", "pages", "left out", "reason")
FAILED = Total("newsdesk/failed", "failed", "pages", "that failed", "reason")
PEAK = Gauge("newsdesk/peak", "peak", "bytes", "the most")
WHY = Note("newsdesk/why", "why", "text", "why")
ERRORS = Notes("newsdesk/error", "error", "text", "the last", "list")


@pytest.fixture
def stats() -> MemoryStatsCollector:
    return MemoryStatsCollector(Crawler(Spider))


def test_a_counter_adds_up(stats: MemoryStatsCollector) -> None:
    assert PAGES.of(stats.get_stats()) == 0
    PAGES.add(stats)
    PAGES.add(stats, 3)
    assert stats.get_stats() == {"newsdesk/pages": 4}
    assert PAGES.of(stats.get_stats()) == 4


def test_a_family_counts_by_word_and_gives_the_largest_first(stats: MemoryStatsCollector) -> None:
    for word in ("no_time", "no_body", "no_body"):
        REASONS.by(word).add(stats)
    assert list(REASONS.each(stats.get_stats()).items()) == [("no_body", 2), ("no_time", 1)]
    assert REASONS.of(stats.get_stats()) == 3
    assert REASONS.by("no_body").label == "no body"


def test_a_total_is_kept_beside_its_parts(stats: MemoryStatsCollector) -> None:
    FAILED.add_by(stats, "dns")
    FAILED.add(stats)
    assert stats.get_stats() == {"newsdesk/failed": 2, "newsdesk/failed/dns": 1}
    assert (FAILED.of(stats.get_stats()), FAILED.each(stats.get_stats())) == (2, {"dns": 1})


def test_a_gauge_is_set_or_raised_to_a_peak(stats: MemoryStatsCollector) -> None:
    for peak in (5, 9, 7):
        PEAK.raise_to(stats, peak)
    assert PEAK.of(stats.get_stats()) == 9
    for number in (2.0, 2.5):
        PEAK.set(stats, number)
        assert PEAK.of(stats.get_stats()) == number


def test_notes_are_texts_of_bounded_length(stats: MemoryStatsCollector) -> None:
    assert WHY.of(stats.get_stats()) is None
    WHY.set(stats, "x" * (LONGEST_NOTE + 1))
    ERRORS.by("home").set(stats, "timeout: after 30 s")
    assert WHY.of(stats.get_stats()) == "x" * LONGEST_NOTE
    assert ERRORS.each(stats.get_stats()) == {"home": "timeout: after 30 s"}


def test_neighbours_of_a_like_name_are_not_read(stats: MemoryStatsCollector) -> None:
    stats.set_stats({"newsdesk/left_out_again/x": 7, "newsdesk/left_out/y": "text"})
    assert REASONS.each(stats.get_stats()) == {}


def test_a_record_of_a_job_holds_our_numbers_without_prefix(stats: MemoryStatsCollector) -> None:
    PAGES.add(stats)
    FAILED.add_by(stats, "dns")
    WHY.set(stats, "words")
    stats.inc_value("downloader/request_count")
    counts = counts_of(stats.get_stats())
    assert counts == {"pages": 1, "failed": 1, "failed/dns": 1}
    assert counts[PAGES.name] == PAGES.of(stats_of(counts)) == 1
    assert FAILED.each(stats_of(counts)) == {"dns": 1}
