"""What became of a URL, as it is written down: stored, unchanged, rejected, or no article."""

from __future__ import annotations

from datetime import datetime

from attrs import define

from pipelines.items import Article, FetchedArticle, Validators
from pipelines.revisits import DEFAULT, Plan, parse_plans
from pipelines.storage.entries import PageEntry, RejectEntry

REVISITS = parse_plans(DEFAULT)[""]
_MOVED = "moved"


@define(frozen=True, kw_only=True)
class UrlUpdate:
    """What became of a URL. `next_check_at` None: never; not given for what has failed.

    retry: whether what has failed is to be asked for again. same: the page is as it was when it
    was last read, so its validators stay.
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


def next_visit(
    published_at: datetime | None, now: datetime, revisits: Plan = REVISITS
) -> datetime | None:
    """When to look again at an article that has just been read; None when it is old enough."""
    start = min(published_at or now, now)
    return next((start + age for age in revisits if start + age > now), None)


def stored_url(article: Article, now: datetime, revisits: Plan = REVISITS) -> UrlUpdate:
    """The URL of an article that is in MongoDB."""
    return UrlUpdate(
        id=article.id,
        site=article.site,
        url=article.url,
        state="stored",
        job=article.job,
        next_check_at=next_visit(article.published_at, now, revisits),
        validators=article.validators if isinstance(article, FetchedArticle) else None,
    )


def unchanged_url(
    page: PageEntry,
    published_at: datetime | None,
    now: datetime,
    revisits: Plan = REVISITS,
) -> UrlUpdate:
    """The URL of an article whose page the site says is as it was."""
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
    """The URL of an article that was turned away."""
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
    """The URL of a page that gave no article. One without a key is no article's: a list."""
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
        retry=report.key is not None,
    )
