"""Cursors as programs get them: what the answers call one, closed, so that nobody builds on it."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode

from newsdesk.exceptions import BadCursor


def closed(cursor: str | None) -> str | None:
    """Returns a cursor to be given out."""
    return None if cursor is None else urlsafe_b64encode(cursor.encode()).decode().rstrip("=")


def opened(text: str | None) -> str | None:
    """Returns the cursor that was given out.

    Raises:
        BadCursor: it is none.
    """
    if text is None:
        return None
    try:
        cursor = urlsafe_b64decode(text + "=" * (-len(text) % 4)).decode()
    except ValueError:
        cursor = ""
    if closed(cursor) != text:  # decoding overlooks signs that do not belong there
        raise BadCursor(
            "`after` is no cursor: take it from `next` of the page before, or leave it out."
        )
    return cursor
