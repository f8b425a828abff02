from __future__ import annotations

from scrapy import Spider
from scrapy.crawler import Crawler
from scrapy.statscollectors import MemoryStatsCollector

from crawler.extensions.fields import FieldsExtension
from pipelines.counting import counters
from pipelines.items import Extraction, PageReport
from tests.support.samples import full_sample, sample


def test_articles_their_fields_and_their_doubts_are_counted() -> None:
    crawler = Crawler(Spider)
    crawler.stats = MemoryStatsCollector(crawler)
    extension = FieldsExtension.from_crawler(crawler)
    doubtful = Extraction(method="passages", flags=["date_only", "doubtful_body"])
    sure = Extraction(method="passages", flags=["maybe_boilerplate"])
    for item in (
        full_sample(1),
        sample(2, extraction=doubtful),
        sample(3, extraction=sure),
        PageReport(site="x", key="1", url="https://x.example/1", state="failed", reason="dns"),
    ):
        extension.item_seen(item)
    stats = crawler.stats.get_stats()
    assert counters.READ.of(stats) == 3
    assert counters.FILLED.each(stats)["title"] == 3
    assert counters.FILLED.by("authors").of(stats) == 1
    assert counters.BY_FALLBACK.of(stats) == 2
    assert counters.DOUBTFUL.of(stats) == 1
