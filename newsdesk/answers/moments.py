"""Times that people type and read."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, datetime

from newsdesk.exceptions import BadMoment
from pipelines.timing.beijing import ZONE, in_beijing


def read_moment(text: str, name: str) -> datetime:
    """A date or time as typed for the option `name`; without a zone it is Beijing's.

    Raises:
        BadMoment: it is neither.
    """
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        moment = None
    if moment is None or not MINYEAR < moment.year < MAXYEAR:  # else it is none in another zone
        raise BadMoment(
            f"{name} {text!r} is no date or time: write 2026-03-01 or 2026-03-01T08:30."
        )
    return moment if moment.tzinfo else moment.replace(tzinfo=ZONE)


def read_span(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """The two ends of a time as typed for `since` and `until`, whatever the medium.

    Raises:
        BadMoment: one is no time, or nothing lies between the two.
    """
    begin = read_moment(since, "since") if since else None
    end = read_moment(until, "until") if until else None
    if begin and end and begin >= end:
        raise BadMoment(
            f"since={since!r} is not before until={until!r}: nothing is between. The day that "
            "until names is left out: name the one after it."
        )
    return begin, end


def beijing(moment: datetime | None, form: str = "%Y-%m-%d %H:%M") -> str | None:
    """A time as the sites print it."""
    return in_beijing(moment).strftime(form) if moment else None


def stamp(moment: datetime | None) -> str | None:
    """A time with seconds and its zone."""
    return beijing(moment, "%Y-%m-%d %H:%M:%S (Beijing)")
