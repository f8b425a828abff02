"""How a site is treated, read at a server that counts, and what is kept of it in MongoDB."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.config import Settings
from pipelines.counting import counters
from pipelines.timing.beijing import SECONDS, beijing_time
from tests.support import pages
from tests.support.command import Desk
from tests.support.crawling import crawl
from tests.support.evidence import evidence_page
from tests.support.pages import article_url
from tests.support.patience import HOME, at_date, first, in_seconds, run_job, site_of
from tests.support.server import Hit, SiteServer, running

Documents = Database[dict[str, Any]]
BLUR = 0.5
"""Seconds by which a busy machine may note the first request late."""
NOON = datetime.fromisoformat("2026-03-02T12:00+08:00")


def pause(hits: Sequence[Hit]) -> float:
    """The mean time between two requests, at the least."""
    return (hits[-1].at - hits[0].at + BLUR) / (len(hits) - 1)


async def test_never_more_at_once_than_allowed_and_never_faster_than_the_delay(
    tmp_path: Path,
) -> None:
    server = site_of(*range(1, 9))
    server.hold["www.guancha.cn"] = 0.1
    sites = {"guancha": {"delay_seconds": 0.3, "concurrency": 1}}
    async with running(server):
        env = {"NEWSDESK_SITES": json.dumps(sites)}
        done = await crawl("guancha", tmp_path, server=server, env=env, sections="home")
    assert len(done.articles()) == 8
    assert max(hit.at_once for hit in server.hits) == 1
    assert pause(server.hits) >= 0.3


async def test_the_pause_that_robots_txt_wants_is_kept(tmp_path: Path) -> None:
    server = site_of(1, 2, 3)
    server.page("www.guancha.cn/robots.txt", "User-agent: *\nCrawl-delay: 0.7")
    async with running(server):
        done = await crawl("guancha", tmp_path, server=server, sections="home")
        assert len(done.articles()) == 3
        assert pause(server.hits[1:]) >= 0.7, "from the first request after robots.txt"
        assert done.stats["newsdesk/crawl_delay"] == 0.7


async def test_retry_after_is_kept_to_the_second_by_the_whole_site(tmp_path: Path) -> None:
    server = site_of(1, 2, 3, 4, 5, 6)
    told = {2: (429, in_seconds(1), 1), 4: (429, at_date(3), 3), 5: (503, in_seconds(2), 2)}
    for number, (status, headers, _seconds) in told.items():
        url = article_url(number)
        server.pages[url] = first(status, headers, server.pages[url])
    async with running(server):
        env = {"NEWSDESK_CONCURRENCY": "1"}
        done = await crawl("guancha", tmp_path, server=server, env=env, sections="home")
    assert len(done.articles()) == 6, "nothing is missing for it"
    for number, (_status, _headers, seconds) in told.items():
        at = next(hit.answered for hit in server.hits if hit.url == article_url(number))
        later = min(hit.at for hit in server.hits if hit.at > at)
        print(f"article {number}: told {seconds} s, nothing was asked for {later - at:.3f} s")
        assert later - at >= seconds
    assert done.counted("throttled") == 3
    assert done.counted("waited_seconds") == 6


async def test_a_site_that_always_says_too_fast_is_asked_less_and_less(tmp_path: Path) -> None:
    server = site_of(1)
    url = article_url(1)
    server.page(url, status=429)
    async with running(server):
        done = await crawl("guancha", tmp_path, server=server, sections="home")
    assert done.reasons() == {"1": "failed/http_429"}
    asked = [hit for hit in server.hits if hit.url == url]
    waits = [later.at - before.answered for before, later in pairwise(asked)]
    assert len(waits) == 5
    for number, wait in enumerate(waits):
        assert wait >= 0.01 * 10 * 2**number


async def test_a_longer_pause_ends_the_job_and_is_kept_by_the_next_one(
    settings: Settings, database: Documents
) -> None:
    server = site_of(1, 2, 3)
    server.pages[article_url(2)] = first(429, in_seconds(7200), server.pages[article_url(2)])
    async with running(server):
        result = await run_job(settings, server)
        assert result.state == "partial"
        assert "asked for a longer pause than a crawl waits" in result.reason
        assert f"{article_url(2)} answered 429 and asks for 7200 s" in result.reason
        kept = database["hosts"].find_one({"_id": "guancha"})
        assert kept is not None
        assert kept["come_back_reason"] == "come_back_later"
        left = kept["come_back_at"] - result.finished_at
        assert timedelta(seconds=7100) < left <= timedelta(seconds=7200)
        assert beijing_time(kept["come_back_at"], SECONDS) in result.reason
        server.hits.clear()
        result = await run_job(settings, server)
        assert (result.state, server.asked()) == ("partial", [])
        assert "asks for 7200 s" in result.reason
        desk = Desk(settings)
        said = desk.call("hosts", "--json")
        assert said.json[0]["come_back_why"] == kept["come_back_why"]
        assert "1 of them may be asked again" in desk.call("hosts", "--forget", "guancha").err
        await run_job(settings, server)
    assert database["articles"].count_documents({}) == 3


def visitor(server: SiteServer, *urls: str) -> None:
    for url in urls:
        server.page(url, "<html><head><title>Sina Visitor System</title></head></html>")


def captcha(server: SiteServer, *urls: str) -> None:
    for url in urls:
        server.page(url, "<html><head><title>安全验证</title></head><form></form></html>")


def login(server: SiteServer, *urls: str) -> None:
    for url in urls:
        headers = {"Location": "https://passport.guancha.cn/login?r=1"}
        server.page(url, status=302, headers=headers)


def forbidden(server: SiteServer, *urls: str) -> None:
    for url in urls:
        server.page(url, "<html><body>403 Forbidden</body></html>", status=403)


@pytest.mark.parametrize(
    ("wall", "where", "kind", "evidence"),
    [
        (visitor, "list", "visitor", b"Sina Visitor System"),
        (login, "list", "visitor", b"Location: https://passport.guancha.cn/login?r=1"),
        (captcha, "articles", "captcha", "安全验证".encode()),
        (forbidden, "articles", "forbidden", b"403 Forbidden"),
    ],
)
async def test_a_wall_ends_the_job_as_blocked_with_the_page_kept(
    settings: Settings, database: Documents, wall: Any, where: str, kind: str, evidence: bytes
) -> None:
    server = site_of(*range(1, 13))
    wall(server, *([HOME] if where == "list" else map(article_url, range(1, 13))))
    async with running(server):
        result = await run_job(settings, server)
        assert result.state == "blocked", result.reason
        assert result.reason.startswith("The site turned us away: ")
        assert "The page is in `evidence`." in result.reason
        assert counters.WALLS.by(kind).of(result.stats) >= 1
        assert len(server.asked("economy")) < 12, "it was left before it was through"
        pages = [evidence_page(settings, page) for page in database["evidence"].find()]
        assert any(evidence in page for page in pages)
        job = database["jobs"].find_one({"_id": result.job})
        assert job is not None
        assert (job["state"], job["reason"]) == ("blocked", result.reason)
        if wall is visitor:
            server.hits.clear()
            again = await run_job(settings, server)
            assert (again.state, server.asked()) == ("blocked", [])


async def test_one_wall_among_articles_blocks_nothing(
    settings: Settings, database: Documents
) -> None:
    server = site_of(*range(1, 9))
    for number in (2, 4, 5, 7):
        visitor(server, article_url(number))
    async with running(server):
        result = await run_job(settings, server, NEWSDESK_CONCURRENCY="1")
    assert result.state == "partial"
    assert database["articles"].count_documents({}) == 4
    assert database["urls"].count_documents({"reason": "wall"}) == 4


async def test_a_breaker_opens_is_kept_and_closes(settings: Settings, database: Documents) -> None:
    server = site_of(*range(1, 10))
    good = dict(server.pages)
    for number in range(1, 10):
        server.page(article_url(number), status=500)
    night = datetime.fromisoformat("2026-03-02T03:00+08:00")
    async with running(server):
        result = await run_job(settings, server, NEWSDESK_CLOCK=night.isoformat())
        assert result.state == "failed", result.reason
        assert counters.BREAKER_OPENED.by("www.guancha.cn").of(result.stats) == 1
        assert counters.FAILED.by("breaker_open").of(result.stats) >= 5
        assert 5 <= len(server.asked("economy")) <= 9, "and not nine articles three times"
        kept = database["hosts"].find_one({"_id": "guancha/www.guancha.cn"})
        assert kept is not None
        assert (kept["openings"], kept["reason"]) == (1, "http_500")

        server.hits.clear()
        soon = (night + timedelta(minutes=2)).isoformat()
        result = await run_job(settings, server, NEWSDESK_CLOCK=soon)
        assert server.asked() == [], "open: not even the list"
        assert "home (breaker_open)" in result.reason

        server.pages.update(good)
        later = (night + timedelta(days=1)).isoformat()
        await run_job(settings, server, NEWSDESK_CLOCK=later)
    kept = database["hosts"].find_one({"_id": "guancha/www.guancha.cn"})
    assert kept is not None
    assert (kept["openings"], kept["open_until"], kept["reason"]) == (0, None, None)
    assert database["articles"].count_documents({}) == 9


async def test_no_more_requests_in_a_night_than_allowed(
    settings: Settings, database: Documents
) -> None:
    server = site_of(*range(1, 9))
    one = {"NEWSDESK_REQUESTS_PER_NIGHT": "5", "NEWSDESK_CONCURRENCY": "1"}
    before = (NOON - timedelta(hours=1)).isoformat()
    async with running(server):
        result = await run_job(settings, server, NEWSDESK_CLOCK=before, **one)
        assert result.state == "partial"
        assert "requests for this site are used up: 5 from noon to noon." in result.reason
        assert "from 2026-03-02 12:00:00 Beijing time on" in result.reason
        assert len(server.hits) == 5
        result = await run_job(settings, server, NEWSDESK_CLOCK=before, **one)
        assert (result.state, len(server.hits)) == ("partial", 5)
        kept = database["hosts"].find_one({"_id": "guancha"})
        assert kept is not None
        assert (kept["night"], kept["requests"]) == ("2026-03-01", 5)
        result = await run_job(settings, server, NEWSDESK_CLOCK=NOON.isoformat(), **one)
        assert len(server.hits) == 10
    assert result.state == "partial"


async def test_no_more_requests_in_a_run_than_allowed(
    settings: Settings, database: Documents
) -> None:
    server = site_of(*range(1, 9))
    one = {"NEWSDESK_REQUESTS_PER_RUN": "5", "NEWSDESK_CONCURRENCY": "1"}
    async with running(server):
        result = await run_job(settings, server, **one)
        assert (result.state, len(server.hits)) == ("partial", 5)
        assert "requests for this site are used up: 5 in one run." in result.reason
        await run_job(settings, server, **one)
        await run_job(settings, server, **one)
    assert database["articles"].count_documents({}) == 8, "the next runs go on"


MONTH = {"Retry-After": "2592000"}


async def test_a_word_about_one_page_is_no_word_about_the_site(
    settings: Settings, database: Documents
) -> None:
    server = site_of(1, 2, 3)
    for number, status in ((1, 404), (2, 403)):
        server.page(article_url(number), status=status, headers=MONTH)
    async with running(server):
        result = await run_job(settings, server)
    assert counters.THROTTLED.of(result.stats) == 0
    assert database["articles"].count_documents({}) == 1
    kept = database["hosts"].find_one({"_id": "guancha"})
    assert kept is not None
    assert kept["come_back_at"] is None


async def test_a_host_speaks_for_itself_and_for_a_day_at_most(
    settings: Settings, database: Documents
) -> None:
    server = site_of(1, 2)
    other = "user.guancha.cn/main/content?id=7&page=0"
    server.page(HOME, pages.home(article_url(1), other, article_url(2)))
    server.page(other, status=429, headers=MONTH)
    night = datetime.fromisoformat("2026-03-02T03:00+08:00")
    async with running(server):
        result = await run_job(settings, server, NEWSDESK_CLOCK=night.isoformat())
        assert database["articles"].count_documents({}) == 2
        assert result.state == "partial"
        assert "A host is left alone, its pages are missing: " in result.reason
        assert "asks for 86400 s" in result.reason
        assert [problem.kind for problem in result.problems][-1] == "paused"
        database["hosts"].update_one(
            {"host": "user.guancha.cn"}, {"$set": {"open_until": night + timedelta(days=300)}}
        )
        server.hits.clear()
        await run_job(settings, server, NEWSDESK_CLOCK=(night + timedelta(days=2)).isoformat())
        assert server.asked("user.guancha.cn/main")


async def test_a_list_that_asks_for_a_month_is_asked_after_a_day(
    settings: Settings, database: Documents
) -> None:
    server = site_of(1)
    good = server.pages[HOME]
    server.page(HOME, status=302, headers={**MONTH, "Location": "https://www.guancha.cn/away"})
    night = datetime.fromisoformat("2026-03-02T03:00+08:00")
    async with running(server):
        result = await run_job(settings, server, NEWSDESK_CLOCK=night.isoformat())
        assert "asks for 86400 s" in result.reason
        server.pages[HOME] = good
        later = (night + timedelta(days=1, minutes=1)).isoformat()
        await run_job(settings, server, NEWSDESK_CLOCK=later)
    assert database["articles"].count_documents({}) == 1


async def test_nothing_is_asked_in_quiet_hours(settings: Settings, database: Documents) -> None:
    server = site_of(1)
    quiet = {"NEWSDESK_SITES": '{"guancha": {"quiet_hours": "11:00-13:00"}}'}
    async with running(server):
        result = await run_job(settings, server, NEWSDESK_CLOCK=NOON.isoformat(), **quiet)
        assert (result.state, server.asked()) == ("partial", [])
        assert "quiet hours: 11:00-13:00 in Asia/Shanghai." in result.reason
        assert "from 2026-03-02 13:00:00 Beijing time on" in result.reason
