"""Searches that people keep in the console, for all who read it."""

from __future__ import annotations

from newsdesk.answers.operations.night import opened_night
from newsdesk.answers.who import note_change, operator
from newsdesk.exceptions import NoSuchSearch, NotNow, NotYours
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.operations.searches import MOST
from pipelines.timing import clock

LONGEST_NAME = 80


def saved_searches(settings: Settings) -> list[Document]:
    """Returns all, by name."""
    with opened_night(settings) as night:
        return night.searches.list()


def save_search(settings: Settings, name: str, asked: str, *, any_ones: bool) -> None:
    """Keeps a search under a name. any_ones: also in place of somebody else's.

    Raises:
        NotYours: somebody else has one of this name.
        NotNow: there are as many as can be.
    """
    with opened_night(settings) as night:
        known = night.searches.get(name)
        if known is not None:
            _check_whose(known, any_ones=any_ones)
        if not night.searches.put(name, asked, operator(), clock.now()):
            raise NotNow(f"There are {MOST} saved searches: remove one first.")
        note_change(night, "search.save", name, asked=asked)


def remove_search(settings: Settings, name: str, *, any_ones: bool) -> None:
    """Removes a saved search.

    Raises:
        NoSuchSearch: there is none of this name.
        NotYours: somebody else saved it.
    """
    with opened_night(settings) as night:
        known = night.searches.get(name)
        if known is None:
            raise NoSuchSearch(f"There is no saved search {name!r}: it may be removed already.")
        _check_whose(known, any_ones=any_ones)
        night.searches.remove(name)
        note_change(night, "search.remove", name, asked=known["asked"])


def _check_whose(known: Document, *, any_ones: bool) -> None:
    if known["by"] != operator() and not any_ones:
        raise NotYours(
            f"{known['by']} saved {known['_id']!r}: take another name, or ask an operator."
        )
