"""Why a request is not made, or its answer not used. Scrapy hands these to the errback at once."""

from __future__ import annotations

from typing import ClassVar

from scrapy.exceptions import IgnoreRequest


class Refused(IgnoreRequest):
    """Base; `reason` is the word that is counted."""

    reason: ClassVar[str] = "refused"


class OffSite(Refused):
    """Raised when a request, or a redirect, leads away from the site's domains or from http(s)."""

    reason = "off_site"


class NotRecorded(Refused):
    """Raised when a URL is asked for that the replayed recording does not hold."""

    reason = "not_recorded"


class BadEncoding(Refused):
    """Raised when a compressed answer is cut off, damaged, or of a kind we did not ask for."""

    reason = "bad_encoding"


class TooLarge(Refused):
    """Raised when an answer unpacks to more than DOWNLOAD_MAXSIZE."""

    reason = "too_large"
