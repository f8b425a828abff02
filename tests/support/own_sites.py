"""Sites of an operator's own, as they would write them: a folder of Python and a TOML file."""

from __future__ import annotations

import json
from pathlib import Path

from tests.support.toml_site import DATE, EXAMPLE, page

SPIDER = '''"""A site of ours."""

from crawler.site import Site
from crawler.sites.{key}.urls import DOMAINS, SITE, identify
from crawler.sources.link_page import LinkPage
from crawler.spiders.news import NewsSpider

HOME = "https://www.{key}.test/"
OURS = Site(
    key=SITE,
    title="自家网",
    home=HOME,
    domains=DOMAINS,
    identify=identify,
    sources=(LinkPage(name="home", title="首页", url=HOME),),
)


class OurSpider(NewsSpider):
    """Crawls a site of ours."""

    name = SITE
    site = OURS
'''
URLS = '''"""Which article a URL is."""

import re

from crawler.urls import ArticleUrl, NotAnArticleUrl
from crawler.urls.parts import remembered

SITE = "{key}"
DOMAINS = ("{key}.test",)
_ARTICLE = re.compile(r"https://www\\.{key}\\.test/(?P<section>[a-z]+)/(?P<key>[0-9]+)\\.html")


@remembered
def identify(url):
    """The article, or why there is none."""
    found = _ARTICLE.fullmatch(url)
    if found is None:
        return NotAnArticleUrl(url=url, reason="other_page")
    return ArticleUrl(site=SITE, key=found["key"], url=url, section=found["section"])
'''
ARTICLE = '''"""How an article is read."""

from functools import cached_property

from web_poet import handle_urls

from crawler.pages.base import ArticlePage, field
from crawler.pages.blocks import read_blocks
from crawler.pages.html import find, has_class, text_of
from crawler.sites.{key}.urls import SITE, identify
from pipelines.items import Times


@handle_urls("{key}.test", instead_of=ArticlePage)
class OurPage(ArticlePage):
    """An article."""

    SITE = SITE
    METHOD = SITE

    @cached_property
    def identity(self):
        return identify(self.page_url)

    @cached_property
    def blocks(self):
        return read_blocks(find(self.root, "//div[@id='content']"), base_url=self.base_url)

    @cached_property
    def printed(self):
        return text_of(find(self.root, f"//div[{{has_class('info')}}]"))

    @cached_property
    def published_time(self):
        return self.read_time(self.printed)

    @field
    def title(self):
        return text_of(find(self.root, "//h1"))

    @field
    def times(self):
        return Times(visible=self.printed, zone=self.ZONE)
'''
SCHEDULES = '[schedules.night]\ncron = "0 3 * * *"\n'


def write_python(folder: Path, key: str) -> Path:
    """Writes the folder of a site; returns it."""
    place = folder / key
    place.mkdir()
    texts = {"spider.py": SPIDER, "urls.py": URLS, "article.py": ARTICLE}
    for name, text in texts.items():
        named = text.replace("{key}", key).replace("{{", "{").replace("}}", "}")
        (place / name).write_text(named, encoding="utf-8")
    (place / "schedules.toml").write_text(SCHEDULES, encoding="utf-8")
    return place


def write_toml(folder: Path, key: str, text: str = EXAMPLE) -> Path:
    """Writes the file of a site, on a domain of its own; returns it."""
    place = folder / f"{key}.toml"
    place.write_text(text.replace("example.com", f"{key}.test"), encoding="utf-8")
    return place


def write_fixture(folder: Path, key: str, page_object: str, url: str, **expected: object) -> Path:
    """Writes a fixture of a page; returns where its expectation stands."""
    case = folder / key / "fixtures" / f"crawler.sites.{key}.{page_object}" / "case"
    (case / "inputs").mkdir(parents=True)
    info = {"_encoding": None, "headers": [["Date", DATE]], "status": 200, "type": "HttpResponse"}
    (case / "inputs" / "HttpResponse-body.html").write_text(page(), encoding="utf-8")
    (case / "inputs" / "HttpResponse-info.json").write_text(json.dumps({**info, "url": url}))
    output = case / "output.json"
    output.write_text(json.dumps(expected), encoding="utf-8")
    return output
