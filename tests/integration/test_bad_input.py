"""Whatever a site sends: counted and recorded with its reason, and the crawl goes on."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from aiohttp import web
from pymongo.database import Database

from pipelines.config import Settings
from schedules.jobs.runner import settings_environment
from tests.support import pages
from tests.support.crawling import Crawl, crawl
from tests.support.pages import article_url
from tests.support.ports import free_port
from tests.support.server import SiteServer, running

HOME = "www.guancha.cn/"
ROLL = "feed.mix.sina.com.cn/api/roll/get?pageid=153&lid=2509&k=&num=50&page={}"
POST = "user.guancha.cn/main/content?id=9&page=0"
WHOLE = "\n".join(pages.PARAGRAPHS)


async def endless_redirect(request: web.BaseRequest) -> web.StreamResponse:
    raise web.HTTPFound(f"https://{request.host}{request.path}?again")


async def run(
    spider: str, server: SiteServer, settings: Settings, folder: Path, *, sections: str
) -> Crawl:
    """Crawl with the real pipelines into the test's database."""
    env = {**settings_environment(settings), "NEWSDESK_KEEP_UNMATCHED": "true"}
    async with running(server):
        return await crawl(
            spider,
            folder,
            server=server,
            settings="tests.support.loopback_settings",
            env=env,
            sections=sections,
        )


STORED = "stored/None"
TEXT = pages.article()
PLAIN = {"Content-Type": "text/html"}
PACKED = {"Content-Encoding": "gzip"}
# Case: what becomes of it, the page, how it is sent.
CASES: dict[str, tuple[str, str | bytes, dict[str, str]]] = {
    "good": (STORED, TEXT, {}),
    "broken html": (STORED, TEXT.replace("</p>", "").replace("</div>", "</b></table>"), {}),
    "cut html": ("unreadable/no_body", TEXT.partition('<div class="content all-txt">')[0], {}),
    "deep": ("unreadable/too_costly", TEXT.replace("<p>", "<div>" * 3000 + "<p>", 1), {}),
    "wrong charset in header": (STORED, TEXT, {"Content-Type": "text/html; charset=gb2312"}),
    "wrong charset on page": (STORED, TEXT.replace("utf-8", "gb2312"), PLAIN),
    "unknown charset": (STORED, TEXT, {"Content-Type": "text/html; charset=x-klingon"}),
    "gbk without a word": (
        STORED,
        TEXT.replace('<meta charset="utf-8">', "").encode("gb18030"),
        PLAIN,
    ),
    "an image": (
        "unreadable/no_title",
        b"\x89PNG\r\n\x1a\n" + bytes(range(256)),
        {"Content-Type": "image/png"},
    ),
    "empty body": ("unreadable/empty_page", "", {}),
    "white space": ("unreadable/empty_page", " \n\t ", {}),
    "10 MB": ("failed/too_large", TEXT + "<p>很</p>" * 1_100_000, {}),
    "gzip bomb": ("failed/too_large", gzip.compress(TEXT.encode() + b" " * 50_000_000), PACKED),
    "truncated gzip": ("failed/bad_encoding", gzip.compress(TEXT.encode() * 2)[:-20], PACKED),
    "endless redirect": ("failed/redirect_loop", "", {}),
    "future": ("unreadable/future_time", pages.article(time="2093-03-01 21:14:08"), {}),
    "no time": ("unreadable/no_time", pages.article(time="时间不详"), {}),
    "5 MB title": ("unreadable/too_long", TEXT.replace("<h3>", "<h3>" + "长" * 1_700_000), {}),
    "nul and controls": (
        STORED,
        pages.article("河\x00湾\x08镇", [f"{line}\x00\x0b" for line in pages.PARAGRAPHS]),
        {},
    ),
    "lone surrogates": (STORED, pages.article("河湾&#xD83D;镇\ud83d"), {}),
}


