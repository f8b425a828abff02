"""Which articles are wanted, as people type it; cursors, by which one goes on in a long list."""

from __future__ import annotations

from datetime import MAXYEAR, MINYEAR, UTC, datetime

from newsdesk.answers.moments import read_span
from newsdesk.exceptions import BadCursor
from pipelines.storage.queries import Filters, Position


def read_filters(
    *,
    site: str | None = None,
    topic: str | None = None,
    since: str | None = None,
    until: str | None = None,
    story: str | None = None,
    source: str | None = None,
    section: str | None = None,
    edited: bool = False,
    gone: bool = False,
) -> Filters:
    """The filters of these words.

    Raises:
        BadMoment: since or until is no time, or nothing is between them.
    """
    begin, end = read_span(since, until)
    return Filters(
        site=site,
        topic=topic,
        since=begin,
        until=end,
        story=story,
        source=source,
        section=section,
        edited=edited,
        gone=gone,
    )


def cursor_of(position: Position) -> str:
    """ "2026-03-01T01:30:00.000Z/guancha:516923"."""
    at = position.at.astimezone(UTC)
    return f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z/{position.id}"


def read_cursor(text: str) -> Position:
    """The position that a cursor names.

    Raises:
        BadCursor: it is none.
    """
    moment, slash, id_ = text.strip().partition("/")
    try:
        at = datetime.fromisoformat(moment)
    except ValueError:
        at = None
    known = at is not None and at.tzinfo is not None and MINYEAR < at.year < MAXYEAR
    if at is None or not known or not slash or not id_:
        raise BadCursor(
            f"{text!r} is no cursor: take it from what the command before this one said."
        )
    return Position(at=at, id=id_)
