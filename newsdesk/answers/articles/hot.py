"""The hot lists of a site at a time, with the ways of their articles until then. Blocks."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import groupby

from attrs import define

from newsdesk.answers.articles.stored import hot_lists_of
from newsdesk.answers.cursors import counting_cursor, read_counting_cursor
from newsdesk.answers.recent import Recent
from newsdesk.answers.sites import check_site
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.queries import opened
from pipelines.storage.search.ranked import hot_lists, sites_with_lists, stays_of, those_stored
from pipelines.timing import clock

BEFORE = timedelta(hours=48)
"""So much of an article's way is shown."""
MOST_PLACES = 50


@define(frozen=True, kw_only=True)
class Place:
    """An article in a list. way: how the list showed it until then, the earliest first."""

    sighting: Document
    way: list[Document]
    stored: bool


@define(frozen=True, kw_only=True)
class HotList:
    """A list at a time, by rank. worst: the lowest rank of any of its ways."""

    source: str
    places: list[Place]

    @property
    def worst(self) -> int:
        return max(
            int(stay["rank"]) for place in self.places for stay in (place.sighting, *place.way)
        )

    def counts(self, name: str) -> bool:
        """Tells whether the list gives such a count."""
        return any(place.sighting.get(name) is not None for place in self.places)


@define(frozen=True, kw_only=True)
class Hot:
    """What is known of a site's hot lists at a time. sites: all that have some."""

    sites: list[str]
    site: str | None
    at: datetime
    lists: list[HotList]


def hot_page(
    settings: Settings, site: str, *, at: datetime | None, after: str | None, limit: int
) -> tuple[list[Document], str | None]:
    """What the hot lists of a site show, or showed at a time, by list and rank; and the cursor by
    which to go on. All pages are of the same time.

    Raises:
        UnknownSite: there is no such site.
        BadCursor: `after` is none.
    """
    skip = 0
    if after:
        at, skip = read_counting_cursor(after)
    asked = clock.now()
    found = hot_lists_of(settings, site, at)[skip:]
    more = len(found) > limit
    return found[:limit], counting_cursor(at or asked, skip + limit) if more else None


def hot_at(settings: Settings, site: str | None, at: datetime | None, recent: Recent) -> Hot:
    """Returns the hot lists of a site, of the first that has some if none is named, at a time, else
    as last seen; of each list `MOST_PLACES`. recent: of one database.

    Raises:
        UnknownSite: there is no such site.
    """
    with opened(settings) as database:
        sites: list[str] = recent.get("hot sites", lambda: sites_with_lists(database))
        if site is None:
            site = sites[0] if sites else None
        elif site not in sites:
            check_site(site)
        until = at or clock.now()
        if site is None:
            return Hot(sites=sites, site=None, at=until, lists=[])
        shown = [each for each in hot_lists(database, site, at) if each["rank"] <= MOST_PLACES]
        names = sorted({each["article"] for each in shown})
        ways: dict[tuple[str, str], list[Document]] = {}
        for stay in stays_of(database, names, until - BEFORE, until):
            if stay["site"] == site:
                ways.setdefault((stay["source"], stay["article"]), []).append(stay)
        stored = those_stored(database, names)
    lists = [
        HotList(
            source=source,
            places=[
                Place(
                    sighting=each,
                    way=ways.get((source, each["article"]), []),
                    stored=each["article"] in stored,
                )
                for each in places
            ],
        )
        for source, places in groupby(shown, key=lambda each: str(each["source"]))
    ]
    return Hot(sites=sites, site=site, at=until, lists=lists)
