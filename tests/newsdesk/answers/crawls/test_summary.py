"""The lines of a crawl's summary add up."""

from __future__ import annotations

from newsdesk.answers.crawls.summary import SUMMARY, outcomes, reasons

STATS: dict[str, object] = {
    "newsdesk/found": 40,
    "newsdesk/known": 10,
    "newsdesk/excluded/before_since": 4,
    "newsdesk/excluded/over_limit": 1,
    "newsdesk/excluded/video": 7,
    "newsdesk/requested": 25,
    "newsdesk/followed": 3,
    "newsdesk/due": 2,
    "newsdesk/new": 20,
    "newsdesk/late": 1,
    "newsdesk/seen_in_run": 1,
    "newsdesk/unchanged": 2,
    "newsdesk/out_of_range/before_since": 2,
    "newsdesk/failed": 4,
    "newsdesk/failed/timeout": 3,
    "newsdesk/failed/not_recorded": 1,
}


def test_what_was_found_less_what_was_left_out_is_what_was_asked_for() -> None:
    told = outcomes(STATS)
    assert (told["not_wanted"], told["excluded"]) == (5, 7)
    asked = told["found"] - told["known"] - told["not_wanted"] + told["followed"] + told["due"]
    assert asked == told["requested"] == 30


def test_the_parts_of_what_was_asked_for_add_up() -> None:
    names = [line.name for line in SUMMARY]
    begin = names.index("requested") + 1
    parts = [line for line in SUMMARY[begin : names.index("excluded")] if line.part]
    assert sum(line.of(STATS) for line in parts) == 30


def test_what_has_a_line_of_its_own_is_no_reason_besides() -> None:
    assert reasons(STATS)["failed"] == {"timeout": 3}
    assert reasons({"newsdesk/failed": 1, "newsdesk/failed/not_recorded": 1}) == {}
