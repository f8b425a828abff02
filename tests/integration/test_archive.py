"""What crawls archive: a replayed night, live pages as they were sent, and what a kill leaves."""

from __future__ import annotations

import asyncio
import gzip
import json
import signal
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from fastwarc.warc import ArchiveIterator
from pymongo.database import Database

from crawler.archive.cdxj import Entry, read_index
from crawler.archive.folder import ArchiveFolder, index_of
from crawler.archive.reading import Record, read_record
from newsdesk.answers.archive.soundness import verified
from pipelines.config import Settings
from pipelines.storage.queries import opened
from schedules.jobs.runner import settings_environment
from tests.support import pages
from tests.support.command import RECORDINGS, Crawled, Desk
from tests.support.crawling import Crawl, crawl
from tests.support.evidence import evidence_page
from tests.support.pages import article_url
from tests.support.server import SiteServer, running
from tests.support.waiting import until

HOME = "www.guancha.cn/"


@pytest.fixture
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """With an archive of the test's own: databases are used by one test after the other."""
    return settings.model_copy(update={"archive_dir": tmp_path / "archive"})


def folder_of(settings: Settings) -> ArchiveFolder:
    return ArchiveFolder(settings.archive_path)


def entries(folder: ArchiveFolder, kind: Any = None) -> list[Entry]:
    paths = (index_of(folder.root / str(name)) for name in folder.names(kind))
    return [entry for path in paths for entry in read_index(path)]


def record_at(folder: ArchiveFolder, place: Mapping[str, Any]) -> Record:
    with folder.path(place["file"]).open("rb") as file:
        return read_record(file, place["offset"])


def problems(settings: Settings) -> list[str]:
    return [problem for report in verified(settings, []) for problem in report.problems]


def test_each_article_of_a_replayed_night_is_found_in_the_archive(crawled: Crawled) -> None:
    settings = crawled.desk.settings
    manifest = json.loads((RECORDINGS / "night-1" / "manifest.json").read_text())
    recorded = {each["url"]: each.get("file") for each in manifest["pages"]}
    with opened(settings) as database:
        articles = list(database["articles"].find())
    assert len(articles) > 20
    for article in articles:
        place = article["archive"]
        record = record_at(folder_of(settings), place)
        assert record.fields["warc-payload-digest"] == place["digest"]
        assert record.fields["warc-date"].startswith("2026-03-0")
        body = (RECORDINGS / "night-1" / recorded[record.url]).read_bytes()
        assert record.http().body == body, article["_id"]
    assert problems(settings) == []
    names = folder_of(settings).names()
    assert {name.group for name in names} == {"guancha-replay", "sina-replay"}


def test_lists_and_answers_of_a_replayed_night_are_archived(crawled: Crawled) -> None:
    """All that was asked for: an independent reader finds each in the recording."""
    settings = crawled.desk.settings
    folder = folder_of(settings)
    manifest = json.loads((RECORDINGS / "night-1" / "manifest.json").read_text())
    recorded = {each["url"]: each for each in manifest["pages"]}
    found = 0
    for name in folder.names():
        with (folder.root / str(name)).open("rb") as file:
            for record in ArchiveIterator(file, verify_digests=True):
                if record.headers["WARC-Type"] != "response":
                    continue
                page = recorded[record.headers["WARC-Target-URI"]]
                body = (
                    (RECORDINGS / "night-1" / page["file"]).read_bytes() if "file" in page else b""
                )
                assert record.reader.read() == body
                found += 1
    assert found == len(entries(folder)) > 60
    lists = {entry.url for entry in entries(folder, "lists")}
    assert "https://www.guancha.cn/robots.txt" in lists
    assert any("feed.mix.sina.com.cn/api/roll" in url for url in lists)


async def run(server: SiteServer, settings: Settings, folder: Path, **changes: Any) -> Crawl:
    env = {
        **settings_environment(settings),
        "NEWSDESK_KEEP_UNMATCHED": "true",
        **changes.pop("env", {}),
    }
    return await crawl(
        "guancha",
        folder,
        server=server,
        settings="tests.support.loopback_settings",
        env=env,
        sections="home",
        **changes,
    )


