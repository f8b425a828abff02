"""A site has one name everywhere: key, spider, modules, page objects, fixtures, contracts."""

from __future__ import annotations

import importlib
from pathlib import Path
from urllib.parse import urlsplit

import pytest
import web_poet

from crawler.files.saved_page import page_class
from crawler.site_places.places import places
from crawler.sites import site_names
from crawler.sources.base import by_name
from crawler.spiders.news import NewsSpider
from crawler.urls import ArticleUrl, NotAnArticleUrl
from crawler.urls.parts import is_in_domain
from newsdesk.answers.crawls.fixtures import try_site
from newsdesk.answers.sites import load_site

ROOT = Path(__file__).resolve().parents[1]
SITES, PLACES = site_names(), places()


def test_there_are_sites() -> None:
    assert {"guancha", "sina"} <= set(SITES)


@pytest.mark.parametrize("name", [name for name in SITES if PLACES[name].form == "Python"])
def test_the_name_is_the_same_everywhere(name: str) -> None:
    site = load_site(name)
    spiders = [
        value
        for value in vars(importlib.import_module(f"crawler.sites.{name}.spider")).values()
        if isinstance(value, type) and issubclass(value, NewsSpider) and value is not NewsSpider
    ]
    rules = importlib.import_module(f"crawler.sites.{name}.urls")
    assert site.key == name == rules.SITE
    assert [spider.name for spider in spiders] == [name]
    assert spiders[0].__name__ == f"{name.title().replace('_', '')}Spider"
    assert spiders[0].site is site
    assert site.identify is rules.identify
    assert site.domains == rules.DOMAINS
    assert (ROOT / "tests" / "crawler" / "sites" / name / "test_urls.py").exists()


def test_toml_sites_give_addresses_to_try() -> None:
    for name in SITES:
        if PLACES[name].form == "TOML":
            assert len(vars(importlib.import_module(f"crawler.sites.{name}"))["EXAMPLES"]) > 5


@pytest.mark.parametrize("name", SITES)
def test_its_page_objects_have_fixtures(name: str) -> None:
    folders = {path.name for path in (ROOT / "fixtures").glob(f"crawler.sites.{name}.*")}
    objects = {
        f"{rule.use.__module__}.{rule.use.__qualname__}"
        for rule in _rules()
        if f"{rule.use.__module__}.".startswith(f"crawler.sites.{name}.")
    }
    assert objects
    assert folders == objects


@pytest.mark.parametrize("name", SITES)
def test_its_fixtures_give_what_they_must(name: str) -> None:
    assert try_site(name).differences == []


def _rules() -> list[web_poet.ApplyRule]:
    page_class("https://example.org/")
    return [
        rule
        for rule in web_poet.default_registry.get_rules()
        if rule.use.__module__.startswith("crawler.")
    ]


@pytest.mark.parametrize("name", SITES)
def test_its_declaration_is_sound(name: str) -> None:
    site = load_site(name)
    assert len(by_name(site.sources)) == len(site.sources)
    routes = {type(source) for source in site.sources if source.default}
    assert len(routes) >= 2, "two independent routes to the articles of a site"
    for source in site.sources:
        assert source.name
        assert source.title
        assert source.name == source.name.lower()
        host = urlsplit(source.first_request().url).hostname or ""
        assert any(is_in_domain(host, domain) for domain in site.domains)


@pytest.mark.parametrize("name", SITES)
def test_its_home_is_no_article(name: str) -> None:
    site = load_site(name)
    assert isinstance(site.identify(site.home), NotAnArticleUrl)
    for other in SITES:
        found = site.identify(load_site(other).home)
        assert not isinstance(found, ArticleUrl)
