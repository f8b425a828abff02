"""No page can keep a pattern busy: each is tried with what is hardest for it, longer and longer."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.support.pumping import cost, hard_texts, patterns

PATTERNS = patterns()
SHORT, QUARTER, WHOLE = 30, 1000, 4000
ENDLESS_SECONDS = 0.1
"""What nothing that goes over so few characters once can take: exponents show at 30 already."""
PLAIN_SECONDS = 0.01
"""Below this the growth of a cost cannot be told from noise, and does not matter."""
STEEPEST = 8.0
"""Four times the text costs four times as much; where each place is tried anew, sixteen times."""


def trouble(pattern: re.Pattern[Any]) -> str | None:
    """What is wrong with a pattern's cost; None if it grows with the text and no faster."""
    for length in (SHORT, QUARTER):
        for text in hard_texts(pattern, length):
            if (seconds := cost(pattern, text)) > ENDLESS_SECONDS:
                return f"{seconds * 1000:.0f} ms for {length} characters: {text[:40]!r} ..."
    pairs = zip(hard_texts(pattern, QUARTER), hard_texts(pattern, WHOLE), strict=True)
    for part, whole in pairs:
        if cost(pattern, whole) > PLAIN_SECONDS:
            once, all_ = (min(cost(pattern, text) for _ in range(3)) for text in (part, whole))
            if all_ > PLAIN_SECONDS and all_ > STEEPEST * once:
                return f"{once * 1000:.1f}, then {all_ * 1000:.1f} ms: {whole[:40]!r} ..."
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
