"""Who asks, and the record of what people changed."""

from __future__ import annotations

import getpass
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from attrs import define

from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock


@define(frozen=True)
class Actor:
    """Who asks. via: terminal, console, or token."""

    name: str
    via: str


_acting: ContextVar[Actor | None] = ContextVar("acting", default=None)


@contextmanager
def acting(name: str, via: str) -> Iterator[None]:
    """Lets what is asked within the block be asked by this person."""
    before = _acting.set(Actor(name, via))
    try:
        yield
    finally:
        _acting.reset(before)


def actor() -> Actor:
    """Returns who asks: whoever `acting` says, else the user of this terminal."""
    if found := _acting.get():
        return found
    try:
        return Actor(getpass.getuser(), "terminal")
    except (KeyError, OSError):
        return Actor("somebody", "terminal")


def operator() -> str:
    """Returns the name of the person who asks, for the record."""
    return actor().name


def note_change(night: NightStore, action: str, subject: str, **details: object) -> None:
    """Notes that the person who asks has changed something. details: None is left out."""
    who = actor()
    given = {name: value for name, value in details.items() if value is not None}
    night.changes.add(clock.now(), who.name, who.via, action, subject, given)
