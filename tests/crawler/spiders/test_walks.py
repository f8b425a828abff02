"""How far one run walks a list, and what it says of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from attrs import define, field

from crawler.sources.list_page import ListPage
from crawler.spiders.walks import ListedPage, Walk
from pipelines.counting.counters import ListFlag
from pipelines.records import Gap, ListState, WalkStart

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
DAY = timedelta(days=1)
LIST = ListPage(name="yaowen", title="要闻", url="https://x.cn/{page}", entry="li", max_pages=6)


@define(kw_only=True)
class Played:
    """A list of one article a page, new down to page `new`."""

    walk: Walk
    new: int
    looked_at: range = field(default=range(0))
    reaching: bool = False
    by_number: bool = True

    def pages(self) -> list[int]:
        """The pages that are asked for."""
        asked, number = [], 1
        while number is not None:
            asked.append(number)
            wanted = number <= self.new
            self.walk.note([str(number)], [not wanted], entries=1)
            cut = self.walk.cut_since is not None and number in self.looked_at
            chosen = ListedPage(identified=1, wanted=wanted, fresh=wanted or cut)
            following = self.walk.next_page(
                LIST, chosen, number, reaching=self.reaching, by_number=self.by_number
            )
            number = following  # type: ignore[assignment]
        return asked


def walk(**begun: object) -> Walk:
    return Walk(name="yaowen", start=WalkStart(**begun))  # type: ignore[arg-type]


def test_it_is_left_at_the_first_page_with_nothing_new() -> None:
    left = walk(ended_once=True)
    assert Played(walk=left, new=0).pages() == [1]
    assert left.ended
    assert Played(walk=walk(ended_once=True), new=2).pages() == [1, 2, 3]


def test_it_goes_on_over_what_a_killed_run_has_looked_at() -> None:
    cut = walk(cut_since=NOW, ended_once=True)
    assert Played(walk=cut, new=1, looked_at=range(1, 4)).pages() == [1, 2, 3, 4]


def test_it_goes_on_from_a_gap() -> None:
    """Past what is known to the page before the one that was given up, and on to its end."""
    cut = walk(cut_since=NOW, gap=5, ended_once=True)
    assert Played(walk=cut, new=1, looked_at=range(1, 6)).pages() == [1, 2, 4, 5, 6]
    assert cut.ended
    assert cut.gap is None


def test_a_bound_leaves_a_gap_where_something_is_known_below() -> None:
    for begun in ({"ended_once": True}, {"cut_since": NOW}):
        cut = walk(**begun)
        assert Played(walk=cut, new=99).pages() == [1, 2, 3, 4, 5, 6]
        assert (cut.ended, cut.gap) == (False, Gap(page=7, reason="bound"))
    first = walk()
    assert Played(walk=first, new=99).pages() == [1, 2, 3, 4, 5, 6]
    assert (first.ended, first.gap) == (True, None), "a first walk has no other end"
    assert len(Played(walk=walk(), new=99, reaching=True).pages()) > LIST.max_pages


def test_a_list_in_another_order_is_walked_a_little_further() -> None:
    shuffled = Walk(
        name="yaowen", start=WalkStart(ended_once=True), known=ListState(top=["2", "1"])
    )
    shuffled.note(["1", "2"], [True, True], entries=2)
    assert shuffled.reordered
    chosen = ListedPage(identified=2)
    asked = [shuffled.next_page(LIST, chosen, number, reaching=False) for number in (1, 2, 3)]
    assert asked == [2, 3, None]


@pytest.mark.parametrize(
    ("top", "ids", "known", "reordered"),
    [
        ("abc", "xab", "ab", False),
        ("abc", "xacz", "acz", False),
        ("abc", "bac", "abc", True),
        ("abc", "zabc", "zabc", True),
        ("abc", "zabc", "abc", False),
        ("", "abc", "abc", False),
    ],
)
def test_what_another_order_is(top: str, ids: str, known: str, reordered: bool) -> None:
    """A new article may stand anywhere, and old ones may come up from further pages below those
    of the first; but nothing known moves up."""
    seen = Walk(name="yaowen", known=ListState(top=list(top)))
    seen.note(list(ids), [each in known for each in ids], entries=len(ids))
    assert seen.reordered == reordered


def test_flags() -> None:
    def flags(**state: object) -> list[ListFlag]:
        found = Walk(name="yaowen", pages=2, items=20, **state)  # type: ignore[arg-type]
        return list(found.report(LIST, NOW).flags)

    old = NOW - 4 * DAY
    assert flags(newest_at=NOW) == flags() == []
    assert flags(newest_at=old, new=3) == ["stale"]
    assert flags(known=ListState(newest_at=old)) == ["stale"], "also if it was not changed"
    assert flags(known=ListState(new_at=old)) == ["stale"], "without times"
    assert flags(known=ListState(new_at=old), new=1) == []
    assert flags(repetitive=True) == ["repetitive"]
    empty = Walk(name="yaowen", pages=1)
    assert empty.report(LIST, NOW).flags == ["empty"]
    twice = Walk(name="yaowen")
    twice.note(list("abcd"), [True] * 4, entries=12)
    assert twice.repetitive
    again = Walk(name="yaowen", start=WalkStart())
    again.next_page(LIST, ListedPage(identified=2, repeated=True), 2, reaching=False)
    assert (again.repetitive, again.ended) == (True, True)


def test_a_gap_that_cannot_be_asked_for_is_walked_to() -> None:
    """The known pages before it do not count against the bound, which is 6 here."""
    left = walk(ended_once=True, gap=10, cut_since=NOW)
    played = Played(walk=left, new=1, looked_at=range(9, 40), by_number=False)
    assert played.pages() == list(range(1, 14))
    assert left.gap is not None
    assert left.gap.page == 14, "six pages: the new one, and five from the page before the gap on"
    ended = walk(ended_once=True, gap=4, cut_since=NOW)
    assert Played(walk=ended, new=0, by_number=False).pages() == [1, 2, 3]
    assert ended.ended


@pytest.mark.parametrize(
    ("start", "changed_at", "since", "seen"),
    [
        (WalkStart(ended_once=True), NOW - 2 * DAY, None, True),
        (WalkStart(ended_once=True), NOW, None, False),
        (WalkStart(ended_once=True), None, None, False),
        (WalkStart(ended_once=True, cut_since=NOW), NOW - 2 * DAY, None, False),
        (WalkStart(ended_once=True, gap=3), NOW - 2 * DAY, None, False),
        (WalkStart(), NOW - 2 * DAY, None, False),
        (None, NOW - 2 * DAY, None, False),
        (None, NOW - 2 * DAY, NOW, True),
        (None, NOW - DAY / 2, NOW, False),
    ],
)
def test_pages_that_have_not_changed_since_they_were_seen_are_left_alone(
    start: WalkStart | None, changed_at: datetime | None, since: datetime | None, seen: bool
) -> None:
    known = ListState(newest_at=NOW - timedelta(hours=6))
    assert Walk(name="s", known=known, start=start).has_seen_since(changed_at, since) is seen
