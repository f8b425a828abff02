"""No page can keep a pattern busy: each is tried with what is hardest for it, longer and longer."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.pumping import cost, hard_texts, patterns

PATTERNS = patterns()
LENGTHS = (25, 500, 1000, 2000)
"""Exponents show at the first, squares between the others."""
BUSY_SECONDS = 0.008
"""A matcher that goes over 2,000 characters once needs a hundredth of it."""


def hardest(pattern: re.Pattern[Any]) -> dict[int, float]:
    """The cost of the hardest text of each length, up to where it is plain."""
    found: dict[int, float] = {}
    for length in LENGTHS:
        for text in hard_texts(pattern, length):
            found[length] = max(found.get(length, 0.0), cost(pattern, text))
            if found[length] > BUSY_SECONDS:
                return found
    return found


def test_every_pattern_is_found() -> None:
    assert len(PATTERNS) > 150
    assert {name.partition(".")[0] for name in PATTERNS} >= {"crawler", "pipelines", "schedules"}


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_goes_over_its_text_once(name: str) -> None:
    costs = hardest(PATTERNS[name])
    assert max(costs.values()) <= BUSY_SECONDS, {n: f"{t * 1000:.1f} ms" for n, t in costs.items()}


@pytest.mark.parametrize("pattern", [r"(a+)+b", r"\s*,\s*x", r"(_?新浪)*网", r"(x|xx)*y"])
def test_one_that_tries_again_and_again_is_seen(pattern: str) -> None:
    assert max(hardest(re.compile(pattern)).values()) > BUSY_SECONDS
