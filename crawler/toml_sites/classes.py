"""The page object and the spider of a TOML site. A crawl needs them; a declaration does not."""

from __future__ import annotations

import web_poet

from crawler.pages.base import ArticlePage
from crawler.spiders.news import NewsSpider
from crawler.toml_sites.file import TomlSite
from crawler.toml_sites.page import DeclaredPage


def page_of(declared: TomlSite, module: str) -> type[DeclaredPage]:
    """Returns the page object, known to the rules by the site's domains. module: it stands in."""
    site = declared.site
    page = type(f"{_camel(site.key)}Page", (DeclaredPage,), declared.members(module))
    web_poet.handle_urls([*site.domains], instead_of=ArticlePage)(page)
    return page


def spider_of(declared: TomlSite, module: str) -> type[NewsSpider]:
    """Returns the spider. module: it stands in."""
    site = declared.site
    members = {
        "__module__": module,
        "__doc__": f"Crawls {site.title}.",
        "name": site.key,
        "site": site,
    }
    return type(f"{_camel(site.key)}Spider", (NewsSpider,), members)


def _camel(key: str) -> str:
    return key.title().replace("_", "")
