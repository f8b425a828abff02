"""The pages in the navigation with the keys that lead to them; only those that are there show."""

from __future__ import annotations

from attrs import define


@define(frozen=True)
class Entry:
    """A page in the navigation. key: after `g`. Its name is the text nav.NAME. first: it begins a
    group."""

    name: str
    path: str
    key: str
    first: bool = False

    def is_here(self, path: str) -> bool:
        """Tells whether an address belongs to this page."""
        return path == self.path or (self.path != "/" and path.startswith(f"{self.path}/"))


ENTRIES = (
    Entry("tonight", "/", "t"),
    Entry("jobs", "/jobs", "j"),
    Entry("schedules", "/schedules", "s"),
    Entry("articles", "/articles", "a", first=True),
    Entry("topics", "/topics", "o"),
    Entry("stories", "/stories", "c"),
    Entry("hot", "/hot", "h"),
    Entry("rising", "/rising", "r"),
    Entry("api", "/api/docs", "d", first=True),
)
