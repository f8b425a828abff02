"""Pages that gave no article are kept as they came, within bounds."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import attrs
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database

from pipelines.items import PageReport
from pipelines.storage.entries import LARGEST_EVIDENCE, Evidence, PageEntry, pack_page
from pipelines.storage.news.evidence import EvidenceRepository
from pipelines.timing.clock import machine_now
from tests.support.samples import MORNING

Document = dict[str, Any]
HOUR = timedelta(hours=1)


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
