"""Why an item left the pipelines: one `DropItem` subclass per reason, so that Scrapy counts each.

`reason` of a class is the word under which the store counts and keeps it.
"""

from __future__ import annotations

from typing import ClassVar

from scrapy.exceptions import DropItem

from pipelines.records import OFF_TOPIC


class Rejected(DropItem):
    """Base: raised when an item goes no further. `detail` is for a person."""

    reason: ClassVar[str] = "dropped"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.reason, log_level="DEBUG")
        self.detail = detail


class Unreadable(Rejected):
    """Base: raised when a page gave no whole article; kept with the page as evidence."""

    reason = "unreadable"


class NoTitle(Unreadable):
    """Raised when an article has no title."""

    reason = "no_title"


class NoBody(Unreadable):
    """Raised when an article has no body text."""

    reason = "no_body"


class NoTime(Unreadable):
    """Raised when an article has no publication time."""

    reason = "no_time"


class FutureTime(Unreadable):
    """Raised when an article claims to be published after now (one day is allowed)."""

    reason = "future_time"


class TooLong(Unreadable):
    """Raised when a field is longer than any real article's."""

    reason = "too_long"


class OffTopic(Rejected):
    """Raised when an article matches no topic; kept whole in `rejects`."""

    reason = OFF_TOPIC


class SeenInRun(Rejected):
    """Raised when this run has already handed the same article to the store."""

    reason = "seen_in_run"
