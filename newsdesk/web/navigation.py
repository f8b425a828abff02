"""The pages in the navigation with the keys that lead to them; only those that are there show."""

from __future__ import annotations

from attrs import define
from fastapi import FastAPI


@define(frozen=True)
class Entry:
    """A page in the navigation. key: after `g`. Its name is the text nav.NAME."""

    name: str
    path: str
    key: str

    def is_here(self, path: str) -> bool:
        """Tells whether an address belongs to this page."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


ENTRIES = (
    Entry("tonight", "/", "t"),
    Entry("jobs", "/jobs", "j"),
    Entry("schedules", "/schedules", "s"),
    Entry("articles", "/articles", "a"),
    Entry("topics", "/topics", "o"),
    Entry("stories", "/stories", "c"),
    Entry("hot", "/hot", "h"),
    Entry("rising", "/rising", "r"),
    Entry("api", "/api/docs", "d"),
)


def navigation(app: FastAPI) -> list[Entry]:
    """Returns the pages of an application, in order."""
    entries: list[Entry] | None = getattr(app.state, "navigation", None)
    if entries is None:
        paths = {getattr(route, "path", "") for route in app.routes}
        entries = app.state.navigation = [each for each in ENTRIES if each.path in paths]
    return entries
