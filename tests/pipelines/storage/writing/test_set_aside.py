"""Rejects, evidence and jobs."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
import pytest
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database
from pymongo.errors import WriteError

from pipelines.clock import machine_now
from pipelines.items import PageReport
from pipelines.storage.entries import LARGEST_EVIDENCE, Evidence, PageEntry, pack_page, pack_reject
from pipelines.storage.news.evidence import EvidenceRepository
from pipelines.storage.news.rejects import RejectRepository, restore
from pipelines.storage.operations.jobs import JobRepository
from tests.support.samples import MORNING, full_sample

Document = dict[str, Any]
HOUR = timedelta(hours=1)


async def test_a_reject_comes_back_whole(
    async_database: AsyncDatabase[Document], database: Database[Document]
) -> None:
    rejects = RejectRepository(async_database, days=90)
    article = full_sample(1)
    for hours, state in enumerate([attrs.evolve(article, title="旧"), article]):
        entry = pack_reject(state, "off_topic", "no topic has its terms")
        await rejects.write([entry], MORNING + hours * HOUR)
    (found,) = database["rejects"].find()
    assert restore(found) == article
    assert (found["reason"], found["title"]) == ("off_topic", article.title)
    assert found["rejected_at"] == MORNING + HOUR
    assert abs(found["expires_at"] - machine_now() - timedelta(days=90)) < timedelta(minutes=5)
    assert len(found["item"]) < 2_000


def page(number: int, body: bytes) -> PageEntry:
    return pack_page(
        PageReport(
            site="sina",
            key=f"key{number}",
            url=f"https://news.example.cn/{number}",
            state="unreadable",
            reason="no_time",
            status=200,
            evidence=body,
            evidence_type="text/html; charset=gbk",
        ),
        "job-1",
    )


async def test_evidence_is_the_page_as_it_came(
    async_database: AsyncDatabase[Document], database: Database[Document]
) -> None:
    repository = EvidenceRepository(async_database, days=30, megabytes=1)
    body = "<html>残缺的页面".encode("gbk") * 100
    await repository.write([page(1, b"earlier"), page(1, body), page(2, b"")], MORNING)
    (found,) = database["evidence"].find()
    kept = Evidence(packed=found["body"], size=found["size"])
    assert kept.unpacked() == body
    assert (found["article"], found["job"], found["status"]) == ("sina:key1", "job-1", 200)
    assert found["compressed_size"] == len(found["body"]) < found["size"] == len(body)
    assert abs(found["expires_at"] - machine_now() - timedelta(days=30)) < timedelta(minutes=5)


def test_a_page_of_evidence_is_bounded() -> None:
    evidence = page(1, b"x" * (LARGEST_EVIDENCE + 5)).evidence
    assert evidence is not None
    assert len(evidence.unpacked()) == LARGEST_EVIDENCE
    assert evidence.size == LARGEST_EVIDENCE + 5


async def test_all_evidence_together_is_bounded(
    async_database: AsyncDatabase[Document], database: Database[Document]
) -> None:
    repository = EvidenceRepository(async_database, days=30, megabytes=1)
    blob = attrs.evolve(page(0, b"x"), evidence=Evidence(packed=bytes(60_000), size=60_000))
    for number in range(40):
        one = attrs.evolve(blob, report=attrs.evolve(blob.report, key=f"key{number}"))
        await repository.write([one], MORNING + number * HOUR)
    kept = [found["article"] for found in database["evidence"].find().sort("captured_at")]
    assert kept[-1] == "sina:key39"
    assert kept == [f"sina:key{number}" for number in range(40 - len(kept), 40)]
    assert 15 <= len(kept) <= 19  # 1 MB, and a sixteenth until it is looked at again


def test_the_life_of_a_job(database: Database[Document]) -> None:
    jobs = JobRepository(database)
    first = jobs.create("guancha", MORNING, arguments={"limit": 10}, command=["crawl", "guancha"])
    second = jobs.create(None, MORNING + HOUR, kind="import")
    assert first.startswith("guancha-20260302T013000-")
    jobs.start(first, MORNING, pid=1234, host="desk")
    jobs.update(first, counts={"found": 3, "excluded/video": 1}, updated_at=MORNING + HOUR)
    assert [job["_id"] for job in jobs.list(states=["running"])] == [first]
    stats = {"downloader/response_status_count/200": 3, "a.b$c": 1, "elapsed": 0.5}
    jobs.finish(first, "partial", MORNING + 2 * HOUR, reason="a list failed", stats=stats)
    jobs.update(first, state="running")
    jobs.finish(first, "lost", MORNING + 3 * HOUR)
    found = jobs.get(first)
    assert found is not None
    assert (found["state"], found["ended_at"]) == ("partial", MORNING + 2 * HOUR)
    assert (found["counts"], found["stats"]) == ({"found": 3, "excluded/video": 1}, stats)
    assert [job["_id"] for job in jobs.list()] == [second, first]
    assert [job["_id"] for job in jobs.list(site="guancha")] == [first]
    assert jobs.get("nothing") is None


def test_a_job_record_takes_no_unknown_field(database: Database[Document]) -> None:
    with pytest.raises(WriteError, match="failed validation"):
        JobRepository(database).create("guancha", MORNING, bogus=1)
