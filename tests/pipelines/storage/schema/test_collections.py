from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import attrs
import pytest
from bson import Binary, ObjectId
from pymongo.database import Database
from pymongo.errors import WriteError

from pipelines import items
from pipelines.storage.schema.collections import COLLECTIONS, digest_of
from tests.support.dictionary import field_rows, index_rows

Document = dict[str, Any]
MOMENT = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)


def article() -> Document:
    item = items.Article(
        site="guancha",
        key="2026_03_02_1",
        url="https://www.guancha.cn/politics/2026_03_02_1.shtml",
        title="港区新设两处泊位",
        body="两处泊位昨日启用。\n船只当晚靠岸。",
        published_at=MOMENT,
        authors=[items.Author(name="林一", description="本报记者")],
        source=items.Source(name="港区日报", url=None, origin="港区晚报"),
        editors=[items.Editor(name="周二", code="S01")],
        keywords=["泊位"],
        times=items.Times(visible="2026-03-02 09:30:00"),
        images=[items.Image(url="https://i.example.org/1.jpg", caption="泊位")],
        related=[items.RelatedArticle(title="旧泊位", published_at=MOMENT)],
        hot=[items.HotArticle(title="热门", rank=1, comment_count=3)],
        comment_count=0,
        extraction=items.Extraction(
            method="guancha",
            agreement=0.5,
            flags=["more_pages"],
            removed=[items.RemovedLine(line="责任编辑：周二", rule="byline")],
        ),
        script="hans",
        topics=[
            items.TopicMatch(
                topic="ports", hits=[items.TopicHit(term="泊位", field="title", start=4, end=6)]
            )
        ],
        fingerprint=items.Fingerprint(text="ab" * 32, content="cd" * 32),
        job="job-1",
    )
    times = dict.fromkeys(("first_seen_at", "stored_at", "checked_at", "last_seen_at"), MOMENT)
    document = {"_id": item.id, "revision": 1, "story": None, **attrs.asdict(item), **times}
    del document["traces"]  # they have a collection of their own
    return document


def other_documents() -> dict[str, Document]:
    """A minimal right document of each of the other collections."""
    now = MOMENT
    a, site, url = "guancha:1", "guancha", "https://www.guancha.cn/1.shtml"
    packed = Binary(b"packed")
    return {
        "revisions": {
            "_id": f"{a}@1", "article": a, "revision": 1, "stored_at": now, "replaced_at": now,
            "changed": ["body"], "document": {"anything": [1, {"deep": True}]},
        },
        "stories": {
            "_id": "s1", "members": [a], "titles": ["甲"], "sources": [],
            "sites": [site], "first": {"published_at": now, "article": a},
            "first_published_at": now, "last_published_at": now, "updated_at": now,
        },
        "furniture": {
            "_id": "guancha:7", "site": site, "number": -7, "sentence": "本站提供新闻",
            "found_at": now,
        },
        "likenesses": {
            "_id": f"{a} sina:2", "articles": [a, "sina:2"], "verdict": "same", "jaccard": 0.9,
            "texts": 2,
        },
        "sightings": {
            "_id": f"home {a} now",
            "article": a,
            "site": site,
            "source": "home",
            "at": now,
        },
        "sources": {"_id": "guancha/home", "site": site, "source": "home", "checked_at": now},
        "traces": {
            "_id": a, "version": 1, "at": now, "content": "cd" * 32, "site": site,
            "published_at": now, "week": 2929, "bands": [1 << 40], "grams": packed,
        },
        "blocks": {
            "_id": "b", "version": 1, "gathered_at": now, "newest": now, "oldest": now,
            "articles": a, "published": packed,
        },
        "postings": {"_id": "b:3", "grams": packed, "ends": packed, "places": packed},
        "urls": {
            "_id": a, "site": site, "url": url, "state": "stored", "attempts": 0,
            "first_seen_at": now, "last_seen_at": now,
        },
        "walks": {"_id": "guancha/home", "site": site, "source": "home", "begun_at": now},
        "hosts": {"_id": "guancha", "site": site, "host": None, "requests": 3, "updated_at": now},
        "rejects": {
            "_id": a, "site": site, "url": url, "title": "甲", "reason": "off_topic",
            "rejected_at": now, "encoding": "zlib", "item": packed, "expires_at": now,
        },
        "evidence": {
            "_id": ObjectId(), "article": a, "site": site, "url": url, "reason": "no_body",
            "encoding": "zlib", "body": packed, "size": 9, "compressed_size": 6,
            "captured_at": now, "expires_at": now,
        },
        "jobs": {"_id": "j1", "kind": "crawl", "state": "running", "created_at": now,
                 "counts": {"found": 3}, "stats": {"a/b": 1, "c": {"d": "e"}}},
        "logs": {"_id": "j1/00000000000", "job": "j1", "begin": 0, "size": 9, "data": packed,
                 "expires_at": now},
        "slots": {"_id": "x", "schedule": "night", "due_at": now, "state": "pending"},
        "schedules": {"_id": "night", "enabled": False, "updated_at": now},
        "topics": {"_id": "ports", "enabled": True, "updated_at": now, "terms": ["泊位"]},
        "taggings": {
            "_id": "t", "digest": "d", "topics": None, "state": "running", "step": 0,
            "after": None, "counts": {"added/ports": 1}, "started_at": now, "updated_at": now,
        },
        "searches": {"_id": "晶圆", "asked": "q=x", "by": "wang", "at": now},
        "alerts": {
            "_id": ObjectId(), "kind": "silence", "severity": "error", "message": "Look.",
            "created_at": now, "last_raised_at": now, "count": 1,
        },
        "silences": {"_id": "stale/sina", "until": now, "created_at": now},
        "channels": {"_id": "json://127.0.0.1", "last_ok_at": now, "failures": 0},
        "changes": {
            "_id": "c1", "at": now, "by": "wang", "via": "console", "action": "job.cancel",
            "subject": "sina-1", "details": {"force": True},
        },
        "leases": {"_id": "leader", "owner": "desk:1:2", "since": now, "until": now},
        "meta": {"_id": "other", "version": 1},
    }  # fmt: skip


