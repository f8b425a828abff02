"""The proposal for a site: how its articles are found, told and read, and why."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

from attrs import define

from crawler.exceptions import PageError
from crawler.kit.links.addresses import (
    Anchor,
    anchors_of,
    clusters,
    is_on,
    is_other_kind,
    other_kinds,
)
from crawler.kit.links.data import DataList, data_lists, entry_anchors, going_on
from crawler.kit.links.lists import ListForm, propose_list
from crawler.kit.links.patterns import Pattern
from crawler.kit.links.ways import (
    Paged,
    is_feed,
    is_sitemap,
    next_page,
    paging_of,
)
from crawler.kit.page import Page
from crawler.kit.places.bodies import BodyProposal, propose_body
from crawler.kit.places.carried import carried
from crawler.kit.places.fields import Proposal, Sample, propose_fields
from crawler.kit.places.known import Known, known_of
from crawler.pages.html import find, text_of
from crawler.urls.generic import normalise

Test = Callable[[str], bool]
_MOST_LISTS = 5
_MOST_LINK_PAGES = 2
_FEWEST_LINKS = 3
_FEWEST_READ = 0.5
"""Share of the pages of one shape that must give articles."""
_TITLE_PARTS = re.compile(r"\s{0,3}[-_|｜–—,，]{1,3}\s{0,3}")
_OK = 200


@define(frozen=True, kw_only=True)
class ListProposal:
    """A list, and how it goes on."""

    form: ListForm
    title: str
    paged: Paged | None


@define(frozen=True, kw_only=True)
class Survey:
    """What was learnt of a site. read: pages of which the article is known; refused: of the
    others, the reason by address. others: patterns of addresses that look like articles' and are of
    pictures, videos and the like. link_pages: where no list was found, the pages that show articles
    all the same, each with how many."""

    start: str
    domain: str
    title: str
    patterns: tuple[Pattern, ...]
    others: tuple[str, ...]
    lists: tuple[ListProposal, ...]
    link_pages: Mapping[str, int]
    data: tuple[DataList, ...]
    feeds: tuple[str, ...]
    sitemaps: tuple[str, ...]
    fields: Mapping[str, Proposal]
    body: BodyProposal | None
    read: int
    stored: int
    refused: Mapping[str, str]


def survey(
    start: str,
    domain: str,
    pages: Sequence[Page],
    stored: Mapping[str, Known] | None = None,
    is_known: Callable[[str], bool] | None = None,
) -> Survey:
    """What some pages of a site say.

    stored: what the database knows, by clean address. is_known: how a known site tells articles,
    instead of the shape of its addresses.
    """
    whole = [page for page in pages if page.status == _OK]
    shown = [page for page in whole if page.root is not None]
    anchors = [anchor for page in shown for anchor in anchors_of(page)]
    seen = [*dict.fromkeys([*(page.url for page in shown), *(each.url for each in anchors)])]
    anchors += [anchor for page in whole for anchor in entry_anchors(page, seen)]
    candidates = [] if is_known else [each.pattern() for each in clusters(anchors, domain)[:3]]
    tests = [is_known] if is_known else [each.matches for each in candidates]
    samples, refused, kept = _articles(shown, tests, stored or {})
    patterns = [each for each in candidates if each.matches in kept]

    def is_article(url: str) -> bool:
        return is_on(url, domain) and any(test(url) for test in kept)

    lists = [page for page in shown if not is_article(page.url)]
    found = _lists(lists, is_article, start)
    return Survey(
        start=start,
        domain=domain,
        title=_title_of(next((page for page in shown if page.url == start), None), domain),
        patterns=tuple(patterns),
        others=_others(anchors, patterns),
        lists=tuple(found),
        link_pages={} if found else _link_pages(lists, is_article),
        data=tuple(_data(whole, lists, is_article, [url for url in seen if is_article(url)])),
        feeds=tuple(dict.fromkeys(page.url for page in whole if is_feed(page.body))),
        sitemaps=tuple(dict.fromkeys(page.url for page in whole if is_sitemap(page.body))),
        fields=propose_fields(samples),
        body=propose_body(samples),
        read=len(samples),
        stored=sum(known.stored for _, known in samples),
        refused=refused,
    )


def _articles(
    pages: Sequence[Page], tests: Sequence[Test], stored: Mapping[str, Known]
) -> tuple[list[Sample], dict[str, str], list[Test]]:
    """The pages of which the article is known, why others give none, and the tests that hold."""
    samples: list[Sample] = []
    refused: dict[str, str] = {}
    kept: list[Test] = []
    for test in tests:
        good: list[Sample] = []
        bad: dict[str, str] = {}
        for page in (each for each in pages if test(each.url)):
            try:
                good.append((page, known_by(page, stored)))
            except PageError as error:
                if not is_other_kind(page.url):
                    bad[page.url] = str(error)
        if len(good) > _FEWEST_READ * (len(good) + len(bad)):
            kept.append(test)
            samples += good
            refused |= bad
    return samples, refused, kept


def _others(anchors: Iterable[Anchor], patterns: Sequence[Pattern]) -> tuple[str, ...]:
    """Directories of pictures and videos whose addresses have the form of articles'."""
    words: set[str] = set()
    for anchor in anchors:
        if any(pattern.matches(anchor.url) for pattern in patterns) and is_other_kind(anchor.url):
            words.update(other_kinds(anchor.url))
    return tuple(f"/{re.escape(word)}/" for word in sorted(words))


