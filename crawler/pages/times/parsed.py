"""What a text gave as a time, and what is doubtful about it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from attrs import define

from pipelines.items import Flag

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
"""Nothing was published on the web before; 1900 and 1970 are what empty fields turn into."""
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
AHEAD = timedelta(days=1)
"""How far a published time may lie ahead of the time at which it was seen: zones differ."""


class ImpossibleTime(Exception):
    """Raised when a text prints a date or clock time that does not exist, or means two days."""


@define(frozen=True, kw_only=True)
class ParsedTime:
    """A time that a text gave.

    moment: aware, UTC. relative: it was worked out from the reference time (a year-less date
    counts). date_only: no time of day was printed; the moment is the day's start in the zone.
    guessed: the text leaves a part open ("几分钟前", "18-03-05", "3天前" without a clock).
    """

    moment: datetime
    relative: bool = False
    date_only: bool = False
    guessed: bool = False

    @property
    def flags(self) -> list[Flag]:
        """The doubts, for `extraction.flags`."""
        doubts: dict[Flag, bool] = {
            "relative_time": self.relative,
            "date_only": self.date_only,
            "time_guessed": self.guessed,
        }
        return [flag for flag, is_so in doubts.items() if is_so]


def is_plausible(moment: datetime, seen_at: datetime | None = None) -> bool:
    """Whether something on the web can have been published then, if it was seen at `seen_at`."""
    return EARLIEST <= moment < LATEST and (seen_at is None or moment - seen_at < AHEAD)