def test_right_documents_are_taken(database: Database[Document]) -> None:
    documents = {"articles": article(), **other_documents()}
    assert set(documents) == set(COLLECTIONS)
    for name, document in documents.items():
        database[name].insert_one(document)


def test_every_collection_refuses_an_unknown_field_and_a_missing_one(
    database: Database[Document],
) -> None:
    for name, document in {"articles": article(), **other_documents()}.items():
        with pytest.raises(WriteError, match="failed validation"):
            database[name].insert_one({**document, "surprise": 1})
        required = [field.name for field in COLLECTIONS[name].fields if field.required]
        for field in required:
            if field != "_id":
                with pytest.raises(WriteError, match="failed validation"):
                    database[name].insert_one({k: v for k, v in document.items() if k != field})
        assert database[name].count_documents({"_id": document["_id"]}) == 0


def put(path: str, value: object) -> Callable[[Document], None]:
    """Set what a dotted path leads to; numbers are places in a list."""

    def change(document: Document) -> None:
        *way, last = path.split(".")
        target: Any = document
        for step in way:
            target = target[int(step) if step.isdigit() else step]
        target[last] = value

    return change


@pytest.mark.parametrize(
    ("collection", "path", "value"),
    [
        ("articles", "_id", "no colon"),
        ("articles", "title", " \n"),
        ("articles", "title", None),
        ("articles", "body", ""),
        ("articles", "published_at", None),
        ("articles", "published_at", "2026-03-02T09:30:00+08:00"),
        ("articles", "updated_at", 0),
        ("articles", "authors", None),
        ("articles", "authors.0.name", " "),
        ("articles", "authors.0.role", "editor"),
        ("articles", "source", "港区日报"),
        ("articles", "keywords", ["泊位", 3]),
        ("articles", "times.zone", None),
        ("articles", "related.0.published_at", "昨天"),
        ("articles", "hot.0.rank", 0),
        ("articles", "comment_count", -1),
        ("articles", "script", "latin"),
        ("articles", "topics.0.hits.0.start", "4"),
        ("articles", "topics.0.hits.0.other", 1),
        ("articles", "fingerprint.content", "not hex"),
        ("articles", "extraction.agreement", "high"),
        ("articles", "revision", 0),
        ("revisions", "_id", "guancha:1"),
        ("revisions", "document", "text"),
        ("stories", "first", {"published_at": MOMENT}),
        ("traces", "grams", ["芯片"]),
        ("urls", "state", "lost"),
        ("urls", "attempts", -1),
        ("urls", "validators", {"etag": 1}),
        ("rejects", "item", "text"),
        ("jobs", "state", "maybe"),
        ("jobs", "counts", {"found": "three"}),
        ("slots", "due_at", None),
        ("alerts", "severity", "panic"),
    ],
)
def test_wrong_documents_are_refused(
    shared_database: Database[Document], collection: str, path: str, value: object
) -> None:
    document = copy.deepcopy({"articles": article(), **other_documents()}[collection])
    put(path, value)(document)
    with pytest.raises(WriteError, match="failed validation"):
        shared_database[collection].insert_one(document)


def test_an_update_is_checked_as_well(database: Database[Document]) -> None:
    database.articles.insert_one(article())
    with pytest.raises(WriteError, match="failed validation"):
        database.articles.update_one({}, {"$set": {"title": ""}})


