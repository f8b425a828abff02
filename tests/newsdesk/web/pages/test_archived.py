"""Archived pages: shown as they came, and nothing in them acts."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from pymongo.database import Database

from newsdesk.web.security.guard import INERT
from tests.support.archives import exchange, write
from tests.support.console import Looker, Served
from tests.support.samples import sample
from tests.support.shelf import put

ENGLISH = {"Accept-Language": "en"}
PAGE = """<!doctype html><html><head><title>题目</title>
<meta http-equiv="refresh" content="0; url=/topics"><style>h1 { color: rgb(1, 2, 3) }</style>
<script>document.title = "acted"; fetch("/")</script></head>
<body onload="document.title = 'acted'"><h1>当时的题目</h1><img src="/static/icon.svg">
<iframe src="/"></iframe><form action="/logout" method="post"><button>出去</button></form>
</body></html>"""


@pytest.fixture
def archived(console: Served, database: Database[dict[str, Any]]) -> str:
    """Id of an article whose archived page would do what it can."""
    sent = exchange(1, body=gzip.compress(PAGE.encode()))
    written = write(console.settings.archive_path, [sent])
    article = sample(1, url=sent.url, archive=written.places[0])
    put(database, [article])
    return article.id


async def test_a_page_is_shown_and_nothing_in_it_acts(
    look: Looker, console: Served, archived: str
) -> None:
    await look.at(f"/archive/{archived}", "archived", widths=(1440, 390))
    async with look.page(language="en") as (page, _blocked):
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        await page.goto(f"{console.url}/articles/{archived}")
        await page.get_by_role("link", name="Archived page").first.click()
        assert "document.title" in await page.locator("pre").inner_text()
        asked.clear()
        address = f"{console.url}/archived/{archived}"
        answer = await page.goto(address)
        assert answer is not None
        assert answer.headers["content-security-policy"] == INERT
        heading = page.locator("h1")
        assert await heading.inner_text() == "当时的题目"
        assert "1, 2, 3" in await heading.evaluate("each => getComputedStyle(each).color")
        await page.get_by_role("button", name="出去").click()
        await page.wait_for_timeout(300)
        assert page.url == address
        assert await page.title() == "题目"
        assert await page.evaluate("origin") == "null"
        sent = [each for each in asked if each != address and "favicon" not in each]
        async with console.client() as client:
            assert (await client.get("/")).status == 200
        assert not [each for each in sent if "/topics" in each or "/logout" in each], sent


async def test_its_source_is_text_for_whoever_may_read(console: Served, archived: str) -> None:
    async with console.client(**ENGLISH) as client:
        source = await client.get(f"/archived/source/{archived}")
        assert source.headers["Content-Type"] == "text/plain; charset=utf-8"
        assert source.text == PAGE
        for path in ("/archive/", "/archived/", "/archived/source/"):
            assert (await client.get(f"{path}guancha:nothing")).status == 404


async def test_a_page_that_is_gone_says_so(
    console: Served, database: Database[dict[str, Any]]
) -> None:
    put(database, [sample(2)])
    async with console.client(**ENGLISH) as client:
        answer = await client.get(f"/archive/{sample(2).id}")
        assert answer.status == 200
        assert "is not in the archive" in answer.text
        assert (await client.get(f"/archived/{sample(2).id}")).status == 404