def packed(html: str) -> bytes:
    return gzip.compress(html.encode(), mtime=0)


def site_of(*numbers: int) -> tuple[SiteServer, dict[str, bytes]]:
    """A home page and articles, sent packed; and the bytes of each article as it is sent."""
    server, sent = SiteServer(), {}
    urls = [article_url(number) for number in numbers]
    server.page(HOME, pages.home(*urls) + f"<!-- {'x' * 2_000} -->")
    for number, url in zip(numbers, urls, strict=True):
        lines = [*pages.PARAGRAPHS, *(f"第{number}号泊位第{line}行。" for line in range(40))]
        sent[f"https://{url}"] = packed(pages.article(f"第{number}号泊位", lines))
        server.page(url, sent[f"https://{url}"], headers={"Content-Encoding": "gzip"})
    return server, sent


async def test_pages_are_archived_as_their_site_sent_them(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    """Packed bodies, each hop of a redirect, errors, and the request of each."""
    server, sent = site_of(1, 2, 3)
    server.pages[article_url(4)] = server.pages[article_url(3)]

    async def moved(request: web.BaseRequest) -> web.StreamResponse:
        headers = {"Location": f"https://{article_url(4)}", "Set-Cookie": "a=1"}
        return web.Response(status=302, text="moved", headers=headers)

    server.pages[article_url(3)] = moved
    server.page(HOME, pages.home(*map(article_url, (1, 2, 3, 9))))
    async with running(server):
        done = await run(server, settings, tmp_path)
    folder = folder_of(settings)
    assert problems(settings) == []
    found = {entry.url: entry for entry in entries(folder)}
    statuses = {url.rpartition("_")[2]: entry.status for url, entry in found.items()}
    assert statuses["3.shtml"] == 302
    assert statuses["4.shtml"] == 200
    assert statuses["9.shtml"] == 404
    for article in database["articles"].find():
        record = record_at(folder, article["archive"])
        assert record.http().body in sent.values()
        assert gzip.decompress(record.http().body).startswith(b"<!DOCTYPE html>")
    hop = record_at(
        folder,
        {
            "file": found[f"https://{article_url(3)}"].file,
            "offset": found[f"https://{article_url(3)}"].offset,
        },
    )
    headers = dict(hop.http().headers)
    assert headers[b"Location"] == f"https://{article_url(4)}".encode()
    assert headers[b"Set-Cookie"] == b"a=1"
    assert hop.http().body == b"moved"
    assert done.counted("archived") == len(entries(folder)) == len(server.hits)
    assert done.counted("archived/articles") == 5
    assert done.counted("archive_bytes") > 0
    assert "newsdesk/archive_lost" not in done.stats


async def test_what_is_unchanged_is_a_revisit(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    """The home page as it was, then the word of the site that it was not modified."""
    server, _ = site_of(1)
    async with running(server):
        await run(server, settings, tmp_path)
        again = await run(server, settings, tmp_path)
        whole = server.pages[HOME]

        async def unchanged(request: web.BaseRequest) -> web.StreamResponse:
            if "If-None-Match" in request.headers:
                return web.Response(status=304, headers={"ETag": '"1"'})
            answer = await whole(request)
            answer.headers["ETag"] = '"1"'
            return answer

        server.pages[HOME] = unchanged
        await run(server, settings, tmp_path)
        last = await run(server, settings, tmp_path)
    assert again.counted("archived_unchanged") >= 1
    assert last.counted("list_not_modified/home") == 1
    home = [each for each in entries(folder_of(settings)) if each.url == f"https://{HOME}"]
    home.sort(key=lambda entry: entry.date)
    assert [entry.is_revisit for entry in home] == [False, True, True, True]
    assert [entry.status for entry in home] == [200, 200, 200, 304]
    assert len({entry.digest for entry in home}) == 1
    assert problems(settings) == []


async def test_an_article_on_several_pages_names_its_first_page(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    server = SiteServer()
    server.page(HOME, pages.home(article_url(1)))
    server.page(article_url(1), pages.article(pager=pages.pager(1, 2, full_text=False)))
    server.page(article_url(1, "_2"), pages.article(paragraphs=["第二页的最后一段，至此结束。"]))
    async with running(server):
        await run(server, settings, tmp_path)
    (article,) = database["articles"].find()
    assert "第二页" in article["body"]
    record = record_at(folder_of(settings), article["archive"])
    assert record.url == f"https://{article_url(1)}"
    assert len(entries(folder_of(settings), "articles")) >= 2


async def test_a_broken_archive_stops_no_crawl(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    server, _ = site_of(1, 2, 3)
    blocked = tmp_path / "blocked"
    blocked.write_text("no folder")
    async with running(server):
        done = await run(server, settings, tmp_path, env={"NEWSDESK_ARCHIVE_DIR": str(blocked)})
    assert done.report["finish_reason"] == "finished"
    assert done.counted("new") == 3
    assert done.counted("archive_lost/disk") == len(server.hits)
    assert "blocked" in done.stats["newsdesk/archive_error"]
    assert done.log.count("The archive cannot be written") == 1
    assert [article["archive"] for article in database["articles"].find()] == [None] * 3


async def test_an_archive_that_is_off_writes_nothing(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    server, _ = site_of(1)
    async with running(server):
        done = await run(server, settings, tmp_path, env={"NEWSDESK_ARCHIVE": "false"})
    assert done.counted("new") == 1
    assert not settings.archive_path.exists()
    assert not any("archive" in name for name in done.stats)


async def test_kill_9_of_a_crawl_leaves_an_archive_without_damage(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    """Whatever is stored is archived, whenever the crawl is killed; the next one completes it."""
    numbers = range(1, 41)
    server, sent = site_of(*numbers)
    async with running(server):
        for asked in (8, 17, 29):
            interrupt = asyncio.Event()
            task = asyncio.ensure_future(_after(server, len(server.hits) + asked, interrupt))
            killed = await run(
                server, settings, tmp_path, interrupt=interrupt, stop_signal=signal.SIGKILL
            )
            task.cancel()
            assert killed.exit_code == -signal.SIGKILL
            assert problems(settings) == []
            _assert_archived(database, settings, sent)
        last = await run(server, settings, tmp_path)
    assert last.report["finish_reason"] == "finished"
    assert database["articles"].count_documents({}) == len(numbers)
    assert folder_of(settings).marked_open() == []
    assert problems(settings) == []
    _assert_archived(database, settings, sent)


async def _after(server: SiteServer, hits: int, event: asyncio.Event) -> None:
    await until(lambda: len(server.hits) >= hits)
    event.set()


def _assert_archived(
    database: Database[dict[str, Any]], settings: Settings, sent: Mapping[str, bytes]
) -> None:
    for article in database["articles"].find():
        record = record_at(folder_of(settings), article["archive"])
        assert record.http().body == sent[record.url]


async def test_a_page_without_an_article_is_shown_as_evidence(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    """MongoDB holds the reference alone; the archive, the page byte for byte."""
    server, _ = site_of(1)
    odd = pages.article(time="时间不详")
    server.page(article_url(2), packed(odd), headers={"Content-Encoding": "gzip"})
    server.page(article_url(3), "<p>busy</p>", status=500)
    server.page(HOME, pages.home(*map(article_url, (1, 2, 3))))
    async with running(server):
        await run(server, settings, tmp_path)
        off = await run(server, settings, tmp_path, env={"NEWSDESK_ARCHIVE": "false"})
    assert off.report["finish_reason"] == "finished"
    kept = {each["reason"]: each for each in database["evidence"].find()}
    unreadable, failed = kept["no_time"], kept["http_500"]
    assert (unreadable["body"], unreadable["compressed_size"]) == (None, 0)
    assert gzip.decompress(evidence_page(settings, unreadable)).decode() == odd
    assert failed["archive"] is None, "the second look was not archived"
    assert evidence_page(settings, failed) == b"<p>busy</p>"
    shown = Desk(settings).call("archive", "show", unreadable["article"])
    assert "时间不详" in shown.out
