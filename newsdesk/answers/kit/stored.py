"""What the database knows of a site: articles as they were read, and pages that gave none."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from email.utils import format_datetime

from crawler.archive.exceptions import ArchiveError
from crawler.kit.page import Page
from crawler.kit.places.known import VAGUE, Known
from crawler.site import Site
from crawler.urls import ArticleUrl
from crawler.urls.generic import normalise
from newsdesk.answers.archive.pages import page_of
from newsdesk.exceptions import NotArchived
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import Filters, newest_articles, newest_evidence

MOST_ARTICLES = 24
MOST_EVIDENCE = 24
_DOUBTS = frozenset({"doubtful_body", "title_from_head", "title_from_meta", "time_from_url"})
"""Flags of readings that prove nothing."""


def stored_articles(
    settings: Settings, site: str, *, until: datetime | None = None
) -> dict[str, Known]:
    """The newest articles of a site that were read by its rules, by clean address."""
    found = newest_articles(
        settings, Filters(site=site, until=until), limit=MOST_ARTICLES, whole=True
    )
    return {
        normalise(each["url"]): known_of_document(each)
        for each in found
        if _DOUBTS.isdisjoint(each["extraction"].get("flags") or ())
    }


def by_page(site: Site, pages: Sequence[Page], stored: Mapping[str, Known]) -> dict[str, Known]:
    """What is stored of each page's article, by the page's own address."""
    found: dict[str, Known] = {}
    for page in pages:
        named = site.identify(page.url)
        known = stored.get(normalise(named.url)) if isinstance(named, ArticleUrl) else None
        if known is not None:
            found[normalise(page.url)] = known
    return found


def known_of_document(article: Document) -> Known:
    """What a stored article says."""
    vague = VAGUE.intersection(article["extraction"].get("flags") or ())
    return Known(
        title=article["title"],
        body=tuple(line for line in article["body"].split("\n") if line),
        published_at=None if vague else article["published_at"],
        texts={
            "source": (article.get("source") or {}).get("name") or "",
            "section": article.get("section") or "",
            "summary": article.get("summary") or "",
        },
        names={
            "authors": _names(article.get("authors")),
            "editors": _names(article.get("editors")),
            "keywords": tuple(article.get("keywords") or ()),
        },
        comment_count=article.get("comment_count"),
        stored=True,
    )


def _names(people: Sequence[Mapping[str, str]] | None) -> tuple[str, ...]:
    return tuple(each["name"] for each in people or ())


def evidence_pages(settings: Settings, site: str) -> list[Page]:
    """The newest pages of a site that gave no article though they came."""
    return [*_pages(settings, newest_evidence(settings, site, MOST_EVIDENCE))]


def _pages(settings: Settings, found: Sequence[Document]) -> Iterator[Page]:
    for each in found:
        body = _body(settings, each)
        if body:
            headers = {"Date": format_datetime(each["captured_at"], usegmt=True)}
            if each.get("content_type"):
                headers["Content-Type"] = each["content_type"]
            yield Page(url=each["url"], body=body, headers=headers)


def _body(settings: Settings, evidence: Document) -> bytes:
    """The page itself, or what the archive holds of it; nothing if neither can be read."""
    if evidence.get("body") is not None:
        return zlib.decompress(evidence["body"])
    try:
        return page_of(settings, evidence["url"], evidence["captured_at"]).body
    except (ArchiveError, NotArchived, OSError):
        return b""
