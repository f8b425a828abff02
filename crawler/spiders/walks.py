"""One run's walk over one list: how far it goes, which gap it leaves, how the list fares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from attrs import define, field

from crawler.sources.base import Source
from crawler.spiders.listed.texts import ListedText
from pipelines.counting.counters import ListFlag
from pipelines.items import Sighting, Validators
from pipelines.records import Gap, ListReport, ListState, WalkStart

BACKFILL_PAGES = 1000
"""How many pages a walk asks for at most when it is to reach a day."""
TOP = 60
"""Articles of a first page that are remembered, to see whether their order has changed."""
CHANGES_LATE = timedelta(days=1)
"""How much later than it says a page of a list may have changed: many name the day alone."""
MANY = 10
"""Entries from which on fewer than half as many articles mean a list that repeats itself."""


@define(kw_only=True)
class ListedPage:
    """What one page of a list shows.

    identified: links that are articles. seen: its articles, each once, as the list shows them.
    wanted: some of them are unknown. fresh: pages behind it may hold something wanted, since this
    one does or stands where an earlier walk was cut short. older: all are before `since`.
    later: some are after `until`. repeated: all stood on earlier pages of the same list. leads_on:
    it lists other pages, not articles. texts: articles that the list holds itself, and that are to
    be read from it.
    """

    identified: int = 0
    seen: list[Sighting] = field(factory=list)
    wanted: bool = False
    fresh: bool = False
    older: bool = False
    later: bool = False
    repeated: bool = False
    leads_on: bool = False
    texts: list[ListedText] = field(factory=list)


@define(kw_only=True)
class Walk:
    """What one run has seen of a list so far.

    name: of the list. known: what earlier runs know of it. start: None while only its first
    page was asked for. ids: of all articles it has shown. ended: the walk came to the list's end,
    or to what is known. cut: a bound stopped it while more was to come. gap: where the next run
    goes on. error: why the list was given up.
    """

    name: str
    known: ListState = field(factory=ListState)
    start: WalkStart | None = None
    pages: int = 0
    items: int = 0
    new: int = 0
    ids: set[str] = field(factory=set)
    top: list[str] = field(factory=list)
    newest_at: datetime | None = None
    oldest_at: datetime | None = None
    validators: Validators | None = None
    unchanged: bool = False
    ended: bool = False
    gap: Gap | None = None
    error: str | None = None
    cut: bool = False
    reordered: bool = False
    repetitive: bool = False
    _look_behind: int = 0
    _beyond_gap: bool = False
    _way_to_gap: int = 0
    _passed: int = 0

    @property
    def cut_since(self) -> datetime | None:
        """Since when earlier walks were cut short; None where that does not matter.

        Above a gap whose page is known it does not: the walk jumps to that page.
        """
        if self.start is None or (self.start.gap is not None and not self._beyond_gap):
            return None
        return self.start.cut_since

    def note(self, ids: Sequence[str], known: Sequence[bool], *, entries: int) -> None:
        """Takes in a page: its articles in order, whether each was known, its number of links."""
        self.pages += 1
        if self.pages > 1:
            return
        self.top = list(ids[:TOP])
        places = {id_: place for place, id_ in enumerate(self.known.top)}
        old = [places.get(id_, TOP) for id_, is_known in zip(ids, known, strict=True) if is_known]
        self.reordered = bool(places) and old != sorted(old)
        self.repetitive = entries >= MANY and len(set(ids)) * 2 < entries

    def next_page(
        self,
        source: Source,
        page: ListedPage,
        number: int,
        *,
        reaching: bool,
        by_number: bool = True,
    ) -> int | None:
        """Chooses the page to ask for after page `number`; None: the walk ends, or leaves a gap.

        A walk leaves its list at the first page with nothing new, or `look_behind` pages later if
        the list was reordered since the last run. It then goes on from the gap that an earlier
        walk left, if any: at once, or page by page where pages cannot be asked for by_number; what
        it passes on the way there does not count against the bound. reaching: the walk is to reach
        a day.
        """
        self._passed += number < self._way_to_gap
        if page.repeated:
            self.repetitive = self.repetitive or number == 2
        if number == 1 and self.reordered:
            self._look_behind = source.look_behind
        following: int | None = number + 1
        if page.older or page.repeated:
            following = None
        elif not (page.fresh or page.later or page.leads_on or reaching):
            following = self._beyond_known(number, by_number=by_number)
        bound = source.max_pages + self._passed
        if following is None:
            self.end()
        elif self.pages >= (BACKFILL_PAGES if reaching else min(bound, BACKFILL_PAGES)):
            self._stop_at_bound(following)
            return None
        return following

    def has_seen_since(self, changed_at: datetime | None, since: datetime | None) -> bool:
        """Whether nothing is wanted of pages that have not changed after `changed_at`.

        since: the day that the walk is to reach. Else all that an earlier walk has seen to its end
        is known, provided that nothing was left out since then.
        """
        if changed_at is None:
            return False
        if since is not None:
            return changed_at < since - CHANGES_LATE
        start, newest = self.start, self.known.newest_at
        if start is None or newest is None or not start.ended_once:
            return False
        whole = start.cut_since is None and start.gap is None
        return whole and changed_at < newest - CHANGES_LATE

    def leave(self, number: int, reason: str) -> None:
        """Notes that page `number` was given up."""
        self.error = reason
        if number > 1:
            self.gap = Gap(page=number, reason=reason)

    def end(self) -> None:
        """Notes that nothing more is to come."""
        self.ended = True

    def _beyond_known(self, number: int, *, by_number: bool) -> int | None:
        """Chooses where to go on after a page with nothing new, if anywhere."""
        if number < self._way_to_gap:
            return number + 1
        if self._look_behind > 0:
            self._look_behind -= 1
            return number + 1
        gap = self.start.gap if self.start and not self._beyond_gap else None
        if gap is None:
            return None
        self._beyond_gap = True
        following = max(number + 1, gap - 1)  # articles that were taken down let the rest move up
        if not by_number:
            self._way_to_gap = following
            self._passed += 1
            return number + 1
        return following

    def _stop_at_bound(self, following: int) -> None:
        """Leaves a gap; a list that no walk has ever ended has no other end than the bound."""
        self.cut = True
        if self.start is not None and (self.start.ended_once or self.start.cut_since):
            self.gap = Gap(page=following, reason="bound")
        else:
            self.ended = True

    def report(self, source: Source, now: datetime) -> ListReport:
        """Sums up what is to be remembered of the list."""
        return ListReport(
            source=self.name,
            error=self.error,
            unchanged=self.unchanged,
            pages=self.pages,
            items=self.items,
            new=self.new,
            newest_at=self.newest_at,
            flags=self._flags(source, now),
            top=self.top,
            validators=self.validators,
        )

    def _flags(self, source: Source, now: datetime) -> list[ListFlag]:
        newest = self.newest_at or self.known.newest_at
        if newest is None and not self.new:
            newest = self.known.new_at
        stale = newest is not None and source.stale_after is not None
        flags: dict[ListFlag, bool] = {
            "stale": stale and now - newest > source.stale_after,  # type: ignore[operator]
            "empty": self.pages == 1 and not self.items and not self.unchanged,
            "repetitive": self.repetitive,
            "reordered": self.reordered,
        }
        return [flag for flag, is_so in flags.items() if is_so]