def test_the_declaration_of_articles_follows_the_item() -> None:
    def names(kind: type, prefix: str = "") -> set[str]:
        found = set()
        for field in attrs.fields(attrs.resolve_types(kind)):
            found.add(f"{prefix}{field.name}")
            for inner in (field.type, *get_args(field.type)):
                if inner is not None and attrs.has(inner):
                    found |= names(inner, f"{prefix}{field.name}.")
        return found

    declared = {name for collection, name, _kind, _text in field_rows() if collection == "articles"}
    store = {
        "_id",
        "story",
        "similar",
        "contains",
        "first_seen_at",
        "stored_at",
        "checked_at",
        "last_seen_at",
    }
    store |= {"gone_at", "revision", "re_extracted_at", "edits"}
    assert declared - store == {
        name for name in names(items.Article) if name.partition(".")[0] != "traces"
    }


def test_every_field_and_index_is_described_once() -> None:
    fields = [(collection, name) for collection, name, _kind, _text in field_rows()]
    assert len(fields) == len(set(fields))
    assert all(text.endswith(".") and kind for _c, _n, kind, text in field_rows())
    assert ("articles", "topics.hits.start") in fields
    rows = {(collection, name): (keys, text) for collection, name, keys, text in index_rows()}
    assert rows["articles", "site_published"][0] == "site, published_at desc, _id"
    assert all(text.endswith(".") for _keys, text in rows.values())


def test_any_change_of_the_table_shows_in_its_digest() -> None:
    whole = tuple(COLLECTIONS.values())
    changed = attrs.evolve(whole[0], indexes=whole[0].indexes[1:])
    digests = {digest_of(whole), digest_of(whole[1:]), digest_of((changed, *whole[1:]))}
    assert len(digests) == 3


@pytest.mark.parametrize(
    ("collection", "query", "sort", "index"),
    [
        ("articles", {}, {"published_at": -1}, "published"),
        ("articles", {"site": "sina"}, {"published_at": -1}, "site_published"),
        ("articles", {"topics.topic": "ports"}, {"published_at": -1}, "topic_published"),
        ("articles", {"keywords": "泊位"}, {"published_at": -1}, "keyword_published"),
        ("articles", {"fingerprint.text": {"$in": ["ab", "cd"]}}, None, "text"),
        ("articles", {"story": "s1"}, None, "story"),
        ("stories", {"members": "guancha:1"}, None, "members"),
        ("revisions", {"article": "guancha:1"}, {"revision": -1}, "article_revision"),
        (
            "urls",
            {"site": "guancha", "next_check_at": {"$lte": MOMENT}},
            {"next_check_at": -1},
            "site_next_check",
        ),
        ("urls", {"site": "sina", "state": "failed"}, None, "site_state_reason"),
        ("evidence", {}, {"captured_at": 1}, "captured_size"),
        ("jobs", {"site": "sina"}, {"created_at": -1}, "site_created"),
        ("slots", {"state": "pending"}, {"due_at": -1}, "state_due"),
    ],
)
def test_queries_use_their_index(
    shared_database: Database[Document],
    collection: str,
    query: Document,
    sort: Document | None,
    index: str,
) -> None:
    find = {"find": collection, "filter": query, "sort": sort or {}}
    plan = shared_database.command({"explain": find, "verbosity": "queryPlanner"})
    stages, stage = [], plan["queryPlanner"]["winningPlan"]
    while stage:
        stages.append(stage)
        stage = stage.get("inputStage")
    assert stages[-1].get("indexName") == index
    assert "SORT" not in {stage["stage"] for stage in stages}


def test_a_due_time_of_a_schedule_has_one_slot(database: Database[Document]) -> None:
    slot = other_documents()["slots"]
    database.slots.insert_one(slot)
    with pytest.raises(WriteError, match="duplicate key"):
        database.slots.insert_one({**slot, "_id": "y"})


def test_what_has_expired_is_deleted(database: Database[Document]) -> None:
    documents = other_documents()
    past = datetime.now(UTC) - timedelta(seconds=1)
    later = datetime.now(UTC) + timedelta(days=1)
    gone = []
    with database.watch([{"$match": {"operationType": "delete"}}]) as changes:
        for name in ("rejects", "evidence"):
            old = {**documents[name], "_id": "guancha:old", "expires_at": past}
            new = {**documents[name], "_id": "guancha:new", "expires_at": later}
            database[name].insert_many([old, new])
        for change in changes:
            gone.append((change["ns"]["coll"], change["documentKey"]["_id"]))
            if len(gone) == 2:
                break
    assert sorted(gone) == [("evidence", "guancha:old"), ("rejects", "guancha:old")]
    assert [found["_id"] for found in database.rejects.find()] == ["guancha:new"]
