"""Which archived pages are the visits of an article, and which of them are to be read."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from attrs import define, field

from crawler.archive.cdxj import Entry
from crawler.archive.records import read_date
from crawler.rereading.planning import Identify
from crawler.urls import ArticleUrl
from pipelines.items import Archived

PATIENCE = timedelta(hours=2)
"""For which the further pages of an article are looked for after its first one."""
UNARCHIVED = timedelta(minutes=10)
"""By how much the page of a stored text may be older than that: so long a batch may wait."""
_ANSWERS = frozenset({200, 304})
_GONE = frozenset({404, 410})


@define(frozen=True, kw_only=True)
class Visit:
    """A page of an article as it was fetched."""

    entry: Entry
    at: datetime
    url: ArticleUrl

    @property
    def begins(self) -> bool:
        """Whether an article may begin there: on its first page, or on one with all of it."""
        return self.url.page == 1 or self.entry.url == self.url.whole_url


@define(frozen=True, kw_only=True)
class StoredState:
    """What says which visits a stored article is read from."""

    url: str
    archive: Archived | None
    stored_at: datetime


@define(kw_only=True)
class Visits:
    """All archived visits of one article, in order. gone: those to which the site said so."""

    id: str
    all: list[Visit] = field(factory=list)
    gone: list[Visit] = field(factory=list)

    @property
    def first_pages(self) -> list[Visit]:
        """The pages with which visits begin."""
        return [each for each in self.all if each.begins]

    def gone_since(self, last: datetime) -> datetime | None:
        """Returns when the site first said, after the last visit, that it has the article no
        more."""
        return min((each.at for each in self.gone if each.begins and each.at > last), default=None)

    def of(self, stored: StoredState) -> list[Visit]:
        """Returns the visits that may say what a stored article is now, the newest first.

        They are those of the address that its text came from, down to the page that it was read
        of: an older one cannot say what came after it.
        """
        own = self._own(stored)
        address = own.url.url if own is not None else stored.url
        since = own.at if own is not None else stored.stored_at - UNARCHIVED
        found = [each for each in self.first_pages if each.url.url == address and each.at >= since]
        return found[::-1]

    def _own(self, stored: StoredState) -> Visit | None:
        """Returns the visit of which the stored text was read."""
        place = stored.archive
        if place is None:
            return None
        same = (v for v in self.all if (v.entry.file, v.entry.offset) == (place.file, place.offset))
        return next(same, None)

    def page(self, url: str, first: Visit) -> Entry | None:
        """Returns a further page of the visit that began with `first`."""
        following = [v.at for v in self.first_pages if v.at > first.at and v.url == first.url]
        until = min([first.at + PATIENCE, *following])
        found = (
            v.entry for v in self.all if v.entry.url == url and first.at <= v.at and v.at <= until
        )
        return next(found, None)


def visits_of(entries: Iterable[Entry], identify: Identify) -> list[Visits]:
    """Returns the articles that these records are pages of, in the order of their ids."""
    found: dict[str, Visits] = {}
    for entry in entries:
        url = identify(entry.url)
        if not isinstance(url, ArticleUrl):
            continue
        visits = found.setdefault(url.id, Visits(id=url.id))
        visit = Visit(entry=entry, at=read_date(entry.date), url=url)
        if entry.status in _ANSWERS:
            visits.all.append(visit)
        elif entry.status in _GONE:
            visits.gone.append(visit)
    for visits in found.values():
        visits.all.sort(key=_order)
    return [found[id_] for id_ in sorted(found)]


def _order(visit: Visit) -> tuple[datetime, str, int]:
    return visit.at, visit.entry.file, visit.entry.offset


def bodies_of(entries: Sequence[Entry]) -> dict[tuple[str, str], Entry]:
    """Returns by address and digest where bodies stand."""
    return {(each.url, each.digest): each for each in entries if not each.is_revisit}
