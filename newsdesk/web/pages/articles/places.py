"""Who takes a file along just now: one file a person, so that nobody holds all places."""

from __future__ import annotations

from datetime import datetime
from threading import Lock

from attrs import define, field

from newsdesk.web.security.visitor import Visitor
from pipelines.timing import clock


@define(frozen=True)
class Going:
    """A file that is on its way."""

    name: str
    since: datetime


class Busy(Exception):
    """Raised when there is no place. own: the person's file that is on its way; None if all places
    are taken by others."""

    def __init__(self, own: Going | None) -> None:
        super().__init__(own)
        self.own = own


@define(eq=False)
class Places:
    """So many at once, each of another person or program. Made for many threads."""

    most: int
    _going: dict[tuple[str, str], Going] = field(factory=dict)
    _lock: Lock = field(factory=Lock)

    def begin(self, visitor: Visitor, name: str) -> None:
        """Takes a place for a file of this name.

        Raises:
            Busy: the visitor has one already, or there is none.
        """
        with self._lock:
            own = self._going.get(_key(visitor))
            if own is not None or len(self._going) >= self.most:
                raise Busy(own)
            self._going[_key(visitor)] = Going(name, clock.now())

    def end(self, visitor: Visitor) -> None:
        """Gives the place back."""
        with self._lock:
            del self._going[_key(visitor)]


def _key(visitor: Visitor) -> tuple[str, str]:
    return visitor.via, visitor.name
