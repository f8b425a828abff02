"""What the console's room of articles shows: a page of a result, its facets, its days."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from datetime import time as time_of_day

import attrs
from attrs import define

from newsdesk.answers.articles.choosing import cursor_of, read_cursor
from newsdesk.answers.operations.night import opened_night
from newsdesk.answers.operations.tonight import SiteNight
from newsdesk.answers.recent import Recent
from newsdesk.exceptions import BadCursor
from pipelines.config import Settings
from pipelines.storage.queries import EVERYTHING, Filters, Position, opened
from pipelines.storage.search.browsing import (
    Line,
    Matches,
    Sort,
    days_of,
    matching_lines,
    newest_counted,
    newest_lines,
)
from pipelines.text.query.parser import Query
from pipelines.timing import clock
from pipelines.timing.beijing import ZONE, in_beijing

LINES = 40
DAYS, MOST_DAYS = 30, 62
"""Days that are drawn, unless the filter says which."""
MOST_FACETS = 12
MOST_SKIPPED = 1_000
_DAY = timedelta(days=1)


@define(frozen=True, kw_only=True)
class Day:
    """A day of a result. everything: what was collected of it in all. doubtful: a night of it
    failed or was missed. known: False if the result was not looked at so far back."""

    date: date
    articles: int
    everything: int
    doubtful: bool = False
    known: bool = True

    @property
    def share(self) -> float:
        return self.articles / self.everything if self.everything else 0.0


@define(frozen=True, kw_only=True)
class Room:
    """A page of a result. after: the cursor by which it goes on. The first page alone has facets
    and days."""

    lines: list[Line]
    after: str | None
    found: Matches
    facets: Mapping[str, list[tuple[str, int]]]
    days: list[Day]
    seconds: float

    @property
    def articles(self) -> int:
        """In the days that are drawn."""
        return sum(day.articles for day in self.days if day.known)

    @property
    def everything(self) -> int:
        return sum(day.everything for day in self.days if day.known)


def room_of(
    settings: Settings,
    query: Query | None,
    filters: Filters,
    *,
    sort: Sort = "newest",
    after: str | None = None,
    limit: int = LINES,
    recent: Recent | None = None,
) -> Room:
    """Returns a page of the articles for which a query holds, or of all that pass the filters.
    recent: of one database.

    Raises:
        QueryError: nothing in the query can be looked up.
        BadCursor: `after` is none.
        StorageError: MongoDB is away.
    """
    began = time.monotonic()
    recent = recent or Recent()
    with opened(settings) as database:
        if query is None:
            place = read_cursor(after) if after else None
            found = newest_lines(database, filters, place, limit)
            if place is None:
                counted: Matches = recent.get(
                    ("facets", filters), lambda: newest_counted(database, filters)
                )
                found = attrs.evolve(counted, lines=found.lines, following=found.following)
        else:
            found = matching_lines(database, query, filters, sort, _place(after, sort), limit)
        first, last = _span(filters, _newest(found))
        days = []
        if not after:
            since, until = _midnight(first), _midnight(last + _DAY)
            own = (
                found.days
                if query
                else recent.get(
                    (filters, first, last),
                    lambda: days_of(database, filters, since, until),
                )
            )
            everything = recent.get(
                (EVERYTHING, first, last),
                lambda: days_of(database, EVERYTHING, since, until),
            )
            days = _days(found if query else None, own, everything, first, last)
    doubtful = _failed_days(settings, filters.site, recent) if days else set()
    return Room(
        lines=found.lines,
        after=_cursor(found.following),
        found=found,
        facets={name: counts[:MOST_FACETS] for name, counts in found.facets.items()},
        days=[_doubted(day, doubtful) for day in days],
        seconds=time.monotonic() - began,
    )


def _place(after: str | None, sort: Sort) -> Position | int | None:
    if not after:
        return None
    if sort == "newest":
        return read_cursor(after)
    if not (after.isascii() and after.isdigit()) or not int(after[:6]) <= MOST_SKIPPED:
        raise BadCursor(f"{after!r} is no cursor of the best: begin at the first page.")
    return int(after[:6])


def _cursor(following: Position | int | None) -> str | None:
    if following is None:
        return None
    return cursor_of(following) if isinstance(following, Position) else str(following)


def _newest(found: Matches) -> date | None:
    """Returns the day of the newest article that was found."""
    if found.days:
        return max(found.days)
    times = (line.document["published_at"] for line in found.lines)
    return max((in_beijing(time).date() for time in times), default=None)


def _span(filters: Filters, newest: date | None) -> tuple[date, date]:
    """Returns the first and last day that are drawn: those up to the newest of the result."""
    today = clock.now().astimezone(ZONE).date()
    last = min(today, newest or today)
    if filters.until:
        last = min(today, (filters.until - timedelta(milliseconds=1)).astimezone(ZONE).date())
    first = last - (DAYS - 1) * _DAY
    if filters.since:
        first = filters.since.astimezone(ZONE).date()
    return max(min(first, last), last - (MOST_DAYS - 1) * _DAY), last


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time_of_day(), ZONE)


def _days(
    found: Matches | None,
    own: Mapping[date, int],
    everything: Mapping[date, int],
    first: date,
    last: date,
) -> list[Day]:
    """found: of a query, which may not have been looked at as far back."""
    back_to = None
    if found is not None and not found.complete and found.back_to is not None:
        back_to = in_beijing(found.back_to).date()
    return [
        Day(
            date=day,
            articles=own.get(day, 0),
            everything=everything.get(day, 0),
            known=back_to is None or day >= back_to,
        )
        for day in (first + number * _DAY for number in range((last - first).days + 1))
    ]


def _doubted(day: Day, doubtful: set[date]) -> Day:
    if day.date not in doubtful:
        return day
    return Day(
        date=day.date, articles=day.articles, everything=day.everything, doubtful=True,
        known=day.known,
    )  # fmt: skip


def _failed_days(settings: Settings, site: str | None, recent: Recent) -> set[date]:
    """Returns the mornings of nights in which a site, or any, brought nothing because its jobs
    failed."""

    def look() -> set[tuple[str, date]]:
        nights: dict[tuple[str, date], SiteNight] = {}
        with opened_night(settings) as night:
            for each in night.sums.jobs(clock.now() - MOST_DAYS * _DAY):
                morning = in_beijing(each["night"]).date()
                key = each["site"], morning
                nights.setdefault(key, SiteNight(morning=morning)).add(each)
        return {key for key, night in nights.items() if night.state == "failed"}

    found = recent.get("nights", look)
    return {morning for each, morning in found if site in (None, each)}
