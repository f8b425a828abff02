"""Real pages in a real browser: lists whole, articles read, nothing loaded where none is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from pymongo.database import Database

from crawler.archive.checking import pieces
from crawler.archive.folder import ArchiveFolder
from pipelines.config import Settings
from tests.conftest import Server
from tests.support.browser_processes import left_of, part_of
from tests.support.crawling import Crawl, crawl
from tests.support.evidence import evidence_page
from tests.support.script_site import API_HOST, HOST, ScriptSite
from tests.support.server import running

pytestmark = pytest.mark.usefixtures("browser")

SECONDS = 200.0
"""A crawl with a browser takes ten, on a machine that has nothing else to do."""
SPIDER = "tests.support.script_spider"
STORE = "tests.support.script_store"


async def run(
    folder: Path,
    site: ScriptSite,
    section: str,
    *,
    direct: bool = True,
    store: Mapping[str, str] | None = None,
    meanwhile: Callable[[int], Awaitable[None]] | None = None,
) -> Crawl:
    """Crawl one list; its articles are plain pages."""
    site.plain_articles = True
    env = {
        "NEWSDESK_TEST_RENDER_ARTICLES": "0",
        "NEWSDESK_TEST_DIRECT": str(int(direct)),
        **(store or {}),
    }
    module = STORE if store else SPIDER
    done = await crawl(
        "scripted",
        folder,
        server=site.server,
        settings=module,
        env=env,
        meanwhile=meanwhile,
        seconds=SECONDS,
        sections=section,
    )
    assert done.report.get("finish_reason") == "finished", done.log
    assert "Traceback" not in done.log, done.log
    return done


def api_calls(site: ScriptSite, section: str) -> list[str]:
    """Pages of a list's API that were asked for, in order, each with who asked."""
    return [
        f"{hit.url.partition('page=')[2].partition('&')[0]} "
        f"{'page' if 'Sec-Fetch-Mode' in hit.headers else 'plain'}"
        for hit in site.server.hits
        if hit.host == API_HOST and f"/{section}" in hit.url and "page=" in hit.url
    ]


def family_of(browser: psutil.Process) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return [browser, *browser.children(recursive=True)]
    return []


def all_keys(done: Crawl) -> set[str]:
    return {item["key"] for item in done.articles()}


async def test_lists_are_rendered_whole_and_by_way_of_the_proxy_alone(tmp_path: Path) -> None:
    site, ends = ScriptSite(articles=34), set[str]()
    site.server.hold = {API_HOST: 0.5}  # connections that last can be seen

    async def look(pid: int) -> None:
        browser = await part_of(pid, "browser")
        while browser.is_running():
            for process in family_of(browser):
                with suppress(psutil.Error):  # pages come and go
                    for each in process.net_connections("inet"):
                        ends.add(f"{each.type.name} {each.raddr}")
            await asyncio.sleep(0.1)

    async with running(site.server):
        done = await run(tmp_path, site, "clicks,scroll", direct=False, meanwhile=look)
    assert all_keys(done) == {str(n) for n in range(1, 35)}
    for section in ("clicks", "scroll"):
        assert done.counted(f"found/{section}") == 34
        assert done.counted(f"rendered/{section}") == 1
        assert done.counted(f"list_failed/{section}") == 0
        assert site.server.asked(f"{HOST}/{section}") == [f"{HOST}/{section}"]
        pages = [call for call in api_calls(site, section) if call.endswith("page")]
        assert pages == ["1 page", "2 page", "3 page", "4 page"]
    assert api_calls(site, "") == api_calls(site, "clicks") + api_calls(site, "scroll")
    assert len(ends) == 1, ends
    assert "127.0.0.1" in ends.pop()


def check_archive(folder: ArchiveFolder) -> None:
    """What the browser showed, and what its scripts were answered, is told from sites' answers."""
    types: dict[str, set[str]] = {}
    for name in folder.names():
        for piece in pieces(folder.root / str(name)):
            assert piece.problem is None
            for record in piece.records:
                types.setdefault(record.url.partition("?")[0], set()).add(record.type)
    assert types[f"https://{HOST}/clicks"] == {"resource"}
    assert types[f"https://{API_HOST}/clicks"] == {"resource", "request", "response"}
    assert {"request", "response"} in types.values()


