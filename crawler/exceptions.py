"""Errors of looking for articles and reading their pages."""

from __future__ import annotations

from pipelines.items import PageState


class CrawlerError(Exception):
    """Base of this package's errors."""


class ArgumentError(CrawlerError):
    """Raised when a spider argument (`since`, `limit`, ...) cannot be used."""


class BrokenSite(CrawlerError, ImportError):
    """Raised when a site cannot be loaded: its file is wrong, or is not to be trusted.

    It stops the import of that site's module, and of nothing else.
    """


class SourceError(CrawlerError):
    """Raised when a list, roll or feed answered with something that cannot be read as one."""


class MemoryUnavailable(CrawlerError):
    """Raised when the memory of earlier runs does not answer; without it all is fetched again."""


class RecordingError(CrawlerError):
    """Raised when a folder to be replayed is no recording, naming the file and the entry."""


class PageError(CrawlerError):
    """Raised when a page is not a whole article. `reason` is counted, `detail` is for a person."""

    state: PageState = "unreadable"

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason = reason
        self.detail = detail


class PageGone(PageError):
    """Raised when the site says that the article no longer exists."""

    state: PageState = "gone"


class NotCollectable(PageError):
    """Raised when the page leads where no article can be collected (paid, video, other site)."""

    state: PageState = "not_collectable"


class Moved(PageError):
    """Raised when the page sends the reader on to `url`, where the article can be collected."""

    def __init__(self, url: str, detail: str = "") -> None:
        super().__init__("moved", detail or url)
        self.url = url
