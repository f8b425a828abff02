"""Other ways to a site's articles that a page shows: feeds, sitemaps, next pages."""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from attrs import define

from crawler.kit.page import Page
from crawler.pages.html import attribute, find_all, text_of
from crawler.urls.parts import NO_LINK

USUAL_FEEDS = ("/rss.xml", "/feed", "/rss")
USUAL_SITEMAPS = ("/sitemap.xml", "/sitemap_index.xml")
_FEED_TYPES = re.compile(r"application/(?:rss|atom|feed)\+(?:xml|json)")
_FEED_LINK = re.compile(r"(?:^|[/._-])(?:rss|atom|feeds?)(?:$|[/._-])", re.IGNORECASE)
_SITEMAP = re.compile(r"^\s{0,9}sitemap\s{0,9}:\s{0,9}(\S{1,500})", re.IGNORECASE | re.MULTILINE)
_JSON_ADDRESS = re.compile(
    r"""["']((?:https?:/)?/[^"'()\s<>{}]{2,150}\.jsonp?(?:\?[^"'()\s<>{}]{1,100})?)["']"""
)
_LIST_WORDS = re.compile("list|roll|news|latest|feed|ds_|data", re.IGNORECASE)
_NO_LIST = re.compile("manifest|config|package|locale|i18n|lang|weather", re.IGNORECASE)
_LONGEST_PAGE = 2_000_000
_NEXT = re.compile(r"下一?[页頁]|后一[页頁]|»|›|&gt;|>|next", re.IGNORECASE)
_MOST_LINKS = 3_000
_LONGEST_NAME = 30


def feeds_of(page: Page) -> list[str]:
    """Feeds that a page names in its head, then those that it links to."""
    found = [
        node.get("href") or ""
        for node in find_all(page.root, "//link[@href]")
        if _FEED_TYPES.fullmatch((node.get("type") or "").lower())
    ]
    for node in islice(find_all(page.root, "//a[@href]"), _MOST_LINKS):
        href = node.get("href") or ""
        if (
            _FEED_LINK.search(urlsplit(href).path if "[" not in href else "")
            and href[-5:] != ".html"
        ):
            found.append(href)
    addresses = (page.address(href) for href in found if not NO_LINK.match(href))
    return list(dict.fromkeys(address for address in addresses if address))


def json_of(page: Page) -> list[str]:
    """Addresses of JSON that stand in a page's scripts and attributes, lists first."""
    found = dict.fromkeys(_JSON_ADDRESS.findall(page.text[:_LONGEST_PAGE]))
    likely = sorted(found, key=lambda address: not _LIST_WORDS.search(address))
    addresses = (page.address(address) for address in likely)
    return [address for address in addresses if address and not _NO_LIST.search(address)]


def sitemaps_of(robots: str) -> list[str]:
    """The sitemaps that a robots.txt names."""
    return list(dict.fromkeys(_SITEMAP.findall(robots[:500_000])))


def is_feed(body: bytes) -> bool:
    """Whether an answer is a feed with entries."""
    head = body[:2000].lstrip()
    is_xml = head.startswith((b"<?xml", b"<rss", b"<feed", b"\xef\xbb\xbf<?xml"))
    return (is_xml and (b"<item" in body or b"<entry" in body)) or b"jsonfeed.org" in head


def is_sitemap(body: bytes) -> bool:
    """Whether an answer is a sitemap, or an index of some."""
    head = body[:2000]
    return b"<urlset" in head or b"<sitemapindex" in head


@define(frozen=True, kw_only=True)
class Paged:
    """How a list goes on. url: with {page} in it; first: the first page's own address, if another.
    number_from: what stands for {page} on the first page."""

    url: str
    first: str | None
    number_from: int = 1


def next_page(page: Page) -> str | None:
    """The link to the page after a list's first."""
    for node in islice(find_all(page.root, "//a[@href]"), _MOST_LINKS):
        words = text_of(node) or attribute(node, "title")
        href = node.get("href") or ""
        if _NEXT.fullmatch(words) and not NO_LINK.match(href.strip()):
            return page.address(href)
    return next(
        (
            page.address(node.get("href") or "")
            for node in islice(find_all(page.root, "//a[@href]"), _MOST_LINKS)
            if text_of(node) == "2" and not NO_LINK.match((node.get("href") or "").strip())
        ),
        None,
    )


def paging_of(first: str, second: str) -> Paged | None:
    """From the addresses of a list's first and second page to that of any; None if none is seen."""
    if first.partition("://")[2] == second.partition("://")[2]:
        return None
    for match in reversed(list(re.finditer(r"\d+", second.partition("://")[2]))):
        number = int(match.group()) if len(match.group()) < _LONGEST_NAME else 0
        if number not in {1, 2}:
            continue
        at = match.start() + len(second) - len(second.partition("://")[2])
        url = f"{second[:at]}{{page}}{second[at + len(match.group()) :]}"
        shown = url.replace("{page}", str(number - 1))
        is_same = shown == first
        return Paged(url=url, first=None if is_same else first, number_from=number - 1)
    return None
