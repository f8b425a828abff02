"""A breaker opens after failures in a row, is tried again, and opens for longer each time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from crawler.manners.breaker import FIRST_PAUSE, LONGEST_PAUSE, Breaker

NOW = datetime(2026, 3, 2, 3, tzinfo=UTC)
LIMIT = 3


def test_it_opens_at_the_limit_and_an_answer_starts_the_count_anew() -> None:
    breaker = Breaker()
    assert [breaker.fail(NOW, "timeout", LIMIT) for _ in range(2)] == [False, False]
    assert not breaker.succeed(NOW)
    assert [breaker.fail(NOW, "timeout", LIMIT) for _ in range(3)] == [False, False, True]
    assert breaker.state(NOW) == "open"
    assert breaker.standing.open_until == NOW + FIRST_PAUSE
    assert breaker.standing.reason == "timeout"


def test_what_was_under_way_when_it_opened_changes_nothing() -> None:
    breaker = Breaker()
    for _ in range(LIMIT):
        breaker.fail(NOW, "dns", LIMIT)
    assert not breaker.fail(NOW, "late", LIMIT)
    assert not breaker.succeed(NOW)
    assert (breaker.state(NOW), breaker.standing.openings, breaker.standing.reason) == (
        "open",
        1,
        "dns",
    )


def test_half_open_one_answer_closes_it_and_one_failure_opens_it_for_twice_as_long() -> None:
    breaker = Breaker()
    for _ in range(LIMIT):
        breaker.fail(NOW, "dns", LIMIT)
    later = NOW + FIRST_PAUSE
    assert breaker.state(later) == "half_open"
    assert breaker.fail(later, "dns", LIMIT)
    assert breaker.standing.open_until == later + 2 * FIRST_PAUSE
    later += 2 * FIRST_PAUSE
    assert breaker.succeed(later)
    assert breaker.state(later) == "closed"
    assert (breaker.standing.failures, breaker.standing.openings, breaker.standing.reason) == (
        0,
        0,
        None,
    )
    assert not breaker.fail(later, "dns", LIMIT), "from the beginning again"


def test_no_pause_is_longer_than_the_longest() -> None:
    breaker, now = Breaker(), NOW
    for _ in range(LIMIT):
        breaker.fail(now, "dns", LIMIT)
    pauses: list[timedelta] = []
    for _ in range(30):
        assert breaker.standing.open_until is not None
        pauses.append(breaker.standing.open_until - now)
        now = breaker.standing.open_until
        breaker.fail(now, "dns", LIMIT)
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_PAUSE
