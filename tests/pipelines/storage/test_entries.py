"""Entries as records of the spool."""

from __future__ import annotations

import attrs
import pytest

from pipelines.items import ListedArticle, PageReport
from pipelines.storage.documents import decode, encode
from pipelines.storage.entries import entry_from_record, entry_record, pack_page
from pipelines.storage.exceptions import DocumentRefused
from tests.support.samples import MORNING, sample

REPORT = PageReport(
    site="sina",
    key="1",
    url="https://news.example.cn/1",
    state="unreadable",
    reason="no_body",
    evidence=b"<html>",
)


def test_overlong_texts_and_lone_surrogates_of_reports_are_cut() -> None:
    report = attrs.evolve(REPORT, url="https://x.cn/" + "\ud800" * 5_000, detail="词" * 5_000)
    kept = pack_page(report).report
    assert (len(kept.url), kept.url[-1], len(kept.detail)) == (2_000, "\ufffd", 500)


def test_a_record_of_an_earlier_version_is_read() -> None:
    entry = pack_page(REPORT, "job-1")
    record = decode(entry_record(entry, MORNING))
    record["data"]["evidence"]["truncated"] = False
    assert entry_from_record(encode(record)) == (MORNING, entry)


def test_what_a_list_held_stays_so_in_the_spool() -> None:
    listed = ListedArticle(**attrs.asdict(sample(1), recurse=False))
    for article, kind in ((listed, ListedArticle), (sample(1), type(sample(1)))):
        _, kept = entry_from_record(entry_record(article, MORNING))
        assert type(kept) is kind
        assert kept == article
    final = pack_page(attrs.evolve(REPORT, final=True))
    assert entry_from_record(entry_record(final, MORNING)) == (MORNING, final)


@pytest.mark.parametrize(
    "record",
    [
        b"no bson",
        encode({"at": MORNING, "kind": "page", "data": {}}),
        encode({"at": MORNING, "kind": "of a later version", "data": {}}),
    ],
)
def test_an_unknown_record_is_refused(record: bytes) -> None:
    with pytest.raises(DocumentRefused, match="unknown_record"):
        entry_from_record(record)