async def test_bad_articles(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    server = SiteServer()
    numbers = {str(number): case for number, case in enumerate(CASES, start=10)}
    for number, case in numbers.items():
        _expected, page, sent = CASES[case]
        server.page(article_url(int(number)), page, headers=sent)
        if case == "endless redirect":
            for url in (article_url(int(number)), article_url(int(number)) + "?again"):
                server.pages[url] = endless_redirect
    server.page(HOME, pages.home(*map(article_url, map(int, numbers))))
    done = await run("guancha", server, settings, tmp_path, sections="home")
    assert done.report["finish_reason"] == "finished", done.log
    assert "Traceback" not in done.log
    became = {
        numbers[mark["_id"].removeprefix("guancha:")]: f"{mark['state']}/{mark['reason']}"
        for mark in database["urls"].find()
    }
    assert became == {case: expected for case, (expected, _page, _sent) in CASES.items()}
    for article in database["articles"].find():
        assert article["body"] == WHOLE, "whole or not at all"
        assert article["title"] in {"河湾镇新码头通过验收", "河湾镇", "河湾�镇���"}
    by_state = [state.partition("/")[0] for state in became.values()]
    counted = {name: done.counted(name) for name in ("new", "unreadable", "failed", "requested")}
    assert counted == {
        "new": by_state.count("stored"),
        "unreadable": by_state.count("unreadable"),
        "failed": by_state.count("failed"),
        "requested": len(CASES),
    }
    assert database["evidence"].count_documents({}) >= by_state.count("unreadable") - 1


async def test_bad_lists(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    """JSONP is read; an entry without a link, HTML for JSON and a refusal are said."""
    server = SiteServer()
    doc = "news.sina.com.cn/c/2026-03-01/doc-iabcdefg{:07}.shtml"
    entries = [
        {"url": f"https://{doc.format(1)}", "title": "甲", "ctime": "1772424000"},
        {"title": "没有链接", "url": ""},
        {"url": "https://news.sina.com.cn/\ud800.shtml", "title": "\ud800"},
        {"url": f"https://{doc.format(2)}", "ctime": "9" * 30},
    ]
    answer = json.dumps({"result": {"status": {"code": 0}, "data": entries}})
    server.page(ROLL.format(1), f"try{{jsonp_1({answer});}}catch(e){{}};", content_type="text/js")
    server.page(ROLL.format(2), "<html><body>系统繁忙</body></html>")
    refused = json.dumps({"result": {"status": {"code": 11, "msg": "没有注册"}, "data": []}})
    server.page(ROLL.format(1).replace("2509", "2515"), refused)
    server.page(ROLL.format(1).replace("2509", "2516"), b"[" * 5000)
    done = await run("sina", server, settings, tmp_path, sections="all,tech,finance")
    assert done.report["finish_reason"] == "finished", done.log
    assert "Traceback" not in done.log
    assert done.counted("found") == 2
    assert done.counted("excluded/bad_url") == 1
    assert done.counted("list_problems/all") == 2
    assert "entry 2: no link ('没有链接')" in done.stats["newsdesk/list_problem/all"]
    assert {name: done.counted(f"list_failed/{name}") for name in ("all", "tech", "finance")} == {
        "all": 1,
        "tech": 1,
        "finance": 1,
    }
    assert "HTML instead of JSON" in done.stats["newsdesk/list_error/all"]
    assert "没有注册" in done.stats["newsdesk/list_error/tech"]
    assert "nested too deeply" in done.stats["newsdesk/list_error/finance"]
    lists = database["urls"].find({"reason": "list_unreadable"})
    assert len(list(lists)) == 3
    assert database["evidence"].count_documents({}) == 3
    assert database["articles"].count_documents({}) == 0


async def test_second_run_asks_only_for_what_failed(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    server = SiteServer()
    server.page(HOME, pages.home(*map(article_url, (1, 2, 3, 4))))
    server.page(article_url(1), pages.article())
    server.page(article_url(2), pages.article(time="时间不详"))
    server.page(article_url(3), status=503)
    server.page(article_url(4), pages.shell(f"https://{POST}"))  # the only way to the post
    server.page(POST, status=503)
    first = await run("guancha", server, settings, tmp_path, sections="home")
    assert (first.counted("new"), first.counted("failed")) == (1, 3)
    server.hits.clear()
    server.page(article_url(3), pages.article())
    server.page(POST, pages.post())
    second = await run("guancha", server, settings, tmp_path, sections="home")
    assert server.asked(".shtml") == [article_url(3), article_url(4)]
    assert (second.counted("known"), second.counted("new")) == (2, 2)
    server.hits.clear()
    third = await run("guancha", server, settings, tmp_path, sections="home")
    assert server.asked(".shtml") == []
    assert third.counted("known") == 4
    assert database["articles"].count_documents({}) == 3


async def test_an_article_belongs_to_the_address_that_it_was_stored_from(
    database: Database[dict[str, Any]], settings: Settings, tmp_path: Path
) -> None:
    """Its key at another address of the site neither replaces the text nor makes it gone."""
    server = SiteServer()
    server.page(HOME, pages.home(*map(article_url, (1, 2, 3))))
    for number in (1, 2, 3):
        server.page(article_url(number), pages.article())
    await run("guancha", server, settings, tmp_path, sections="home")
    other = "evil.guancha.cn/x/2026_03_01_{}.shtml"
    moved = "www.guancha.cn/politics/2026_03_01_3.shtml"
    server.page(HOME, pages.home(other.format(1), other.format(2), article_url(4)))
    server.page(other.format(1), pages.article(paragraphs=["别人的话。"]))
    server.page(other.format(2), status=404)
    server.page(article_url(4), status=302, headers={"Location": f"https://{other.format(1)}"})
    server.page(article_url(3), status=301, headers={"Location": f"https://{moved}"})
    server.page(moved, pages.article(paragraphs=["改过的一段话。"]))
    database["urls"].update_many({}, {"$set": {"next_check_at": datetime(2026, 3, 2, tzinfo=UTC)}})
    done = await run("guancha", server, settings, tmp_path, sections="home")
    reasons = {each["_id"]: each["reason"] for each in database["urls"].find()}
    assert reasons["guancha:4"] == "same_as", done.log
    stored = database["articles"].find()
    assert {each["key"]: (each["url"], each["body"], "gone_at" in each) for each in stored} == {
        "1": (f"https://{article_url(1)}", WHOLE, False),
        "2": (f"https://{article_url(2)}", WHOLE, False),
        "3": (f"https://{moved}", "改过的一段话。", False),
    }
    assert server.asked(other.format(2)) == []


async def test_without_a_memory_nothing_is_fetched_anew(tmp_path: Path) -> None:
    """Where MongoDB is away lists are given up: asking for all articles again is not polite."""
    server = SiteServer()
    server.page(HOME, pages.home(article_url(1)))
    env = {"MONGODB_URI": f"mongodb://127.0.0.1:{free_port()}/?serverSelectionTimeoutMS=200"}
    async with running(server):
        done = await crawl(
            "guancha",
            tmp_path,
            server=server,
            settings="tests.support.loopback_settings",
            env=env,
            sections="home",
        )
    assert done.report["finish_reason"] == "finished", done.log
    assert done.stats["newsdesk/list_error/home"].startswith("memory_unavailable: ")
    assert server.asked(".shtml") == []
