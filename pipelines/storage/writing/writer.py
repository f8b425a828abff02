"""Writes one batch of everything, the URLs last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from attrs import define, field
from pymongo.asynchronous.database import AsyncDatabase

from pipelines.config import Settings
from pipelines.items import Article, Sightings
from pipelines.storage.documents import Document
from pipelines.storage.entries import Entry, PageEntry, RejectEntry, pack_reject
from pipelines.storage.exceptions import DocumentRefused
from pipelines.storage.memory.url_updates import (
    UrlUpdate,
    failed_url,
    rejected_url,
    stored_url,
    unchanged_url,
)
from pipelines.storage.memory.urls import UrlRepository
from pipelines.storage.news.articles import ArticleRepository, WriteOutcome
from pipelines.storage.news.evidence import EvidenceRepository
from pipelines.storage.news.rejects import RejectRepository
from pipelines.storage.news.sightings import SightingRepository, counts_of


@define
class _Sorted:
    """The entries of a batch by kind, in order."""

    articles: list[Article] = field(factory=list)
    pages: list[PageEntry] = field(factory=list)
    rejects: list[RejectEntry] = field(factory=list)
    readings: list[Sightings] = field(factory=list)


class BatchWriter:
    """Keeps the order of writes: whatever a URL stands for is in MongoDB before the URL says so.

    articles (revisions, articles, stories: see there) → rejects → evidence → gone → sightings →
    urls. Writing the same batch again with the same `now` changes nothing more.
    """

    def __init__(self, database: AsyncDatabase[Document], settings: Settings) -> None:
        self._articles = ArticleRepository(database)
        self._rejects = RejectRepository(database, settings.rejects_days)
        self._evidence = EvidenceRepository(
            database, settings.evidence_days, settings.evidence_megabytes
        )
        self._urls = UrlRepository(database)
        self._sightings = SightingRepository(database)
        self._settings = settings

    async def write(self, entries: Sequence[Entry], now: datetime) -> WriteOutcome:
        """Writes a batch that was taken at `now`.

        Raises:
            PyMongoError, DatabaseUnavailable: part may be written; repeat it with the same `now`.
        """
        batch = _sorted(entries)
        outcome = await self._articles.write(batch.articles, now)
        refused = [article for article in batch.articles if article.id in outcome.refused]
        for article in refused:
            batch.rejects += _set_aside(article, outcome.refused[article.id])
        await self._rejects.write(batch.rejects, now)
        await self._evidence.write(batch.pages, now)
        gone = [page.report.id for page in batch.pages if page.report.state == "gone"]
        if gone:
            await self._articles.mark_gone(gone, now)
        await self._sightings.write([*batch.readings, *counts_of(batch.articles, now)])
        unchanged = [page.report.id for page in batch.pages if page.report.state == "unchanged"]
        published = await self._articles.touch(unchanged, now)
        updates = self._url_updates(batch, outcome, published, now)
        outcome.given_up = await self._urls.update(updates, now)
        return outcome

    def _url_updates(
        self,
        batch: _Sorted,
        outcome: WriteOutcome,
        published: Mapping[str, datetime | None],
        now: datetime,
    ) -> list[UrlUpdate]:
        updates = []
        for page in batch.pages:
            if page.report.state == "unchanged":
                revisits = self._settings.revisits_of(page.report.site)
                updates.append(unchanged_url(page, published.get(page.report.id), now, revisits))
            else:
                updates.append(failed_url(page))
        updates += [rejected_url(reject) for reject in batch.rejects]
        for article in batch.articles:
            refusal = outcome.refused.get(article.id)
            revisits = self._settings.revisits_of(article.site)
            updates.append(
                _refused_url(article, refusal) if refusal else stored_url(article, now, revisits)
            )
        return updates

    async def refuse(self, entry: Entry, refusal: DocumentRefused, now: datetime) -> WriteOutcome:
        """Keeps an entry out of `articles` and `evidence` for good, and says so with its URL."""
        if isinstance(entry, Sightings):
            return WriteOutcome(items={entry.id: "refused"}, refused={entry.id: refusal})
        update = _refused_url(entry, refusal)
        if isinstance(entry, Article):
            await self._rejects.write(_set_aside(entry, refusal), now)
        await self._urls.update([update], now)
        return WriteOutcome(items={update.id: "refused"}, refused={update.id: refusal})


def _set_aside(article: Article, refusal: DocumentRefused) -> list[RejectEntry]:
    """Returns the article as a reject; nothing if it is too large even for that."""
    try:
        return [pack_reject(article, refusal.reason, refusal.detail)]
    except DocumentRefused:
        return []


def _sorted(entries: Sequence[Entry]) -> _Sorted:
    batch = _Sorted()
    for entry in entries:
        match entry:
            case Article():
                batch.articles.append(entry)
            case PageEntry():
                batch.pages.append(entry)
            case RejectEntry():
                batch.rejects.append(entry)
            case Sightings():
                batch.readings.append(entry)
    return batch


def _refused_url(entry: Article | PageEntry | RejectEntry, refusal: DocumentRefused) -> UrlUpdate:
    named = entry.report if isinstance(entry, PageEntry) else entry
    return UrlUpdate(
        id=named.id,
        site=named.site,
        url=named.url,
        state="unreadable",
        reason=refusal.reason,
        detail=refusal.detail,
        job=entry.job,
    )
