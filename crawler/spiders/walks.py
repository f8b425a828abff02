"""One run's walk over one list: how far to go, what is left out, and how the list fares."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from attrs import define, field

from crawler.sources.base import Source
from crawler.spiders.memory import Begun, Fared, Gap, Remembered
from pipelines.items import Validators

BACKFILL_PAGES = 1000
"""How far a walk goes back at most when it is to reach a day."""
TOP = 60
"""Articles of a first page that are remembered, to see whether their order has changed."""
MANY = 10
"""From so many entries on, fewer than half as many articles are a list that repeats itself."""


@define(kw_only=True)
class Chosen:
    """What a list page came to, as far as it decides about the next one.

    identified: links that are articles. fresh: something on it is unknown, or was looked at since
    walks of the list were cut short, so that what comes after it may be wanted. wanted: something
    on it is unknown. older: all its articles are before `since`; later: some are after `until`.
    repeated: all of them stood on earlier pages of the same list.
    """

    identified: int = 0
    fresh: bool = False
    wanted: bool = False
    older: bool = False
    later: bool = False
    repeated: bool = False


@define(kw_only=True)
class Walk:
    """What one run has seen of a list so far.

    name: of the list. begun: None while it has had but one page. ids: of all its articles. ended:
    it was walked to where it ends, or where what is known begins. cut: a bound ended it while
    there was more to come. gap: where the next run goes on. error: why it was given up.
    """

    name: str
    remembered: Remembered = field(factory=Remembered)
    begun: Begun | None = None
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
    _behind: int = 0
    _beyond_gap: bool = False

    @property
    def cut_since(self) -> datetime | None:
        """Since when walks have been cut short, where that has to be looked for on this page.

        Down to a gap whose page is known there is nothing to look for.
        """
        if self.begun is None or (self.begun.gap is not None and not self._beyond_gap):
            return None
        return self.begun.cut_since

    def note(self, ids: Sequence[str], known: Sequence[bool], *, entries: int) -> None:
        """Take in a page: its articles in order, whether each was known, its number of links."""
        self.pages += 1
        if self.pages > 1:
            return
        self.top = list(ids[:TOP])
        places = {id_: place for place, id_ in enumerate(self.remembered.top)}
        old = [places.get(id_, TOP) for id_, is_known in zip(ids, known, strict=True) if is_known]
        self.reordered = bool(places) and old != sorted(old)
        self.repetitive = entries >= MANY and len(set(ids)) * 2 < entries

    def next_page(
        self, source: Source, chosen: Chosen, number: int, *, reaching: bool
    ) -> int | None:
        """The page to ask for after page `number`; None: the walk ends, or leaves a gap.

        The list is left at the first page with nothing new; a little later, if it was put in
        another order since the last run. Where the last walk left a gap, this one then goes on
        from there. reaching: it is to reach a day.
        """
        if chosen.repeated:
            self.repetitive = self.repetitive or number == 2
        if number == 1 and self.reordered:
            self._behind = source.look_behind
        following: int | None = number + 1
        if chosen.older or chosen.repeated:
            following = None
        elif not (chosen.fresh or chosen.later or reaching):
            following = self._beyond_known(number)
        if following is None:
            self.end()
        elif self.pages >= (BACKFILL_PAGES if reaching else source.max_pages):
            self._stop_at_bound(following)
            return None
        return following

    def leave(self, number: int, reason: str) -> None:
        """Page `number` was given up."""
        self.error = reason
        if number > 1:
            self.gap = Gap(page=number, reason=reason)

    def end(self) -> None:
        """There is nothing more to come."""
        self.ended = True

    def _beyond_known(self, number: int) -> int | None:
        """Where to go on after a page with nothing new, if anywhere."""
        if self._behind > 0:
            self._behind -= 1
            return number + 1
        gap = self.begun.gap if self.begun and not self._beyond_gap else None
        if gap is None:
            return None
        self._beyond_gap = True
        return max(number + 1, gap - 1)  # articles that were taken down let the rest move up

    def _stop_at_bound(self, following: int) -> None:
        """A list that no walk has ever ended has no other end than the bound."""
        self.cut = True
        if self.begun is not None and (self.begun.ended_once or self.begun.cut_since):
            self.gap = Gap(page=following, reason="bound")
        else:
            self.ended = True

    def fared(self, source: Source, now: datetime) -> Fared:
        """What is to be remembered of the list."""
        return Fared(
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

    def _flags(self, source: Source, now: datetime) -> list[str]:
        newest = self.newest_at or self.remembered.newest_at
        if newest is None and not self.new:
            newest = self.remembered.new_at
        stale = newest is not None and source.stale_after is not None
        return [
            name
            for name, is_so in (
                ("stale", stale and now - newest > source.stale_after),  # type: ignore[operator]
                ("empty", self.pages == 1 and not self.items and not self.unchanged),
                ("repetitive", self.repetitive),
                ("reordered", self.reordered),
            )
            if is_so
        ]
