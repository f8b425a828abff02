"""What a job says of pages that gave no article, for people who look why."""

from __future__ import annotations

from pipelines.counting.stats import Notes, Stat

FIRST_UNREADABLE = Notes(
    "newsdesk/first_unreadable",
    "the first of them",
    "text",
    "id of the first page that was unreadable for this reason, and what found nothing on it",
    word="reason",
)

ALL: tuple[Stat, ...] = (FIRST_UNREADABLE,)
