"""No page can keep a pattern busy: each is tried with what is hardest for it, longer and longer."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.pumping import cost, hard_texts, patterns

PATTERNS = patterns()
SHORT, HALF, WHOLE = 30, 1500, 3000
ENDLESS_SECONDS = 0.1
"""What nothing that goes over so few characters once can take: exponents show at 30 already."""
PLAIN_SECONDS = 0.004
"""Below this the growth of a cost cannot be told from noise, and does not matter."""
STEEPEST = 3.0
"""Twice the text costs twice as much; where each place is tried anew it is four times."""


def trouble(pattern: re.Pattern[Any]) -> str | None:
    """What is wrong with a pattern's cost; None if it grows with the text and no faster."""
    for length in (SHORT, HALF):
        for text in hard_texts(pattern, length):
            if (seconds := cost(pattern, text)) > ENDLESS_SECONDS:
                return f"{seconds * 1000:.0f} ms for {length} characters: {text[:40]!r} ..."
    pairs = zip(hard_texts(pattern, HALF), hard_texts(pattern, WHOLE), strict=True)
    for half, whole in pairs:
        if cost(pattern, whole) > PLAIN_SECONDS:
            once, twice = (min(cost(pattern, text) for _ in range(3)) for text in (half, whole))
            if twice > PLAIN_SECONDS and twice > STEEPEST * once:
                return f"{once * 1000:.1f}, then {twice * 1000:.1f} ms: {whole[:40]!r} ..."
    return None


def test_every_pattern_is_found() -> None:
    assert len(PATTERNS) > 150
    assert {name.partition(".")[0] for name in PATTERNS} >= {"crawler", "pipelines", "schedules"}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_goes_over_its_text_once(name: str) -> None:
    assert trouble(PATTERNS[name]) is None


@pytest.mark.parametrize("pattern", [r"(a+)+b", r"\s*,\s*x", r"(_?新浪)*网", r"(x|xx)*y"])
def test_one_that_tries_again_and_again_is_seen(pattern: str) -> None:
    assert trouble(re.compile(pattern)) is not None
