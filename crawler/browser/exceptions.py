"""What can go wrong with the browser itself; Scrapy tries such a request again."""

from __future__ import annotations

from scrapy.exceptions import DownloadFailedError


class BrowserGone(DownloadFailedError):
    """Raised when the browser, its driver or a page's process has ended, or hangs."""
