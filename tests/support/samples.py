"""Articles for tests that are about what happens to them after the page."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from pipelines.items import (
    Article,
    Author,
    Editor,
    Extraction,
    HotArticle,
    Image,
    RelatedArticle,
    RemovedLine,
    Source,
    Times,
    TopicHit,
    TopicMatch,
)
from pipelines.text.fingerprints import fingerprint

MORNING = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def own_words(number: int, length: int = 60) -> str:
    """A paragraph that no other article has: else each would be compared with all others."""
    dice = random.Random(number)
    return "".join(chr(dice.randint(0x4E00, 0x9FA5)) for _character in range(length))


def sample(number: int, **changes: object) -> Article:
    """Article `number` of a made-up desk, fingerprinted; fields may be given otherwise."""
    values: dict[str, Any] = {
        "site": "guancha",
        "key": str(800_000 + number),
        "url": f"https://news.example.cn/a/{800_000 + number}.shtml",
        "title": f"第{number}号车间开始试产",
        "body": f"第{number}号车间今天上午开始试产，首批样品已经送检。\n"
        f"负责人说，{number}天以后会公布良率，之后再决定要不要扩建。\n{own_words(number)}",
        "published_at": MORNING,
    }
    article = Article(**(values | changes))
    article.fingerprint = fingerprint(article)
    return article


def full_sample(number: int = 1, **changes: object) -> Article:
    """The same with every field filled, about as large as real ones are."""
    body = "\n".join(
        f"第{number}号车间的第{line}段记录：{'样品送检，结果待定。' * 6}" for line in range(12)
    )
    values: dict[str, Any] = {
        "body": body,
        "updated_at": MORNING + timedelta(hours=2),
        "original_title": "试产开始",
        "summary": "一句话说明。",
        "authors": [Author(name="林小舟", description="特约记者"), Author(name="何田")],
        "source": Source(name="样报", url="https://paper.example.cn/1", origin="原报"),
        "editors": [Editor(name="周一", code="YB01"), Editor(name="吴二")],
        "keywords": ["试产", "车间"],
        "section": "产业",
        "times": Times(visible="2026-03-02 09:30", updated="2026-03-02 11:30"),
        "images": [Image(url="https://img.example.cn/1.jpg", caption="车间"), Image(url="u")],
        "related": [
            RelatedArticle(
                title=f"相关报道{place}", url=f"/r/{place}", published_at=MORNING, section="产业"
            )
            for place in range(20)
        ],
        "hot": [
            HotArticle(title=f"热门{rank}", rank=rank, comment_count=9) for rank in range(1, 11)
        ],
        "comment_count": 12,
        "collect_count": 3,
        "extraction": Extraction(
            method="guancha",
            version=2,
            agreement=0.98,
            flags=["more_pages"],
            removed=[RemovedLine(line="责任编辑：周一", rule="byline")],
        ),
        "script": "hans",
        "topics": [
            TopicMatch(topic="ic", hits=[TopicHit(term="车间", field="title", start=2, end=4)] * 6)
        ],
        "job": "job-1",
    }
    return sample(number, **(values | changes))
