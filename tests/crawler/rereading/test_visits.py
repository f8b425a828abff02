"""Which archived pages decide what an article is, and which belong together."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest

from crawler.archive.cdxj import Entry
from crawler.archive.folder import ArchiveFolder
from crawler.archive.records import warc_date
from crawler.archive.shipped.whole import Archive
from crawler.rereading.planning import Plan, archived_sites, entries_of
from crawler.rereading.visits import PATIENCE, StoredState, Visits, visits_of
from crawler.sites.guancha.urls import identify
from pipelines.items import Archived
from tests.support.archives import NOON, exchange, write
from tests.support.pages import article_url

MINUTE = timedelta(minutes=1)
DESKTOP = f"https://{article_url(1)}"
POST, WHOLE = (f"https://user.guancha.cn/main/content?id=7{end}" for end in ("", "&page=0"))


def entry(url: str, at: datetime = NOON, status: int = 200, offset: int = 0) -> Entry:
    return Entry(
        url=url,
        date=warc_date(at),
        mime="text/html",
        status=status,
        digest=f"sha1:{offset}",
        offset=offset or int(at.timestamp()),
        length=9,
        file="articles/2026-03-02/guancha-0001.warc.gz",
    )


def one(*entries: Entry) -> Visits:
    (visits,) = visits_of(entries, identify)
    return visits


def stored(url: str = DESKTOP, read_from: Entry | None = None, at: datetime = NOON) -> StoredState:
    place = None
    if read_from is not None:
        place = Archived(file=read_from.file, offset=read_from.offset, digest="")
    return StoredState(url=url, archive=place, stored_at=at)


def test_the_newest_visit_comes_first_and_none_is_older_than_the_stored_page() -> None:
    old, own, new = (entry(DESKTOP, NOON + n * MINUTE) for n in range(3))
    visits = one(new, old, own)
    assert [each.entry for each in visits.of(stored(read_from=own))] == [new, own]


def test_without_a_stored_page_the_time_of_storing_counts() -> None:
    old, new = entry(DESKTOP, NOON), entry(DESKTOP, NOON + 90 * MINUTE)
    visits = one(old, new)
    assert [each.entry for each in visits.of(stored(at=NOON + 60 * MINUTE))] == [new]
    assert [each.entry for each in visits.of(stored(at=NOON + 5 * MINUTE))] == [new, old]
    assert visits.of(stored(at=NOON + 200 * MINUTE)) == []


def test_a_stored_text_belongs_to_its_address() -> None:
    other = DESKTOP.replace("/economy/", "/politics/")
    mine, theirs = entry(DESKTOP, NOON), entry(other, NOON + MINUTE)
    visits = one(mine, theirs)
    assert [each.entry for each in visits.of(stored())] == [mine]
    assert [each.entry for each in visits.of(stored(other))] == [theirs]
    assert [each.entry for each in visits.of(stored(read_from=theirs))] == [theirs]


def test_further_pages_are_those_of_the_same_visit() -> None:
    second = f"https://{article_url(1, '_2')}"
    first, later = entry(DESKTOP, NOON), entry(DESKTOP, NOON + 20 * MINUTE)
    pages = [entry(second, NOON + MINUTE), entry(second, NOON + 21 * MINUTE)]
    visits = one(first, later, *pages)
    assert [each.entry for each in visits.first_pages] == [first, later]
    for number, visit in enumerate(visits.first_pages):
        assert visits.page(second, visit) == pages[number]
    late = one(first, entry(second, NOON + PATIENCE + MINUTE))
    assert late.page(second, late.first_pages[0]) is None
    lost = one(first, later, pages[1])
    assert lost.page(second, lost.first_pages[0]) is None


def test_a_page_with_all_of_it_begins_a_visit_where_it_is_asked_for_first() -> None:
    visits = one(entry(WHOLE), entry(POST, NOON + MINUTE), entry(f"{POST}&page=2", NOON + MINUTE))
    assert [each.entry.url for each in visits.first_pages] == [WHOLE, POST]


def test_errors_are_no_visits_and_what_is_gone_is_known() -> None:
    gone = NOON + 2 * MINUTE
    visits = one(
        entry(DESKTOP),
        entry(DESKTOP, NOON + MINUTE, status=503),
        entry(DESKTOP, gone, status=404),
        entry(DESKTOP, gone + MINUTE, status=404),
    )
    assert len(visits.first_pages) == 1
    assert visits.gone_since(NOON) == gone
    assert visits.gone_since(gone + MINUTE) is None
    assert visits_of([entry("https://www.guancha.cn/")], identify) == []


@pytest.mark.parametrize("limit", [None, 4])
def test_a_plan_deals_out_whole_articles_the_same_each_time(
    tmp_path: Path, limit: int | None
) -> None:
    archive = Archive(ArchiveFolder(tmp_path))
    for day, numbers in enumerate((range(9), range(4, 15))):
        urls = [f"https://{article_url(n, part)}" for n in numbers for part in ("", "_2")]
        moment = NOON + timedelta(days=day)
        write(tmp_path, [exchange(1, url=url, at=moment) for url in urls], group="guancha")
    write(tmp_path, [exchange(1)], group="sina-replay")
    assert archived_sites(archive) == ["guancha", "sina"]
    plan = Plan.of(archive, "guancha", identify, chunks=4, limit=limit)
    dealt = [list(entries_of(archive, plan.chunk(number))) for number in range(plan.chunks)]
    ids = [{visits.id for visits in visits_of(each, identify)} for each in dealt]
    assert sum(map(len, ids)) == len(set().union(*ids)) == plan.articles == (limit or 15)
    assert sum(map(len, dealt)) == plan.records
    again = Plan.of(archive, "guancha", identify, chunks=plan.chunks, limit=limit)
    assert [again.chunk(number) for number in range(4)] == [plan.chunk(n) for n in range(4)]