def known_by(page: Page, stored: Mapping[str, Known]) -> Known:
    """What the database knows of a page's article, or what the reading without rules gives, or
    what the page carries for its scripts.

    Raises:
        PageError: it gives none.
    """
    found = stored.get(normalise(page.url))
    if found is not None:
        return found
    try:
        return known_of(page.read_without_rules())
    except PageError:
        found = carried(page)
        if found is None:
            raise
        return found


def _lists(
    pages: Sequence[Page], is_article: Callable[[str], bool], start: str
) -> list[ListProposal]:
    """The lists, the best first; each address once, a list's later pages not again."""
    later: set[str] = set()
    found: list[ListProposal] = []
    for page in pages:
        form = propose_list(page, is_article)
        second = next_page(page) if form else None
        paged = paging_of(page.url, second) if second else None
        if paged is not None and second is not None:
            later.add(second)
        if form is not None:
            found.append(ListProposal(form=form, title=_title_of(page, page.url), paged=paged))
    forms = [each.paged.url for each in found if each.paged]
    first = [each for each in found if not _is_later(each.form.url, later, forms)]
    first.sort(key=lambda each: (each.form.url == start, -each.form.score))
    return first[:_MOST_LISTS]


def _data(
    whole: Sequence[Page], lists: Sequence[Page], is_article: Test, known: Sequence[str]
) -> Iterator[DataList]:
    """The longest lists in answers of JSON, one each, and the longest in a page's scripts."""
    answers = [page for page in whole if page.is_json]
    first = [found[0] for page in answers if (found := data_lists(page, is_article, known))]
    yield from sorted(going_on(first, answers), key=lambda each: -each.entries)[:_MOST_LISTS]
    found = [each for page in lists for each in data_lists(page, is_article, known)]
    yield from sorted(found, key=lambda each: -each.entries)[:1]


def _is_later(url: str, later: Collection[str], paged: Sequence[str]) -> bool:
    """Whether a list is a later page of another one."""
    forms = (re.escape(form).replace(re.escape("{page}"), r"[0-9]{1,6}") for form in paged)
    number = re.search(r"[0-9]{1,6}(?=[^0-9]*\Z)", url)
    is_first = number is None or int(number.group()) <= 1
    return url in later or (not is_first and any(re.fullmatch(form, url) for form in forms))


def _link_pages(pages: Sequence[Page], is_article: Callable[[str], bool]) -> dict[str, int]:
    """The pages with the most articles, of those on which no list has an element for each."""
    counts = {}
    for page in pages:
        links = {anchor.url for anchor in anchors_of(page) if is_article(anchor.url)}
        counts[page.url] = len([url for url in links if not is_other_kind(url)])
    best = sorted(counts, key=lambda url: -counts[url])[:_MOST_LINK_PAGES]
    return {url: counts[url] for url in best if counts[url] >= _FEWEST_LINKS}


def _title_of(page: Page | None, otherwise: str) -> str:
    """What a page calls itself: the first part of its window's title."""
    words = text_of(find(page.root, "/html/head/title")) if page is not None else ""
    parts = [part for part in _TITLE_PARTS.split(words) if part]
    return parts[0][:40] if parts else otherwise


def domain_of(url: str) -> str:
    """The domain of a site: "example.com.cn" for news.example.com.cn."""
    host = (urlsplit(url).hostname or "").lower()
    labels = host.split(".")
    double = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVEL
    return ".".join(labels[-3 if double else -2 :])


_SECOND_LEVEL = frozenset({"com", "net", "org", "gov", "edu", "co", "ac", "or", "go", "idv", "mil"})
