"""Counters of the WARC archive."""

from __future__ import annotations

from pipelines.counting.stats import Counter, Note, Stat, Total

WRITTEN = Total(
    "newsdesk/archived",
    "archived",
    "answers",
    "written to the WARC archive: `articles` and what led to them; `lists`, with API answers and "
    "robots.txt",
    word="kind",
)
UNCHANGED = Counter(
    "newsdesk/archived_unchanged",
    "archived as unchanged",
    "answers",
    "of these: with a reference to an earlier record instead of a body",
)
SIZE = Counter("newsdesk/archive_bytes", "size in the archive", "bytes", "that these take on disk")
LOST = Total(
    "newsdesk/archive_lost",
    "not archived",
    "answers",
    "that are missing in the archive: `disk` (full or broken), `queue_full` (the disk was too "
    "slow); the crawl goes on without them",
    word="reason",
)
ERROR = Note(
    "newsdesk/archive_error", "why", "text", "the last thing that went wrong with the archive"
)
TORN = Counter(
    "newsdesk/archive_torn",
    "unfinished records",
    "records",
    "that a killed crawl had left in the archive, cut off by this one",
)
REMOVED = Counter(
    "newsdesk/archive_removed",
    "removed from the archive",
    "files",
    "that were over its limits of age and size",
)

ALL: tuple[Stat, ...] = (WRITTEN, UNCHANGED, SIZE, LOST, ERROR, TORN, REMOVED)
