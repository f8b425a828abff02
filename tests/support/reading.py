"""A database to read in: topics, copies, edits, hot lists, a gone article, a hostile one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from pymongo.database import Database

from pipelines.items import Archived, Extraction, RemovedLine, Source, Times, TopicHit, TopicMatch
from pipelines.storage.documents import Document
from pipelines.timing import clock
from tests.support.nights import seed
from tests.support.samples import full_sample, own_words, sample
from tests.support.shelf import put

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
EDITED, GONE, COPY, EVIL = "guancha:800101", "sina:800102", "sina:800103", "sina:800104"
SCRIPT = (
    "<script>document.title='ran'</script><img src=x onerror=\"document.title='ran'\">{{ 7*7 }}"
)
BODY = (
    "长河厂的晶圆车间昨天夜里停了三小时，今天清晨恢复。\n"
    "值班的人说，停的是第二条线，晶圆没有损失，客户已经知道。\n"
    "厂方表示，下周会公布原因，并请第三方复核。"
)
SECTIONS, SOURCES = ("产业", "财经", "科技"), ("长河日报", "样报", "北岸新闻", "山城晚报")


def furnish(database: Database[dict[str, Any]]) -> None:
    """Three weeks of nights, and articles of four weeks."""
    seed(database, alarms=True)
    now = clock.now()
    put(
        database,
        (
            sample(
                number,
                site=("guancha", "sina")[number % 2],
                title=f"{SOURCES[number % 4][:2]}第{number}号晶圆线试产，良率比上月高",
                published_at=now - (number - 190) * 5 * HOUR,
                section=SECTIONS[number % 3],
                source=Source(name=SOURCES[number % 4]),
                summary=f"第{number}号线的样品已经送检，结果一周后公布。" if number % 3 else None,
                topics=[TopicMatch(topic="chips", hits=[], count=2)] if number % 3 else [],
                job=None,
            )
            for number in range(200, 320)
        ),
        now,
    )
    _special(database)


def _special(database: Database[dict[str, Any]]) -> None:
    now = clock.now()
    edited = full_sample(
        101,
        site="guancha",
        title="长河厂停线三小时，厂方称没有损失",
        body=BODY,
        published_at=now - 6 * HOUR,
        script="hans",
        topics=[
            TopicMatch(
                topic="chips", hits=[TopicHit(term="晶圆", field="body", start=4, end=6)], count=2
            )
        ],
        times=Times(visible="2026年3月2日 09:30", updated="2026-03-02 11:30"),
        extraction=Extraction(
            method="guancha",
            version=2,
            agreement=0.98,
            flags=["more_pages"],
            removed=[RemovedLine(line="责任编辑：周一", rule="byline")],
        ),
        archive=Archived(file="2026/03/guancha-1.warc.gz", offset=18_204, digest="sha1:ABC"),
    )
    gone = sample(102, site="sina", title="一则晶圆公告被撤下", published_at=now - 30 * HOUR)
    copy = sample(
        103, site="sina", title="长河厂停线三小时", body=BODY, published_at=now - 4 * HOUR,
        source=Source(name="长河日报"),
    )  # fmt: skip
    evil = sample(
        104,
        site="sina",
        title=f"晶圆{SCRIPT}",
        body=f"晶圆 {SCRIPT}\n{own_words(4)}",
        url="javascript:document.title='ran'",
        source=Source(name=SCRIPT, url="javascript:document.title='ran'"),
        section='"><script>document.title="ran"</script>',
        published_at=now - 5 * HOUR,
    )
    put(database, (edited, gone, copy, evil), now)
    story = "story-1"
    both = {"$in": [EDITED, COPY]}
    database["articles"].update_many({"_id": both}, {"$set": {"story": story}})
    database["stories"].insert_one(
        {
            "_id": story,
            "members": [EDITED, COPY],
            "first": {"published_at": edited.published_at, "article": EDITED},
            "titles": [edited.title, copy.title],
            "sources": ["样报", "长河日报"],
            "sites": ["guancha", "sina"],
            "first_published_at": edited.published_at,
            "last_published_at": copy.published_at,
            "updated_at": now,
        }
    )
    database["articles"].update_one({"_id": GONE}, {"$set": {"gone_at": now - 3 * HOUR}})
    _revise(database)
    _rank(database)


def _revise(database: Database[dict[str, Any]]) -> None:
    """Two earlier states; between them the article was missing for an hour."""
    now = clock.now()
    article: Document = database["articles"].find_one({"_id": EDITED}) or {}
    first = {
        **article,
        "title": "长河厂全线停产",
        "body": BODY.replace("停了三小时", "停了整夜").replace("没有损失", "损失不明"),
        "gone_at": now - 5 * HOUR,
    }
    second = {**article, "body": BODY.replace("，并请第三方复核", "")}
    for number, (document, changed) in enumerate(
        ((first, ["title", "body"]), (second, ["body"])), start=1
    ):
        database["revisions"].insert_one(
            {
                "_id": f"{EDITED}@{number}",
                "article": EDITED,
                "revision": number,
                "stored_at": now - (6 - number) * HOUR,
                "replaced_at": now - (5 - number) * HOUR,
                "changed": changed,
                "job": "job-1",
                "document": document,
            }
        )
    database["articles"].update_one({"_id": EDITED}, {"$set": {"revision": 3, "edits": 2}})


def _rank(database: Database[dict[str, Any]]) -> None:
    now = clock.now()
    ranks = (9, 5, 2, 1, 3, 6)
    database["sightings"].insert_many(
        {
            "_id": f"sina/hot {EDITED} {number}",
            "article": EDITED,
            "site": "sina",
            "source": "hot",
            "at": now - (6 - number) * HOUR,
            "until": now - (5 - number) * HOUR,
            "rank": rank,
            "title": "长河厂停线",
            "comment_count": 120 + 60 * number,
        }
        for number, rank in enumerate(ranks)
    )
