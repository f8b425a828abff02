"""What is to be written about a URL: stored, unchanged, rejected, or why it gave no article."""

from __future__ import annotations

from datetime import datetime

from attrs import define

from pipelines.items import Article, FetchedArticle, ListedArticle, Validators
from pipelines.storage.entries import PageEntry, RejectEntry
from pipelines.timing.revisits import DEFAULT, Plan, parse_plans

REVISITS = parse_plans(DEFAULT)[""]
_MOVED = "moved"


@define(frozen=True, kw_only=True)
class UrlUpdate:
    """What became of a URL. next_check_at: None for never; retries of failures set it themselves.

    retry: whether a failed URL is to be fetched again. same: the page is as it was when it was last
    read, so its validators stay. visited: when it was first and last fetched, if that was not just
    now.
    """

    id: str
    site: str
    url: str
    state: str
    reason: str | None = None
    detail: str | None = None
    status: int | None = None
    job: str | None = None
    next_check_at: datetime | None = None
    validators: Validators | None = None
    retry: bool = True
    same: bool = False
    visited: tuple[datetime, datetime] | None = None


def next_visit(
    published_at: datetime | None, now: datetime, revisits: Plan = REVISITS
) -> datetime | None:
    """Returns when to look again at an article that was just read; None if it is old enough."""
    start = min(published_at or now, now)
    return next((start + age for age in revisits if start + age > now), None)


def stored_url(article: Article, now: datetime, revisits: Plan = REVISITS) -> UrlUpdate:
    """Returns the update for an article that is in MongoDB; its list shows one that it holds."""
    listed = isinstance(article, ListedArticle)
    return UrlUpdate(
        id=article.id,
        site=article.site,
        url=article.url,
        state="stored",
        job=article.job,
        next_check_at=None if listed else next_visit(article.published_at, now, revisits),
        validators=article.validators if isinstance(article, FetchedArticle) else None,
    )


def unchanged_url(
    page: PageEntry,
    published_at: datetime | None,
    now: datetime,
    revisits: Plan = REVISITS,
) -> UrlUpdate:
    """Returns the update for an article of whose page the site says that it has not changed."""
    report = page.report
    return UrlUpdate(
        id=report.id,
        site=report.site,
        url=report.url,
        state="stored",
        status=report.status,
        job=page.job,
        next_check_at=next_visit(published_at, now, revisits),
        same=True,
    )


def rejected_url(reject: RejectEntry) -> UrlUpdate:
    """Returns the update for an article that was rejected."""
    return UrlUpdate(
        id=reject.id,
        site=reject.site,
        url=reject.url,
        state="rejected",
        reason=reject.reason,
        detail=reject.detail,
        job=reject.job,
    )


def failed_url(page: PageEntry) -> UrlUpdate:
    """Returns the update for a page without an article. A page without a key is a list's."""
    report = page.report
    return UrlUpdate(
        id=report.id,
        site=report.site,
        url=report.url,
        state=_MOVED if report.reason == _MOVED else report.state,
        reason=report.reason,
        detail=report.detail,
        status=report.status,
        job=page.job,
        retry=report.key is not None and not report.final,
    )