async def test_what_pages_ask_their_api_is_asked_directly(tmp_path: Path) -> None:
    site = ScriptSite(articles=54)
    async with running(site.server):
        done = await run(tmp_path, site, "clicks,scroll")
    assert all_keys(done) == {str(n) for n in range(1, 55)}
    for section in ("clicks", "scroll"):
        assert done.counted(f"found/{section}") == 54
        assert done.counted(f"rendered/{section}") == 1
        calls = api_calls(site, section)
        assert calls[:6] == ["1 page", "2 page", "3 plain", "4 plain", "5 plain", "6 plain"]
        assert "page=3" in done.stats[f"newsdesk/list_direct/{section}"]
    check_archive(ArchiveFolder(tmp_path / "data" / "archive" / "newsdesk"))


@pytest.mark.soak
async def test_where_the_api_answers_nobody_but_the_page_the_browser_goes_on(
    tmp_path: Path,
) -> None:
    site = ScriptSite(articles=44, api_refuses_plain=True)
    async with running(site.server):
        done = await run(tmp_path, site, "clicks")
    assert {item["key"] for item in done.articles()} == {str(n) for n in range(1, 45)}
    assert done.counted("rendered/clicks") == 1, "the page was still open"
    assert done.counted("list_not_direct/clicks") == 1
    assert api_calls(site, "clicks") == [
        "1 page",
        "2 page",
        "3 plain",
        "3 page",
        "4 page",
        "5 page",
    ]


@pytest.mark.soak
async def test_a_list_that_breaks_off_is_said_to(tmp_path: Path) -> None:
    site = ScriptSite(articles=44, broken_after=2)
    async with running(site.server):
        done = await run(tmp_path, site, "clicks")
    assert {item["key"] for item in done.articles()} == {str(n) for n in range(25, 45)}
    assert done.counted("list_failed/clicks") == 1
    assert "page=3" in done.stats["newsdesk/list_error/clicks"]


async def test_the_next_run_stops_where_nothing_is_new(
    tmp_path: Path, server: Server, settings: Settings, database: Database[dict[str, Any]]
) -> None:
    store = {
        "MONGODB_URI": server.uri,
        "NEWSDESK_DATABASE": settings.database,
        "NEWSDESK_KEEP_UNMATCHED": "true",
        "NEWSDESK_TEST_BOUNDS": '{"ready_seconds": 4}',  # a list that shows nothing takes two
    }
    site = ScriptSite(articles=44)
    async with running(site.server):
        first = await run(tmp_path, site, "clicks,nothing", direct=False, store=store)
        assert (first.counted("new"), len(api_calls(site, "clicks"))) == (44, 5)
        site.articles = 47
        site.server.hits.clear()
        second = await run(tmp_path, site, "clicks", direct=False, store=store)
        assert (second.counted("new"), second.counted("rendered/clicks")) == (3, 1)
        assert api_calls(site, "clicks") == ["1 page", "2 page"], "the second held nothing new"
    assert database["articles"].count_documents({"site": "scripted"}) == 47
    walk = database["walks"].find_one({"_id": "scripted/clicks"})
    assert walk is not None
    assert walk["unfinished_since"] is None
    own = settings.model_copy(update={"data_dir": tmp_path / "data"})
    check_evidence(first, database, own)


def check_evidence(done: Crawl, database: Database[dict[str, Any]], settings: Settings) -> None:
    """The list that showed nothing was given up, and is kept as it looked."""
    assert done.counted("list_failed/nothing") == 1
    kept = database["evidence"].find_one({"_id": done.stats["newsdesk/rendered_evidence"]})
    assert kept is not None
    assert kept["reason"] == "list_unreadable"
    assert kept["screenshot"].startswith(b"\xff\xd8\xff")
    assert len(kept["screenshot"]) < 256 * 1024
    assert kept["compressed_size"] == len(kept["screenshot"]), "the page stands in the archive"
    assert b'id="app"' in evidence_page(settings, kept)


async def test_others_load_no_browser_code(tmp_path: Path) -> None:
    site = ScriptSite(articles=3)
    async with running(site.server):
        done = await run(tmp_path, site, "home")
    assert len(done.articles()) == 3
    assert done.stats["test/modules"] == "", "the site has rendered lists, but none was asked for"


async def test_a_killed_crawl_leaves_no_browser(tmp_path: Path) -> None:
    site, pids = ScriptSite(articles=30), []
    site.server.hold = {HOST: 0.5}

    async def kill(pid: int) -> None:
        pids.append(pid)
        await part_of(pid, "renderer")
        psutil.Process(pid).kill()

    async with running(site.server):
        site.list_home()
        done = await crawl(
            "scripted",
            tmp_path,
            server=site.server,
            settings=SPIDER,
            meanwhile=kill,
            seconds=SECONDS,
            sections="home",
        )
    assert done.exit_code == -9
    assert await left_of(pids[0]) == []
