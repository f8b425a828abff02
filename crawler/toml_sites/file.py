"""Reads the file of a TOML site: its declaration, and the rules of its page object."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from attrs import define, field

from crawler.pages.suffixes import is_shared
from crawler.site import Budget, Expectations, Site, UseOfProxy
from crawler.sources.rendered_article import RenderedArticle
from crawler.toml_sites.addresses import Addresses, read_addresses
from crawler.toml_sites.layouts import Layout, read_layouts
from crawler.toml_sites.lists import read_lists
from crawler.toml_sites.mistakes import Mistake, broken
from crawler.toml_sites.patterns import pattern_of
from crawler.toml_sites.places import check_selector
from crawler.toml_sites.values import made
from crawler.urls import Identity
from crawler.urls.parts import remembered
from pipelines.written.toml_file import NoToml, TomlDocument, parse_toml, read_text


@define(frozen=True, kw_only=True)
class Declared:
    """The whole of a TOML site: its keys at the top, and its tables.

    names: what the site calls itself; never an author, and cut off behind titles. lists, articles,
    other_pages, article: tables of their own. schedules: read by the service alone. examples:
    addresses, each with the key of its article or the reason why it is none, for tests.
    """

    title: str
    home: str
    domains: tuple[str, ...]
    lists: Any
    articles: Any
    article: Any
    other_pages: Any = field(factory=dict)
    zone: str = "Asia/Shanghai"
    names: tuple[str, ...] = ()
    proxy: UseOfProxy = "as_set"
    budget: Budget = field(factory=Budget)
    expectations: Expectations = field(factory=Expectations)
    rendered_articles: RenderedArticle | None = None
    schedules: Any = None
    examples: Mapping[str, str] = field(factory=dict)


@define(frozen=True, kw_only=True)
class TomlSite:
    """What stands in the file."""

    site: Site
    rules: Addresses
    layouts: tuple[Layout, ...]
    names: tuple[str, ...]
    examples: Mapping[str, str]

    def members(self, module: str) -> dict[str, object]:
        """Returns what the site's page object has of its own."""
        return {
            "__module__": module,
            "__doc__": f"An article of {self.site.title}.",
            "SITE": self.site.key,
            "METHOD": self.site.key,
            "ZONE": self.site.zone,
            "SITE_NAMES": frozenset(self.names),
            "RULES": self.rules,
            "LAYOUTS": self.layouts,
        }


def read_site(path: Path, key: str) -> TomlSite:
    """Reads a site's file.

    Raises:
        BrokenSite: names file, line and key, and what is known or expected there.
    """
    document: TomlDocument | None = None
    try:
        document = parse_toml(read_text(path))
        return _read(key, document.values)
    except (NoToml, Mistake) as error:
        raise broken(path, error, document) from None


def _read(key: str, values: Mapping[str, object]) -> TomlSite:
    said = made(Declared, values, "")
    if not said.domains:
        raise Mistake("domains", "a site has at least one")
    for domain in filter(is_shared, said.domains):
        raise Mistake("domains", f"{domain!r} is no one's own: name what stands before .{domain}")
    _check_zone(said.zone)
    if said.rendered_articles is not None:
        check_selector(said.rendered_articles.ready, "rendered_articles.ready")
        pattern_of(said.rendered_articles.where or ".", "rendered_articles.where")
    rules = read_addresses(key, said.domains, said.articles, said.other_pages)
    identify: Callable[[str], Identity] = remembered(rules.identify)
    site = Site(
        key=key,
        title=said.title,
        home=said.home,
        domains=said.domains,
        sources=read_lists(said.lists, said.zone),
        identify=identify,
        zone=said.zone,
        budget=said.budget,
        proxy=said.proxy,
        expectations=said.expectations,
        rendered_articles=said.rendered_articles,
    )
    return TomlSite(
        site=site,
        rules=rules,
        layouts=read_layouts(said.article),
        names=said.names or (said.title,),
        examples=said.examples,
    )


def _check_zone(zone: str) -> None:
    try:
        ZoneInfo(zone)
    except (ValueError, OSError, KeyError) as error:
        raise Mistake("zone", f"there is no zone {zone!r}: write one as Asia/Shanghai") from error


def module_of(path: Path, key: str) -> dict[str, object]:
    """Returns what a site's module holds: the names that a site in Python has, too.

    Raises:
        BrokenSite: see `read_site`.
    """
    read = read_site(path, key)
    return {
        "__doc__": f"{read.site.title}.",
        "SITE": key,
        "DOMAINS": read.site.domains,
        "identify": read.site.identify,
        key.upper(): read.site,
        "EXAMPLES": read.examples,
        "declared": read,
    }
