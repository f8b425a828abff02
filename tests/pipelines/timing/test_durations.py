"""Lengths of time as people write them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pipelines.timing.durations import in_words, read_duration


@pytest.mark.parametrize(
    ("text", "seconds", "words"),
    [
        ("90 seconds", 90, "1 minute 30 seconds"),
        ("2h", 7200, "2 hours"),
        ("1 hour, 30 min", 5400, "1 hour 30 minutes"),
        ("1 week", 604800, "1 week"),
        ("0 seconds", 0, "0 seconds"),
    ],
)
def test_lengths_of_time(text: str, seconds: int, words: str) -> None:
    assert read_duration(text) == timedelta(seconds=seconds)
    assert in_words(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize("text", ["", "soon", "5", "minutes", "5 fortnights", "-5 minutes"])
def test_what_is_no_length_of_time(text: str) -> None:
    with pytest.raises(ValueError, match="no length of time"):
        read_duration(text)
