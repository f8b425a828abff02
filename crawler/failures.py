"""Why a request came to nothing, as one word that is counted and one sentence for a person."""

from __future__ import annotations

from attrs import define
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import ConnectError, ConnectionClosed

from crawler.exceptions import MemoryUnavailable
from crawler.middlewares.exceptions import OffSite, Refused
from pipelines.items import PageState

GONE = frozenset({404, 410})

# The first that fits counts.
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (DownloadTimeoutError, "timeout"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "connection"),
    (ResponseDataLossError, "truncated"),
    (DownloadCancelledError, "too_large"),
    (DownloadFailedError, "connection"),
    (ConnectError, "connection"),
    (ConnectionClosed, "connection"),
    (MemoryUnavailable, "memory_unavailable"),
    (OSError, "connection"),
)
# Scrapy tells these apart by their text alone.
_IGNORED = {
    "Forbidden by robots.txt": "robots_forbidden",
    "max redirections reached": "redirect_loop",
}


@define(frozen=True, kw_only=True)
class Setback:
    """What became of a request. status: HTTP's, if there was an answer. bug: it is our fault."""

    reason: str
    detail: str
    state: PageState = "failed"
    status: int | None = None
    bug: bool = False


def setback_of(error: BaseException | None) -> Setback:
    """Judge what an errback was handed, or what a callback raised."""
    detail = f"{type(error).__name__}: {error}"[:500]
    if isinstance(error, HttpError):
        status = error.response.status
        return Setback(
            reason=f"http_{status}",
            detail=f"{error.response.url} answered {status}",
            state="gone" if status in GONE else "failed",
            status=status,
        )
    if isinstance(error, Refused):
        state: PageState = "not_collectable" if isinstance(error, OffSite) else "failed"
        return Setback(reason=error.reason, detail=str(error), state=state)
    if isinstance(error, IgnoreRequest):
        return Setback(reason=_IGNORED.get(str(error), "refused"), detail=str(error))
    for kind, reason in _REASONS:
        if isinstance(error, kind):
            return Setback(reason=reason, detail=detail)
    return Setback(reason="bug", detail=detail, bug=True)
