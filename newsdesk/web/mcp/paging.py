"""Pages of lists that are short enough to be made whole: one goes on after the entry shown last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from newsdesk.exceptions import BadCursor
from newsdesk.web.api.cursors import closed, opened

T = TypeVar("T")


def page_of(
    entries: Sequence[T], name: Callable[[T], str], after: str | None, limit: int
) -> tuple[Sequence[T], str | None]:
    """Returns a page of entries, and the cursor by which to go on. name: what an entry is known by.

    Raises:
        BadCursor: `after` is none, or its entry is in the list no more.
    """
    begin, last = 0, opened(after)
    if last is not None:
        place = next((place for place, each in enumerate(entries) if name(each) == last), None)
        if place is None:
            raise BadCursor("The list has changed since, and is to be read from its beginning.")
        begin = place + 1
    shown = entries[begin : begin + limit]
    more = begin + limit < len(entries)
    return shown, closed(name(shown[-1])) if more else None
