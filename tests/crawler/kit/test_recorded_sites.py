"""What the kit proposes for recorded sites, as if nobody had written their files."""

from __future__ import annotations

import json
from datetime import date, datetime
from pathlib import Path

import pytest
import web_poet

from crawler.downloads.recording import Recording
from crawler.exceptions import PageError
from crawler.kit.survey import domain_of, survey
from crawler.kit.writing import site_text
from crawler.pages.budget import read_within_budget
from crawler.site_places.loading import load_site
from crawler.sources.json_items import JsonItems
from crawler.toml_sites.file import read_site
from crawler.toml_sites.page import DeclaredPage
from crawler.urls import ArticleUrl
from newsdesk.answers.kit.looking import Looked, page_of_recording, with_recorded_data
from tests.support.command import RECORDINGS


@pytest.mark.parametrize(
    ("site", "articles", "titles", "times", "bodies"),
    [
        ("caixin", 7, 7, 7, 7),
        ("chinanews", 11, 11, 11, 6),  # texts of pictures stand in the others
        ("cna", 8, 8, 8, 8),
        ("gov", 7, 7, 7, 7),
        ("ifeng", 11, 9, 9, 9),  # two are of eras with one page each
        ("netease", 8, 8, 8, 8),
        ("people", 11, 10, 10, 8),
        ("qq", 8, 5, 5, 5),  # the others stand in JSON alone
        ("sohu", 8, 8, 8, 8),
        ("xinhua", 11, 8, 8, 8),
        ("huanqiu", 11, 10, 10, 10),  # carried in fields that nobody sees; one is a film
        ("thepaper", 11, 9, 9, 9),  # the times stand in JSON alone; two are of an era by itself
    ],
)
def test_a_proposal_reads_what_was_written(
    site: str, articles: int, titles: int, times: int, bodies: int, tmp_path: Path
) -> None:
    known = load_site(site)
    night = RECORDINGS / site
    recorded = Recording.read(night / "night-1").pages
    pages = [page_of_recording(page) for page in recorded if page.status == 200]
    found = survey(known.home, domain_of(known.home), pages)
    file = tmp_path / f"{site}.toml"
    file.write_text(site_text(found, title=site, day=date(2026, 11, 30)), encoding="utf-8")
    reader = type("Proposed", (DeclaredPage,), read_site(file, site).members(__name__))
    expected = json.loads((night / "expected.json").read_text(encoding="utf-8"))["night-1"]
    written = {article["url"]: article for article in expected["articles"].values()}
    right = [0, 0, 0, 0]
    for page in pages:
        named = known.identify(page.url)
        if not isinstance(named, ArticleUrl) or named.page > 1 or named.url not in written:
            continue
        if page.root is None:
            continue
        right[0] += 1
        response = web_poet.HttpResponse(page.url, body=page.body, headers=dict(page.headers))
        try:
            article = read_within_budget(reader(response=response))[0]
        except PageError:
            continue
        wanted = written[named.url]
        published = datetime.fromisoformat(wanted["published_at"])
        body = wanted["body"] if isinstance(wanted["body"], str) else "\n".join(wanted["body"])
        right[1] += article.title == wanted["title"]
        right[2] += article.published_at == published
        right[3] += article.body.split() == body.split()
    assert right[0] == articles
    assert right[1] >= titles
    assert right[2] >= times
    assert right[3] >= bodies


@pytest.mark.parametrize(("site", "lists"), [("thepaper", 3), ("huanqiu", 1)])
def test_lists_of_json_are_proposed_as_they_were_written(
    site: str, lists: int, tmp_path: Path
) -> None:
    """Address by an id, what is posted, and how a list goes on: all as the site's file has it."""
    known = load_site(site)
    recorded = Recording.read(RECORDINGS / site / "night-1").pages
    pages = [page_of_recording(page) for page in recorded if page.status == 200]
    found = survey(known.home, domain_of(known.home), pages)
    file = tmp_path / f"{site}.toml"
    file.write_text(site_text(found, title=site, day=date(2026, 11, 30)), encoding="utf-8")
    proposed = [s for s in read_site(file, site).site.sources if isinstance(s, JsonItems)]
    written = [s for s in known.sources if isinstance(s, JsonItems)]
    assert len(proposed) == lists
    for each in proposed:
        (same,) = [
            other
            for other in written
            if other.url == each.url and other.body.get("channelId") == each.body.get("channelId")
        ]
        assert each.headline == same.headline
        assert each.time == same.time
        assert each.page_size == same.page_size
        assert set(each.link) <= set(same.link)
        assert [*each.cursor.values()] == [*same.cursor.values()]
        assert [*each.cursor_start.values()] == [*same.cursor_start.values()]


def test_a_recording_gives_its_json_where_no_page_leads_to_it() -> None:
    """The home page alone was come upon: what is posted for a list stands in no page."""
    recorded = Recording.read(RECORDINGS / "thepaper" / "night-1").pages
    home = next(page for page in recorded if page.url == "https://www.thepaper.cn/")
    looked = Looked(pages=[page_of_recording(home)])
    whole = with_recorded_data(looked, RECORDINGS / "thepaper" / "night-1", ["thepaper.cn"])
    added = whole.pages[1:]
    assert {page.posted is not None for page in added if page.is_json} == {True, False}
    articles = [page.url for page in added if not page.is_json]
    assert len(articles) == len(set(articles)) > 9
    assert all("newsDetail_forward_" in url for url in articles)
    assert with_recorded_data(looked, RECORDINGS / "thepaper" / "night-1", ["a.test"]) == looked
