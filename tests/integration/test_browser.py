"""Real pages in a real browser: lists whole, articles read, nothing loaded where none is."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import psutil
import pytest
from pymongo.database import Database

from pipelines.config import Settings
from tests.conftest import Server
from tests.support.browser_processes import left_of, part_of
from tests.support.crawling import Crawl, crawl
from tests.support.script_site import API_HOST, HOST, ScriptSite
from tests.support.server import running

pytestmark = pytest.mark.usefixtures("browser")

SECONDS = 100.0
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
        seconds=SECONDS,
        sections=section,
    )
    assert done.report.get("finish_reason") == "finished", done.log
    assert "Traceback" not in done.log, done.log
    return done


def api_calls(site: ScriptSite) -> list[str]:
    """Pages of the API that were asked for, in order, each with who asked."""
    return [
        f"{hit.url.partition('page=')[2].partition('&')[0]} "
        f"{'page' if 'Sec-Fetch-Mode' in hit.headers else 'plain'}"
        for hit in site.server.hits
        if hit.host == API_HOST and "page=" in hit.url
    ]


@pytest.mark.parametrize("section", ["clicks", "scroll"])
async def test_a_list_is_rendered_whole(tmp_path: Path, section: str) -> None:
    site = ScriptSite(articles=34)
    async with running(site.server):
        done = await run(tmp_path, site, section, direct=False)
    assert {item["key"] for item in done.articles()} == {str(n) for n in range(1, 35)}
    assert done.counted(f"found/{section}") == done.counted("requested") == 34
    assert done.counted(f"rendered/{section}") == 1
    assert site.server.asked(f"{HOST}/{section}") == [f"{HOST}/{section}"]
    assert api_calls(site) == ["1 page", "2 page", "3 page", "4 page"]
    assert done.counted(f"list_failed/{section}") == 0


@pytest.mark.parametrize("section", ["clicks", "scroll"])
async def test_what_the_page_asks_its_api_is_asked_directly(tmp_path: Path, section: str) -> None:
    site = ScriptSite(articles=54)
    async with running(site.server):
        done = await run(tmp_path, site, section)
    assert {item["key"] for item in done.articles()} == {str(n) for n in range(1, 55)}
    assert done.counted(f"rendered/{section}") == 1
    by_page = [call for call in api_calls(site) if call.endswith("page")]
    plain = [call for call in api_calls(site) if call.endswith("plain")]
    assert by_page == [f"{n + 1} page" for n in range(len(by_page))]
    assert 2 <= len(by_page) <= 3, "a page that is scrolled to its end may ask once more by itself"
    assert plain[:3] == [f"{n} plain" for n in range(len(by_page) + 1, len(by_page) + 4)]
    assert f"page={len(by_page) + 1}" in done.stats[f"newsdesk/list_direct/{section}"]


async def test_where_the_api_answers_nobody_but_the_page_the_browser_goes_on(
    tmp_path: Path,
) -> None:
    site = ScriptSite(articles=44, api_refuses_plain=True)
    async with running(site.server):
        done = await run(tmp_path, site, "clicks")
    assert {item["key"] for item in done.articles()} == {str(n) for n in range(1, 45)}
    assert done.counted("rendered/clicks") == 1, "the page was still open"
    assert done.counted("list_not_direct/clicks") == 1
    assert api_calls(site) == ["1 page", "2 page", "3 plain", "3 page", "4 page", "5 page"]


@pytest.mark.parametrize("direct", [True, False])
async def test_a_list_that_breaks_off_is_said_to(tmp_path: Path, direct: bool) -> None:
    site = ScriptSite(articles=44, broken_after=2)
    async with running(site.server):
        done = await run(tmp_path, site, "clicks", direct=direct)
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
    }
    site = ScriptSite(articles=44)
    async with running(site.server):
        for articles, new, calls in ((44, 44, None), (47, 3, 2), (47, 0, 1)):
            site.articles = articles
            site.server.hits.clear()
            done = await run(tmp_path, site, "clicks", direct=False, store=store)
            assert done.counted("new") == new, done.log
            assert done.counted("rendered/clicks") == 1
            assert calls is None or len(api_calls(site)) == calls
    assert database["articles"].count_documents({"site": "scripted"}) == 47
    assert database["walks"].find_one({"_id": "scripted/clicks"})["unfinished_since"] is None  # type: ignore[index]


async def test_a_page_that_shows_nothing_is_kept_as_it_looked(
    tmp_path: Path, server: Server, settings: Settings, database: Database[dict[str, Any]]
) -> None:
    store = {"MONGODB_URI": server.uri, "NEWSDESK_DATABASE": settings.database}
    site = ScriptSite()
    async with running(site.server):
        done = await run(tmp_path, site, "nothing", store=store)
    assert done.counted("list_failed/nothing") == 1
    named = done.stats["newsdesk/rendered_evidence"]
    kept = database["evidence"].find_one({"_id": named})
    assert kept is not None
    assert kept["reason"] == "list_unreadable"
    assert kept["screenshot"].startswith(b"\xff\xd8\xff")
    assert len(kept["screenshot"]) < 256 * 1024
    assert kept["compressed_size"] == len(kept["screenshot"]) + len(kept["body"])
    assert kept["size"] > 0


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


async def test_the_browser_talks_to_nobody_but_its_proxy(tmp_path: Path) -> None:
    site, seen = ScriptSite(articles=12), set[str]()

    async def look(pid: int) -> None:
        browser = await part_of(pid, "browser")
        while True:
            with suppress(psutil.Error):
                for process in [browser, *browser.children(recursive=True)]:
                    for connection in process.net_connections("inet"):
                        seen.add(f"{connection.type.name} {connection.raddr}")
            await asyncio.sleep(0.05)

    async with running(site.server):
        site.list_home()
        done = await crawl(
            "scripted",
            tmp_path,
            server=site.server,
            settings=SPIDER,
            meanwhile=look,
            seconds=SECONDS,
            sections="home",
        )
    assert len(done.articles()) == 12, done.log
    ends = {json.dumps(each) for each in seen}
    assert len(ends) == 1, ends
    assert "127.0.0.1" in ends.pop()
