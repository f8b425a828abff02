"""Fingerprints, and the pipeline that sets them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import attrs
import pytest

from pipelines.dedup import DedupPipeline
from pipelines.exceptions import SeenInRun
from pipelines.items import Article, Author, Editor, HotArticle, Image, PageReport, Source, Times
from pipelines.text.fingerprints import content_digest, same_substance, text_digest
from tests.support.samples import MORNING, full_sample, sample

SIMPLIFIED = "这家工厂的集成电路生产线今天开始运转，工人们都很高兴。"
TRADITIONAL = "這家工廠的集成電路生產線今天開始運轉，工人們都很高興。"


def test_copies_have_equal_text_in_either_script_and_with_other_paragraphs() -> None:
    copy = sample(2, body=TRADITIONAL.replace("，", "，\n　　"), title="另一个标题")
    assert text_digest(sample(1, body=SIMPLIFIED)) == text_digest(copy)
    assert text_digest(sample(1, body=SIMPLIFIED + "完")) != text_digest(copy)


def test_short_texts_are_nobodys_copy_but_their_own() -> None:
    short = "现场图集，共十二张。"
    assert text_digest(sample(1, body=short)) != text_digest(sample(2, body=short))
    assert text_digest(sample(1, body=short)) == text_digest(sample(1, body=short))


@pytest.mark.parametrize(
    "change",
    [
        {"comment_count": 99},
        {"collect_count": 98},
        {"hot": [HotArticle(title="别的", rank=1)]},
        {"related": []},
        {"images": [Image(url="v")]},
        {"topics": []},
        {"summary": "别的"},
        {"job": "job-2"},
        {"title": "  第1号车间 开始试产\n"},
        {"published_at": MORNING.astimezone(ZoneInfo("Asia/Shanghai"))},
        {"published_at": MORNING + timedelta(microseconds=900)},
        {"authors": [Author(name="林小舟"), Author(name="何田", description="新头衔")]},
    ],
)
def test_noise_is_no_change(change: dict[str, Any]) -> None:
    assert content_digest(full_sample(1, **change)) == content_digest(full_sample(1))


@pytest.mark.parametrize(
    "change",
    [
        {"title": "第1号车间停产"},
        {"body": SIMPLIFIED},
        {"authors": [Author(name="何田"), Author(name="林小舟")]},
        {"source": Source(name="别的报")},
        {"source": None},
        {"editors": [Editor(name="周一", code="YB02"), Editor(name="吴二")]},
        {"published_at": MORNING + timedelta(minutes=1)},
        {"updated_at": None},
    ],
)
def test_what_makes_a_revision(change: dict[str, Any]) -> None:
    assert content_digest(full_sample(1, **change)) != content_digest(full_sample(1))


@pytest.mark.parametrize("printed", ["3小时前", "5 分鐘前", "刚刚", "2天前", "3 hours ago"])
def test_a_time_that_drifts_is_no_change_even_when_it_becomes_exact(printed: str) -> None:
    def seen(at: datetime, visible: str) -> Article:
        return full_sample(1, published_at=at, times=Times(visible=visible))

    first, later = seen(MORNING, printed), seen(MORNING + timedelta(minutes=20), printed)
    exact = seen(MORNING + timedelta(minutes=7), "2026-03-02 09:37")
    assert content_digest(first) == content_digest(later)
    assert same_substance(first, exact)
    assert not same_substance(attrs.evolve(first, title="改过"), exact)


def test_an_article_passes_once_and_gets_its_fingerprint() -> None:
    pipeline = DedupPipeline()
    article = attrs.evolve(sample(1), fingerprint=None)
    assert pipeline.process_item(article) is article
    assert article.fingerprint == sample(1).fingerprint
    with pytest.raises(SeenInRun):
        pipeline.process_item(attrs.evolve(sample(1), title="改过"))
    pipeline.process_item(sample(1, site="sina"))


def test_reports_pass_untouched() -> None:
    report = PageReport(site="sina", key="1", url="u", state="failed", reason="timeout")
    pipeline = DedupPipeline()
    assert pipeline.process_item(report) is pipeline.process_item(report) is report


def test_memory_is_bounded() -> None:
    pipeline = DedupPipeline(remembered=3)
    for number in range(5):
        pipeline.process_item(sample(number))
    pipeline.process_item(sample(0))
    with pytest.raises(SeenInRun):
        pipeline.process_item(sample(4))
