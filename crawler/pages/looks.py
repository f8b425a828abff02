"""Which of the looks that a site's pages have had is to be tried first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TypeVar

Look = TypeVar("Look")


def likeliest_looks(
    looks: Sequence[Look], since: Sequence[date | None], seen_at: datetime | None
) -> list[Look]:
    """Returns the looks, given newest first, in the order in which they are to be tried.

    Those that there were when the page was seen come first. The page itself decides: sites leave
    old pages as they are, and change before anybody notices.
    """
    day = seen_at.date() if seen_at else date.max
    later = [(began or date.min) > day for began in since]
    return [look for _, look in sorted(zip(later, looks, strict=True), key=lambda each: each[0])]
