"""Newsdesk for people: what they ask, the command line, the doctor, and `newsdesk.open()`."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from newsdesk.client import Newsdesk

__version__ = "1.0.0"


def open(*, database: str | None = None, uri: str | None = None) -> Newsdesk:  # noqa: A001
    """Opens the database that the command line uses, for programs and notebooks.

    database: another one's name. uri: of another MongoDB.

    Raises:
        MissingExtra: the extra `export` is not installed.
    """
    from newsdesk.answers.export import extra

    with extra.explained():
        from newsdesk.client import opened
    return opened(database=database, uri=uri)
