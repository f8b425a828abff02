"""`newsdesk extract`: one saved page in, one article out, nothing stored."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from pipelines.config import Settings
from tests.support.command import RECORDINGS, Desk

NIGHT = RECORDINGS / "night-1"
MANIFEST = json.loads((NIGHT / "manifest.json").read_text())
PAGES = {page["url"]: NIGHT / page["file"] for page in MANIFEST["pages"] if page.get("file")}
EXPECTED = json.loads((RECORDINGS / "expected.json").read_text())["night-1"]["articles"]
COMPARED = ("title", "authors", "source", "editors", "keywords", "times", "images", "related")


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    """No MongoDB anywhere near."""
    return Desk(Settings(data_dir=tmp_path, db_port=2000))


def recorded(site: str) -> tuple[str, dict[str, Any]]:
    """A recorded article of one page, and what is to be read from it."""
    for id_, article in EXPECTED.items():
        if id_.startswith(f"{site}:") and article["url"] in PAGES and article["keywords"]:
            return id_, article
    raise LookupError(site)


@pytest.mark.parametrize("site", ["guancha", "sina"])
def test_an_article(desk: Desk, site: str, tmp_path: Path) -> None:
    id_, expected = recorded(site)
    said = desk.call("extract", PAGES[expected["url"]], "--url", expected["url"])
    article = said.json
    assert said.code == 0
    assert article["_id"] == id_
    assert article["source"].pop("origin") is None
    assert {name: article[name] for name in COMPARED} == {name: expected[name] for name in COMPARED}
    assert article["body"].splitlines() == expected["body"]
    assert article["topics"]
    assert not list(tmp_path.iterdir())


def test_a_page_without_an_article(desk: Desk) -> None:
    home = "https://www.guancha.cn/"
    url = "https://www.guancha.cn/politics/2026_03_01_999999.shtml"
    said = desk.call("extract", PAGES[home], "--url", url)
    assert (said.code, said.out) == (1, "")
    assert "gives no article" in said.err


def test_what_stands_no_more_where_it_did_is_named_with_what_to_do(
    desk: Desk, tmp_path: Path
) -> None:
    """By the selector that people wrote, and the look that was tried; no path of ours."""
    page = tmp_path / "page.html"
    page.write_text(
        '<html><body><div class="rm_txt"><h1>湖边步道延长</h1><div class="rm_txt_con">'
        "<p>湖边的步道本周向北延长了两公里，沿途新添三处观鸟台。</p></div></div></body></html>",
        encoding="utf-8",
    )
    url = "http://finance.people.com.cn/n1/2024/0510/c1004-40232587.html"
    said = desk.call("extract", page, "--url", url)
    words = " ".join(said.err.split())
    assert (said.code, said.out) == (1, "")
    assert "nothing at .rm_txt .col-1-1, meta publishdate (the look since 2020-06-01)" in words
    assert "newsdesk site new --from-stored" in words
    assert "descendant" not in words


def test_a_web_page_needs_its_url(desk: Desk) -> None:
    said = desk.call("extract", PAGES["https://www.guancha.cn/"])
    assert (said.code, said.out) == (1, "")


def test_what_matches_no_topic_is_said(desk: Desk, tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    page.write_text(
        "<html><head><title>社区花园开放</title></head><body><article><h1>社区花园开放</h1>"
        "<p>2026-03-01 08:00</p>"
        + "<p>居民们在春天里种下了第一批花草，并约定每周一起浇水。</p>" * 8
        + "</article></body></html>"
    )
    said = desk.call("extract", page, "--url", "https://example.org/2026/03/01/garden.html")
    assert said.code == 0
    assert said.json["site"] == "web"
    assert "matches no topic" in said.err
