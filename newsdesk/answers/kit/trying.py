"""Reads pages by a proposed file, before it is written: does it give what is known?"""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import web_poet
from attrs import define

from crawler.exceptions import PageError
from crawler.kit.page import Page, squeeze
from crawler.kit.places.known import Known, known_of
from crawler.kit.survey import known_by
from crawler.pages.budget import read_within_budget
from crawler.toml_sites.file import TomlSite, read_site
from crawler.toml_sites.page import DeclaredPage
from crawler.urls import ArticleUrl
from crawler.urls.generic import normalise
from pipelines.items import Article

_NEEDED = ("title", "published_at", "body")
COMPARED = ("title", "published_at", "body", "source", "authors", "editors", "keywords")


@define(frozen=True, kw_only=True)
class Tried:
    """What the rules gave. right: pages by field on which they give what is known; of: pages of
    which it is known; refused: the reasons of others, by address."""

    pages: int
    read: int
    right: Mapping[str, int]
    of: Mapping[str, int]
    refused: Mapping[str, str]


def try_rules(
    text: str, path: Path, key: str, pages: Sequence[Page], stored: Mapping[str, Known]
) -> Tried:
    """Reads every page that is an article by the rules in `text`.

    Raises:
        BrokenSite: the text is no file of a site.
    """
    with tempfile.TemporaryDirectory(prefix="newsdesk-rules-") as scratch:
        file = Path(scratch) / path.name
        file.write_text(text, encoding="utf-8")
        rules = read_site(file, key)
    reader = _reader(rules)
    right: Counter[str] = Counter()
    of: Counter[str] = Counter()
    refused: dict[str, str] = {}
    total = 0
    for page in pages:
        if page.root is None or not isinstance(rules.site.identify(page.url), ArticleUrl):
            continue
        total += 1
        response = web_poet.HttpResponse(page.url, body=page.body, headers=dict(page.headers))
        try:
            article = read_within_budget(reader(response=response))[0]
        except PageError as error:
            refused[page.url] = str(error)
            continue
        known = stored.get(normalise(page.url)) or _without_rules(page)
        if known is not None:
            _compare(article, known, right, of)
    return Tried(pages=total, read=total - len(refused), right=right, of=of, refused=refused)


def pages_unlike(
    path: Path, key: str, pages: Sequence[Page], known: Mapping[str, Known]
) -> list[Page]:
    """The pages of articles that a site's rules do not read, or not as they are known."""
    rules = read_site(path, key)
    reader = _reader(rules)
    found = []
    for page in pages:
        if page.root is None or not isinstance(rules.site.identify(page.url), ArticleUrl):
            continue
        right: Counter[str] = Counter()
        of: Counter[str] = Counter()
        response = web_poet.HttpResponse(page.url, body=page.body, headers=dict(page.headers))
        try:
            article = read_within_budget(reader(response=response))[0]
        except PageError:
            found.append(page)
            continue
        if page_known := known.get(normalise(page.url)):
            _compare(article, page_known, right, of)
        if any(right[name] < of[name] for name in _NEEDED):
            found.append(page)
    return found


def _reader(rules: TomlSite) -> type[DeclaredPage]:
    """The page object of a file, which no registry knows: the site in use may be another."""
    return type("ProposedPage", (DeclaredPage,), rules.members(__name__))


def _without_rules(page: Page) -> Known | None:
    try:
        return known_by(page, {})
    except PageError:
        return None


def _compare(article: Article, known: Known, right: Counter[str], of: Counter[str]) -> None:
    read = known_of(article)
    for name in COMPARED:
        one, other = _value(read, name), _value(known, name)
        if other:
            of[name] += 1
            right[name] += one == other


def _value(known: Known, name: str) -> object:
    if name == "body":
        return squeeze("".join(known.body))
    if name == "published_at":
        return known.published_at and known.published_at.replace(second=0, microsecond=0)
    if name == "title":
        return squeeze(known.title)
    return known.texts.get(name) or known.names.get(name)
