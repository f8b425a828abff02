"""Pipeline 200, and the topics in force."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from scrapy.statscollectors import MemoryStatsCollector
from scrapy.utils.test import get_crawler

from pipelines.config import Settings
from pipelines.exceptions import OffTopic
from pipelines.items import Article, HotArticle, PageReport, RelatedArticle, TopicHit, TopicMatch
from pipelines.keywords import KeywordsPipeline
from pipelines.topics.file import (
    SHIPPED_TOPICS,
    NoTopicsError,
    last_good_path,
    topics_in_force,
)
from pipelines.topics.topics import TopicsError

GOOD = '[topics.chips]\nterms = ["芯片"]\n'
BROKEN = "[topics.chips]\nterms = [\n"


@pytest.fixture
def stats() -> MemoryStatsCollector:
    return MemoryStatsCollector(get_crawler())


def made(tmp_path: Path, text: str | None = GOOD, *, keep_unmatched: bool = False) -> Settings:
    topics = None
    if text is not None:
        topics = tmp_path / "topics.toml"
        topics.write_text(text, encoding="utf-8")
    return Settings(data_dir=tmp_path / "data", topics=topics, keep_unmatched=keep_unmatched)


def article(**fields: object) -> Article:
    values: dict[str, Any] = {"title": "试验线开始运行", "body": "第一段。"}
    return Article(
        site="sina",
        key="1",
        url="https://www.example.com/1",
        published_at=datetime(2021, 5, 6, tzinfo=UTC),
        **{**values, **fields},
    )


def test_topics_are_set_and_counted(tmp_path: Path, stats: MemoryStatsCollector) -> None:
    pipeline = KeywordsPipeline(made(tmp_path), stats)
    item = pipeline.process_item(article(title="國產芯片", keywords=["芯片"]))
    hits = [
        TopicHit(term="芯片", field="title", start=2, end=4),
        TopicHit(term="芯片", field="keywords", start=0, end=2),
    ]
    assert item.topics == [TopicMatch(topic="chips", hits=hits, count=2)]
    assert stats.get_stats() == {"newsdesk/topic/chips": 1}


def test_lists_of_links_do_not_count(tmp_path: Path, stats: MemoryStatsCollector) -> None:
    item = article(
        related=[RelatedArticle(title="芯片")],
        hot=[HotArticle(title="芯片", rank=1)],
        original_title="芯片",
    )
    with pytest.raises(OffTopic):
        KeywordsPipeline(made(tmp_path), stats).process_item(item)
    assert item.topics == []
    assert stats.get_stats() == {}


def test_unmatched_articles_can_be_kept(tmp_path: Path, stats: MemoryStatsCollector) -> None:
    pipeline = KeywordsPipeline(made(tmp_path, keep_unmatched=True), stats)
    assert pipeline.process_item(article()).topics == []
    assert stats.get_stats() == {"newsdesk/unmatched_kept": 1}


def test_reports_pass_untouched(tmp_path: Path, stats: MemoryStatsCollector) -> None:
    report = PageReport(site="s", key=None, url="u", state="failed", reason="timeout")
    assert KeywordsPipeline(made(tmp_path), stats).process_item(report) is report
    assert stats.get_stats() == {}


def test_a_broken_file_leaves_the_last_good_topics(
    tmp_path: Path, stats: MemoryStatsCollector, caplog: pytest.LogCaptureFixture
) -> None:
    KeywordsPipeline(made(tmp_path), stats)
    pipeline = KeywordsPipeline(made(tmp_path, BROKEN), stats)
    assert pipeline.process_item(article(body="芯片")).topics[0].topic == "chips"
    assert stats.get_value("newsdesk/topics_broken") == 1
    assert "topics.toml, line" in caplog.text
    assert "topics.chips.terms" in caplog.text


def test_a_missing_file_leaves_the_last_good_topics(tmp_path: Path) -> None:
    settings = made(tmp_path)
    good, problem = topics_in_force(settings)
    assert problem is None
    assert settings.topics is not None
    settings.topics.unlink()
    again, problem = topics_in_force(settings)
    assert again == good
    assert isinstance(problem, TopicsError)


def test_a_broken_file_without_a_good_copy_ends_the_start(tmp_path: Path) -> None:
    with pytest.raises(NoTopicsError, match=r"line \d+, topics.chips.terms.*Correct the topics"):
        topics_in_force(made(tmp_path, BROKEN))


def test_a_corrected_file_is_the_next_good_copy(tmp_path: Path) -> None:
    topics_in_force(made(tmp_path))
    better = '[topics.rail]\nterms = ["高铁"]\n'
    settings = made(tmp_path, better)
    topics_in_force(settings)
    assert last_good_path(settings).read_text(encoding="utf-8") == better
    assert [path.name for path in settings.data_dir.iterdir()] == ["topics.last-good.toml"]


def test_the_shipped_topics_are_used_and_not_copied(tmp_path: Path) -> None:
    settings = made(tmp_path, None)
    topics, problem = topics_in_force(settings)
    assert [topic.name for topic in topics] == ["integrated-circuits"]
    assert problem is None
    topics_in_force(made(tmp_path, None).model_copy(update={"topics": SHIPPED_TOPICS}))
    assert not last_good_path(settings).exists()


def test_a_copy_that_cannot_be_kept_is_said(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    settings = made(tmp_path)
    settings.data_dir.write_text("a file where the folder should be")
    topics, problem = topics_in_force(settings)
    assert len(topics) == 1
    assert problem is None
    assert "No copy of topics.toml was kept" in caplog.text
