"""Reasons why a request is not made, or its answer not used; Scrapy hands them to the errback."""

from __future__ import annotations

from typing import ClassVar

from scrapy.exceptions import DownloadFailedError, IgnoreRequest
from scrapy.http import Response

from pipelines.items import PageState


class BrowserGone(DownloadFailedError):
    """Raised when the browser, its driver or a page's process has ended or hangs.

    Scrapy tries the request again.
    """


class Refused(IgnoreRequest):
    """Base. reason: the word that is counted. state: what becomes of the page."""

    reason: ClassVar[str] = "refused"
    state: ClassVar[PageState] = "failed"


class OffSite(Refused):
    """Raised when a request, or a redirect, leads away from the site's domains or from http(s)."""

    reason = "off_site"
    state = "not_collectable"


class BadAddress(Refused):
    """Raised when a URL has a host or a port that no server can have."""

    reason = "bad_url"
    state = "not_collectable"


class ForbiddenAddress(Refused):
    """Raised when a URL's host is an address that is not public: this machine, its network."""

    reason = "forbidden_address"
    state = "not_collectable"


class ForbiddenAnswer(Refused):
    """Raised when a name leads to an address that is not public, which may change."""

    reason = "forbidden_answer"


class Walled(Refused):
    """Raised when the site shows a wall instead of a page; later it may show the page."""

    reason = "wall"
    state = "unreadable"

    def __init__(self, text: str, response: Response | None = None) -> None:
        super().__init__(text)
        self.response = response


class ProxyMissing(Refused):
    """Raised when a site is to be reached through a proxy and the operator has set none."""

    reason = "proxy_missing"


class LeftAlone(Refused):
    """Raised when a site is not to be asked now: quiet hours, a spent budget, a long pause."""

    reason = "left_alone"


class BreakerOpen(Refused):
    """Raised when a host has not answered several times in a row and is left alone for a while."""

    reason = "breaker_open"


class BadRedirect(Refused):
    """Raised when a redirect leads to something that is no URL."""

    reason = "bad_redirect"


class RedirectLoop(Refused):
    """Raised when redirects do not come to an end."""

    reason = "redirect_loop"


class RobotsForbidden(Refused):
    """Raised when the site's robots.txt forbids a URL."""

    reason = "robots_forbidden"


class RobotsUnreachable(Refused):
    """Raised when a robots.txt cannot be had: then nothing is asked of its host."""

    reason = "robots_unreachable"


class NotRecorded(Refused):
    """Raised when a URL is asked for that the replayed recording does not hold."""

    reason = "not_recorded"


class BadEncoding(Refused):
    """Raised when a compressed answer is cut off, damaged, or of a kind we did not ask for."""

    reason = "bad_encoding"


class HeadersTooLarge(Refused):
    """Raised when the headers of an answer do not come to an end."""

    reason = "too_large"


class TooLarge(Refused):
    """Raised when an answer unpacks to more than DOWNLOAD_MAXSIZE."""

    reason = "too_large"


class NoBrowserHere(Refused):
    """Raised when a page is to be rendered and there is no browser; says what to install."""

    reason = "no_browser"


class HostilePage(Refused):
    """Raised when a page in the browser opens windows or dialogs without end."""

    reason = "hostile_page"
    state = "unreadable"


class TooHeavy(Refused):
    """Raised when a page in the browser takes more memory than it may."""

    reason = "too_heavy"
    state = "unreadable"


class NotAPage(Refused):
    """Raised when what is to be rendered is a file to be downloaded."""

    reason = "not_a_page"
    state = "unreadable"
