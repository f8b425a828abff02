"""The links of a site by their shape: which lead to articles, and which to lists of them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from itertools import islice

from attrs import define, field

from crawler.kit.links.patterns import Pattern, pattern_of
from crawler.kit.links.shapes import shape_of
from crawler.kit.page import Page
from crawler.pages.html import attribute, find_all, text_of
from crawler.urls.generic import normalise
from crawler.urls.parts import NO_LINK, is_in_domain, web_address

_OTHER_KINDS = re.compile(
    r"(?:^|[/._-])(?:videos?|v|shipin|photos?|pic(?:ture)?s?|tu(?:pian)?|tp|gallery|slide|album|live"
    r"|zhibo|audio|special|zt|zhuanti|topics?|subject|tags?|search|users?|author|login|about|help"
    r"|contact|ads?|app|download|comments?|print|register|passport|account)(?=$|[/._-])",
    re.IGNORECASE,
)
"""Pages of a site that are no news in words."""
_LIST = re.compile(r"/(?:(?:index|list|more|default|roll|channel)[\w-]{0,20}(?:\.\w{2,5})?)?$")
_NEWEST = re.compile("滚动|滾動|最新|要闻|要聞|快讯|快訊|即时|即時|更多|列表|新闻|新聞")
_ID = re.compile(r"[DHC]")
_MOST_LINKS = 3_000
_FEWEST = 3
_LONGEST_NAME = 8
"""Characters: a link to a list bears the name of a section, one to an article its title."""
_FULL_TITLE = 10


@define(frozen=True, kw_only=True)
class Anchor:
    """A link on a page: where it leads, and its words."""

    url: str
    text: str


@define(kw_only=True)
class Cluster:
    """Addresses of one shape, each with the longest words that lead to it."""

    shape: str
    texts: dict[str, str] = field(factory=dict)

    @property
    def score(self) -> float:
        """How much these look like a site's articles: many, numbered, with titles as words."""
        title = sum(map(len, self.texts.values())) / len(self.texts) / _FULL_TITLE
        numbered = 1.0 if _ID.search(self.shape) else 0.1
        others = sum(map(is_other_kind, self.texts)) / len(self.texts)
        return min(len(self.texts), 60) * numbered * min(1.0, title) * (1.0 - 0.85 * others)

    def pattern(self) -> Pattern:
        return pattern_of(list(self.texts))


def anchors_of(page: Page) -> list[Anchor]:
    """The links of a page."""
    found = []
    for node in islice(find_all(page.root, "//a[@href]"), _MOST_LINKS):
        href = node.get("href") or ""
        address = None if NO_LINK.match(href.strip()) else page.address(href)
        if address:
            found.append(Anchor(url=address, text=attribute(node, "title") or text_of(node)))
    return found


def is_other_kind(url: str) -> bool:
    """Whether an address names pictures, videos, specials, or no news at all."""
    address = web_address(url)
    first = address.host.partition(".")[0] if address else ""
    return address is None or bool(_OTHER_KINDS.search(f"/{first}{address.path}"))


def other_kinds(url: str) -> list[str]:
    """The directories of an address that say so."""
    address = web_address(url)
    parts = address.path.split("/")[1:-1] if address else []
    return [part for part in parts if _OTHER_KINDS.fullmatch(part)]


def is_on(url: str, domain: str) -> bool:
    """Whether an address is on a site."""
    address = web_address(url)
    return address is not None and is_in_domain(address.host.partition(":")[0], domain)


def clusters(anchors: Iterable[Anchor], domain: str) -> list[Cluster]:
    """The addresses of a site by shape, the likeliest articles first."""
    found: dict[str, Cluster] = {}
    for anchor in anchors:
        address = web_address(anchor.url) if is_on(anchor.url, domain) else None
        if address is None or address.path == "/":
            continue
        shape = shape_of(address.path)
        cluster = found.setdefault(shape, Cluster(shape=shape))
        clean = normalise(anchor.url).partition("?")[0]
        if len(anchor.text) >= len(cluster.texts.get(clean, "")):
            cluster.texts[clean] = anchor.text
    usual = [each for each in found.values() if len(each.texts) >= _FEWEST]
    return sorted(usual, key=lambda each: each.score, reverse=True)


def list_links(anchors: Iterable[Anchor], domain: str, articles: Sequence[Pattern]) -> list[str]:
    """Links that may lead to lists of articles, the likeliest first."""
    found: dict[str, float] = {}
    for number, anchor in enumerate(anchors):
        address = web_address(anchor.url) if is_on(anchor.url, domain) else None
        if address is None or is_other_kind(anchor.url):
            continue
        if any(pattern.matches(anchor.url) for pattern in articles):
            continue
        value = 1.0 if _LIST.search(address.path) else 0.0
        value += 0.5 if 1 < len(anchor.text) <= _LONGEST_NAME else -1.0
        value += 1.0 if _NEWEST.search(anchor.text) else 0.0
        clean = normalise(anchor.url)
        found[clean] = max(found.get(clean, -9.0), value - number / _MOST_LINKS)
    return [url for url in sorted(found, key=lambda u: -found[u]) if found[url] > 0]
