"""Attempts to lead a crawl to this machine or its network: refused and recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support import pages
from tests.support.crawling import Crawl, crawl
from tests.support.faults import OK, FaultyServer, page, redirect, repeats, sends, serving
from tests.support.patience import HOME
from tests.support.server import SiteServer, running

METADATA = "169.254.169.254"
# Where a site may try to lead us, and what is said of it. Loopback is not allowed here.
FORBIDDEN = {
    "loopback": "http://127.0.0.1:{port}/{name}",
    "metadata": f"http://{METADATA}/metadata",
    "mapped": "http://[::ffff:127.0.0.1]:{port}/{name}",
    "mapped-metadata": "http://[::ffff:a9fe:a9fe]/mapped-metadata",
    "ipv6-loopback": "http://[::1]:{port}/{name}",
    "decimal": "http://2130706433:{port}/{name}",
    "octal": "http://0177.0.0.1:{port}/{name}",
    "hexadecimal": "http://0x7f.1:{port}/{name}",
    "private": "https://10.0.0.1/private",
    "localhost": "http://localhost:{port}/{name}",
}


async def run(
    folder: Path,
    home: str,
    answers: Mapping[str, list[list[str]]] | None = None,
    *,
    loopback: bool = False,
    **env: str,
) -> Crawl:
    return await crawl(
        "local",
        folder,
        settings="tests.support.rebinding",
        env={
            "NEWSDESK_TEST_HOME": home,
            "NEWSDESK_TEST_ANSWERS": json.dumps(answers or {}),
            "NEWSDESK_TEST_LOOPBACK": str(int(loopback)),
            **env,
        },
    )


@pytest.mark.parametrize("kind", ["link", "redirect"])
async def test_an_address_of_this_machine_is_not_asked(tmp_path: Path, kind: str) -> None:
    """The site is reached through a proxy on loopback, the operator's choice; the crawl is not."""
    server = FaultyServer()
    async with serving(server) as port:
        targets = {name: url.format(port=port, name=name) for name, url in FORBIDDEN.items()}
        links = [f"http://news.invalid/{name}" for name in targets]
        for name, url in targets.items():
            server.answers[f"http://news.invalid/{name}"] = sends(redirect(url))
        given = links if kind == "redirect" else list(targets.values())
        server.answers["http://news.invalid/"] = sends(page(*given, "/good"))
        server.answers["http://news.invalid/good"] = sends(page("/"))
        proxy = f"http://127.0.0.1:{port}"
        done = await run(tmp_path, "http://news.invalid/", http_proxy=proxy, https_proxy=proxy)
    reasons = done.reasons()
    assert reasons.pop("good") == "unreadable/no_page_object", done.log
    assert set(reasons.values()) == {"not_collectable/forbidden_address"}
    assert done.counted("refused_address") == len(FORBIDDEN)
    expected = links if kind == "redirect" else []
    assert sorted(server.asked) == sorted(
        ["http://news.invalid/", *expected, "http://news.invalid/good"]
    ), "not one of them came to a server"
    assert "169.254.169.254 is a link_local address" in json.dumps(done.items)


@pytest.mark.parametrize("second", [["127.0.0.1", METADATA], ["::ffff:10.0.0.1"]])
async def test_a_name_that_changes_its_answer_is_refused(tmp_path: Path, second: list[str]) -> None:
    server = FaultyServer({"/": sends(page("/article"))})
    async with serving(server) as port:
        answers = {"news.invalid": [["127.0.0.1"], second]}
        done = await run(tmp_path, f"http://news.invalid:{port}/", answers, loopback=True)
    assert done.reasons() == {"article": "failed/forbidden_answer"}
    assert server.asked == ["/"]
    assert done.counted("refused_address") == 1
    report = next(item for item in done.items if item["item"] == "PageReport")
    assert "news.invalid leads to an address that is not asked" in report["detail"]


@pytest.mark.parametrize("second", [["no address"], ["1.2.3"], [""], ["fe80::1%"]])
async def test_an_answer_that_is_no_address_is_the_names_fault(
    tmp_path: Path, second: list[str]
) -> None:
    server = FaultyServer({"/": sends(page("/article"))})
    async with serving(server) as port:
        answers = {"news.invalid": [["127.0.0.1"], second]}
        done = await run(tmp_path, f"http://news.invalid:{port}/", answers, loopback=True)
    assert done.reasons() == {"article": "failed/dns"}, done.log


async def test_no_port_but_the_webs_is_asked_unless_the_site_declares_it(tmp_path: Path) -> None:
    server = SiteServer().page(HOME, pages.home(*map(pages.article_url, (1, 2))))
    server.page(pages.article_url(2), pages.article())
    to = {"Location": "https://www.guancha.cn:6379/politics/2026_03_01_1.shtml"}
    server.page(pages.article_url(1), status=302, headers=to)
    async with running(server):
        done = await crawl("guancha", tmp_path, server=server, sections="home")
    assert done.reasons() == {"1": "not_collectable/bad_url"}
    assert len(done.articles()) == 1
    assert server.asked("6379") == []


async def test_a_name_that_leads_to_loopback_is_refused_for_lists_and_robots(
    tmp_path: Path,
) -> None:
    server = FaultyServer({"/": sends(page("/article"))})
    async with serving(server) as port:
        answers = {"news.invalid": [["127.0.0.1"]]}
        done = await run(tmp_path, f"http://news.invalid:{port}/", answers)
        assert done.stats["newsdesk/list_error/home"].startswith("forbidden_answer: news.invalid")
        home = f"http://news.invalid:{port}/"
        done = await run(tmp_path, home, answers, NEWSDESK_TEST_ROBOTS="1")
        assert done.stats["newsdesk/list_error/home"].startswith("robots_unreachable: ")
        assert "forbidden_answer" in done.stats["newsdesk/list_error/home"]
    assert server.asked == []


async def test_headers_without_end_are_cut_off_before_they_fill_the_memory(tmp_path: Path) -> None:
    flood = repeats(b"HTTP/1.1 200 OK\r\n", b"X: x\r\n" * 1000)
    hints = repeats(b"", b"HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" * 100)
    trailer = repeats(OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n", b"X: x\r\n" * 1000)
    server = FaultyServer({"/flood": flood, "/hints": hints, "/trailer": trailer})
    server.answers["/"] = sends(page("/flood", "/hints", "/trailer", "/good"))
    server.answers["/good"] = sends(page("/"))
    answers = {"news.invalid": [["127.0.0.1"]]}
    async with serving(server) as port:
        home = f"http://news.invalid:{port}/"
        done = await run(tmp_path, home, answers, loopback=True, NEWSDESK_TEST_TIMEOUT="20")
    reasons = done.reasons()
    assert reasons.pop("good") == "unreadable/no_page_object"
    assert reasons.pop("flood") == reasons.pop("hints") == "failed/too_large"
    assert set(reasons) == {"trailer"}
    assert reasons["trailer"].startswith("failed/")
    assert reasons["trailer"] != "failed/timeout"
    assert done.stats["memusage/max"] < 200 * 1024 * 1024
