from __future__ import annotations

import tomllib
from datetime import date
from pathlib import Path

import pytest

from crawler.kit.survey import Survey, survey
from crawler.kit.writing import free_name, literal, quoted, site_text, with_layout
from crawler.toml_sites.file import read_site
from crawler.urls import ArticleUrl, NotAnArticleUrl
from tests.support.portal import HOME, stories
from tests.support.seen import looked_at, portal_pages

DAY = date(2026, 3, 3)


@pytest.fixture(scope="module")
def seen() -> Survey:
    """What is learnt of the portal's first night."""
    return survey(HOME, "jiangwan.example", [*looked_at(HOME, portal_pages(1)).pages.values()])


def test_the_file_is_a_site(seen: Survey, tmp_path: Path) -> None:
    path = tmp_path / "jiangwan.toml"
    path.write_text(site_text(seen, title="江湾网", day=DAY), encoding="utf-8")
    read = read_site(path, "jiangwan")
    for story in stories(1):
        found = read.site.identify(story.url.replace("https://", "http://"))
        assert isinstance(found, ArticleUrl)
        assert (found.key, found.url, found.section) == (
            str(story.number),
            story.url,
            story.section,
        )
    gallery = read.site.identify(f"{HOME}photo/20260302/c10900001.html")
    assert isinstance(gallery, NotAnArticleUrl)
    assert gallery.reason == "not_news"
    assert next(iter(read.site.sources)).name == "roll"


def test_another_look_leaves_the_rest_as_it_is(seen: Survey) -> None:
    text = site_text(seen, title="江湾网", day=DAY) + "# a remark of mine\n"
    more = with_layout(text, seen, date(2026, 3, 4))
    assert "# a remark of mine" in more
    old, new = tomllib.loads(text), tomllib.loads(more)
    first, second = new.pop("article")
    assert first == old.pop("article")
    assert second["since"] == date(2026, 3, 4)
    assert new == old
    third = tomllib.loads(with_layout(more, seen, date(2026, 3, 9)))["article"]
    assert [each.get("since") for each in third] == [None, date(2026, 3, 4), date(2026, 3, 9)]


def test_a_file_that_names_its_fields_alone_gets_another_look_too(seen: Survey) -> None:
    text = "title = 'x'\n\n[article.fields]\ntitle = 'h1'\n"
    first, second = tomllib.loads(with_layout(text, seen, DAY))["article"]
    assert (first["fields"]["title"], second["since"]) == ("h1", DAY)


@pytest.mark.parametrize(
    "text", ['a"b', "a'b", "a\"b'c", "a\\b", "一\n二", "\x7f\x00", "[class*='x']"]
)
def test_texts_come_back_from_toml(text: str) -> None:
    assert tomllib.loads(f"x = {quoted(text)}")["x"] == text
    assert tomllib.loads(f"x = {literal([text])}")["x"] == [text]


def test_lists_get_names_of_their_own() -> None:
    taken: set[str] = set()
    urls = [f"{HOME}roll/", f"{HOME}roll/index.html", HOME, f"{HOME}rss/news.xml"]
    assert [free_name(url, taken) for url in urls] == ["roll", "roll_2", "www", "news"]
