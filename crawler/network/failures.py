"""Explains failed requests: by one word that is counted and one sentence for people."""

from __future__ import annotations

from attrs import define
from OpenSSL import SSL
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import (
    CannotResolveHostError,
    DownloadCancelledError,
    DownloadConnectionRefusedError,
    DownloadFailedError,
    DownloadTimeoutError,
    IgnoreRequest,
    ResponseDataLossError,
)
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from service_identity import VerificationError
from twisted.internet.error import ConnectError, ConnectionClosed
from twisted.web.client import ResponseFailed

from crawler.exceptions import MemoryUnavailable, PageError
from crawler.network.archived import place_of
from crawler.network.exceptions import BrowserGone, Refused
from crawler.network.rendering import RENDERED, Rendered
from pipelines.items import PageReport, PageState

GONE = frozenset({404, 410})

# The first class that fits counts.
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (DownloadTimeoutError, "timeout"),
    (CannotResolveHostError, "dns"),
    (DownloadConnectionRefusedError, "connection"),
    (ResponseDataLossError, "truncated"),
    (DownloadCancelledError, "too_large"),
    (SSL.Error, "tls"),
    (VerificationError, "tls"),
    (TunnelError, "proxy"),
    (ConnectError, "connection"),
    (ConnectionClosed, "connection"),
    (BrowserGone, "browser_gone"),
    (DownloadFailedError, "bad_answer"),  # the answer was no HTTP
    (MemoryUnavailable, "memory_unavailable"),
    (OSError, "connection"),
)
# Details of errors without a text.
_DETAILS = {
    "truncated": "the connection ended before the answer did",
    "too_large": "more came than DOWNLOAD_MAXSIZE allows",
}


@define(frozen=True, kw_only=True)
class Failure:
    """Why a request gave no article.

    reason: is counted. detail: for people. status: of the HTTP answer, if one came. bug: the error
    is in our own code.
    """

    reason: str
    detail: str
    state: PageState = "failed"
    status: int | None = None
    bug: bool = False


UNCHANGED = Failure(reason="not_modified", detail="", state="unchanged")


def failure_of(error: BaseException | None) -> Failure:
    """Explains an error that an errback was handed, or that a callback raised."""
    if isinstance(error, HttpError):
        status = error.response.status
        return Failure(
            reason=f"http_{status}",
            detail=f"{error.response.url} answered {status}",
            state="gone" if status in GONE else "failed",
            status=status,
        )
    if isinstance(error, PageError):
        return Failure(reason=error.reason, detail=error.detail, state=error.state)
    cause = _cause(error)
    if isinstance(cause, Refused):
        return Failure(reason=cause.reason, detail=str(cause)[:500], state=cause.state)
    if isinstance(error, IgnoreRequest):
        return Failure(reason="refused", detail=str(error)[:500])
    detail = f"{type(cause).__name__}: {cause}"[:500]
    for each in (cause, error):
        for kind, reason in _REASONS:
            if isinstance(each, kind):
                return Failure(reason=reason, detail=detail if str(cause) else _DETAILS[reason])
    return Failure(reason="bug", detail=detail, bug=True)


def _cause(error: BaseException | None) -> BaseException | None:
    """Returns the reason that Twisted has wrapped up: why a connection gave no answer."""
    packed = error.__cause__ if isinstance(error, DownloadFailedError) else None
    if isinstance(packed, ResponseFailed) and packed.reasons:
        return packed.reasons[0].value or error
    return error


def report_of(
    site: str, url: str, key: str | None, failure: Failure, response: Response | None = None
) -> PageReport:
    """Makes a report. The page goes along as evidence if it was unreadable or no usable answer."""
    report = PageReport(
        site=site,
        key=key,
        url=url,
        state=failure.state,
        reason=failure.reason,
        detail=failure.detail,
        status=failure.status,
    )
    if response is not None:
        report.status = response.status
        if failure.state in {"unreadable", "failed"}:
            report.evidence = response.body
            kind = response.headers.get("Content-Type") or b""
            report.evidence_type = kind.decode("latin-1") or None
            report.screenshot = screenshot_of(response)
            report.place = place_of(response)
    return report


def screenshot_of(response: Response) -> bytes | None:
    """Returns the screenshot of a rendered page, if one was made."""
    given = response.meta.get(RENDERED) if response.request is not None else None
    return given.screenshot if isinstance(given, Rendered) else None
