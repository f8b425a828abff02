"""An article belongs to its address: who bears its key elsewhere on the site changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from pymongo.database import Database

from crawler.sites.guancha.urls import identify as of_guancha
from crawler.sites.sina.urls import identify as of_sina
from crawler.urls import ArticleUrl
from pipelines.config import Settings
from schedules.jobs.runner import settings_environment
from tests.support import pages
from tests.support.crawling import Crawl, crawl
from tests.support.pages import article_url
from tests.support.patience import HOME
from tests.support.server import SiteServer, running

Documents = Database[dict[str, Any]]
TRUE, FALSE = "原来的报道全文在这里，一个字也没有改动过。", "别处的人写的另一段文字，不是这篇报道。"
FIRST = datetime(2026, 3, 2, 3, tzinfo=UTC)
ELSEWHERE = {
    "a host": "evil.guancha.cn/economy/2026_03_01_1.shtml",
    "a folder": "www.guancha.cn/x/2026_03_01_2.shtml",
    "a day": "www.guancha.cn/economy/2026_03_02_3.shtml",
    "a redirect": "www.guancha.cn/economy/2026_03_01_14.shtml",
    "a shell": "www.guancha.cn/economy/2026_03_01_15.shtml",
}
"""Where the keys of the articles 1 to 5 are shown, too: by the last two under another key."""


async def night(
    number: int, server: SiteServer, settings: Settings, folder: Path, sections: str = "home"
) -> Crawl:
    """Crawls in the night of that number, with the real pipelines."""
    env = {
        **settings_environment(settings),
        "NEWSDESK_KEEP_UNMATCHED": "true",
        "NEWSDESK_CLOCK": (FIRST + timedelta(days=number)).isoformat(),
    }
    done = await crawl(
        "guancha",
        folder,
        server=server,
        settings="tests.support.loopback_settings",
        env=env,
        sections=sections,
    )
    assert done.report["finish_reason"] == "finished", done.log
    return done


def away(server: SiteServer, number: int, name: str, answers: str) -> None:
    """Shows the key of an article somewhere else."""
    other = f"evil.guancha.cn/x/2026_03_01_{number}.shtml"
    target = other if name in {"a redirect", "a shell"} else ELSEWHERE[name]
    if answers == "another text":
        server.page(target, pages.article(title="另一篇", paragraphs=[FALSE]))
    else:
        server.page(target, status=404)
    if name == "a redirect":
        server.page(ELSEWHERE[name], status=302, headers={"Location": f"https://{other}"})
    if name == "a shell":
        script = f"<script>window.location.href='https://{other}'</script>"
        server.page(ELSEWHERE[name], f"<html><head>{script}</head><body></body></html>")


@pytest.mark.parametrize("answers", ["another text", "404"])
async def test_the_key_of_an_article_elsewhere_changes_nothing(
    settings: Settings, database: Documents, tmp_path: Path, answers: str
) -> None:
    true = {number: f"{TRUE}这是第{number}篇。" for number in range(1, len(ELSEWHERE) + 1)}
    server = SiteServer().page(HOME, pages.home(*map(article_url, true)))
    for number, text in true.items():
        server.page(article_url(number), pages.article(f"第{number}篇", paragraphs=[text]))
    async with running(server):
        await night(0, server, settings, tmp_path)
        server.page(HOME, pages.home(*ELSEWHERE.values()))
        for number, name in enumerate(ELSEWHERE, 1):
            away(server, number, name, answers)
        server.hits.clear()
        await night(1, server, settings, tmp_path)
        for number in true:
            assert server.asked(article_url(number)), "it was due, and asked for where it stands"
        for later in (2, 3, 4):
            await night(later, server, settings, tmp_path)
    for (number, text), name in zip(true.items(), ELSEWHERE, strict=True):
        article = database["articles"].find_one({"_id": f"guancha:{number}"})
        assert article is not None, name
        assert (article["body"], article["url"]) == (text, f"https://{article_url(number)}"), name
        assert (article.get("gone_at"), article["revision"]) == (None, 1), name
        url = database["urls"].find_one({"_id": f"guancha:{number}"})
        assert url is not None, name
        assert (url["state"], url["url"]) == ("stored", f"https://{article_url(number)}"), name
    assert database["revisions"].count_documents({}) == 0
    assert database["articles"].count_documents({}) == len(true)


async def test_a_key_that_was_first_seen_elsewhere_is_read_where_a_list_shows_it(
    settings: Settings, database: Documents, tmp_path: Path
) -> None:
    other = "evil.guancha.cn/x/2026_03_01_1.shtml"
    server = SiteServer().page(HOME, pages.home(other)).page(other, status=404)
    server.page(article_url(1), pages.article(paragraphs=[TRUE]))
    async with running(server):
        await night(0, server, settings, tmp_path)
        server.page(HOME, pages.home(article_url(1)))
        await night(1, server, settings, tmp_path)
    article = database["articles"].find_one({"_id": "guancha:1"})
    assert article is not None
    assert (article["body"], article["url"]) == (TRUE, f"https://{article_url(1)}")


async def test_an_article_moves_where_its_own_address_says(
    settings: Settings, database: Documents, tmp_path: Path
) -> None:
    server = SiteServer().page(HOME, pages.home(article_url(1)))
    server.page(article_url(1), pages.article(paragraphs=[TRUE]))
    new = "www.guancha.cn/politics/2026_03_01_1.shtml"
    async with running(server):
        await night(0, server, settings, tmp_path)
        server.page(article_url(1), status=301, headers={"Location": f"https://{new}"})
        server.page(new, pages.article(paragraphs=[TRUE, FALSE]))
        await night(1, server, settings, tmp_path)
    article = database["articles"].find_one({"_id": "guancha:1"})
    assert article is not None
    assert (article["url"], article["revision"]) == (f"https://{new}", 2)
    assert FALSE in article["body"]


@pytest.mark.parametrize("digits", ["１２３４５６", "١٢٣٤٥٦", "१२३४५६", "²³⁴⁵⁶⁷"])
def test_keys_are_made_of_plain_digits(digits: str) -> None:
    for identify, url in (
        (of_guancha, f"https://www.guancha.cn/economy/2026_03_01_{digits}.shtml"),
        (of_guancha, f"https://user.guancha.cn/main/content?id={digits}"),
        (of_guancha, f"https://www.guancha.cn/economy/{digits[:4]}_03_01_123456.shtml"),
        (of_sina, f"https://news.sina.com.cn/c/2026-03-01/doc-ihqfskcn{digits}.shtml"),
        (of_sina, f"https://news.sina.com.cn/c/2013-05-08/{digits}.shtml"),
        (of_sina, f"https://doc.sina.cn/?id=comos:hqfskcn{digits}"),
    ):
        found = identify(url)
        assert not isinstance(found, ArticleUrl), found
