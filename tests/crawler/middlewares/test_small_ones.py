from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy import Request
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest, ResponseDataLossError
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import ConnectionLost

from crawler.downloads.loopback import read_targets
from crawler.exceptions import MemoryUnavailable, NotCollectable
from crawler.middlewares.date_header import DateHeaderMiddleware
from crawler.network.dates import http_date, sent_at
from crawler.network.exceptions import NotRecorded, OffSite, Walled
from crawler.network.failures import failure_of

URL = "https://www.guancha.cn/"
MOMENT = datetime(2026, 3, 2, 3, 0, 7, tzinfo=UTC)


@pytest.mark.parametrize("written", ["Mon, 02 Mar 2026 03:00:07 GMT", "02 Mar 2026 11:00:07 +0800"])
def test_the_servers_date_is_kept(written: str) -> None:
    response = Response(URL, headers={"Date": written})
    assert sent_at(DateHeaderMiddleware().process_response(Request(URL), response)) == MOMENT
    assert response.headers["Date"] == written.encode()


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Date": "0"},
        {"Date": "gestern"},
        {"Date": "\xff"},
        {"Date": "Fri, 31 Dec 9999 23:59:59 -0100"},
        {"Date": "Mon, 01 Jan 99999999999 00:00:00 GMT"},
    ],
)
def test_without_one_our_clock_counts(
    headers: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NEWSDESK_CLOCK", "2030-01-01T00:00:00+00:00")
    response = DateHeaderMiddleware().process_response(Request(URL), Response(URL, headers=headers))
    sent = sent_at(response)
    assert sent is not None
    assert sent.year == 2030
    assert http_date(MOMENT) == "Mon, 02 Mar 2026 03:00:07 GMT"


@pytest.mark.parametrize(
    ("error", "state", "reason"),
    [
        (HttpError(Response(URL, status=404)), "gone", "http_404"),
        (HttpError(Response(URL, status=503)), "failed", "http_503"),
        (DownloadTimeoutError("slow"), "failed", "timeout"),
        (ConnectionLost(), "failed", "connection"),
        (NotRecorded("x"), "failed", "not_recorded"),
        (OffSite("x"), "not_collectable", "off_site"),
        (Walled("x"), "unreadable", "wall"),
        (NotCollectable("paid", "x"), "not_collectable", "paid"),
        (TunnelError("no"), "failed", "proxy"),
        (ResponseDataLossError(), "failed", "truncated"),
        (IgnoreRequest("something new"), "failed", "refused"),
        (MemoryUnavailable("x"), "failed", "memory_unavailable"),
        (KeyError("x"), "failed", "bug"),
    ],
)
def test_setbacks(error: Exception, state: str, reason: str) -> None:
    failure = failure_of(error)
    assert (failure.state, failure.reason, failure.bug) == (state, reason, reason == "bug")


def test_only_loopback_stands_in_for_a_site() -> None:
    targets = {"www.guancha.cn": "127.0.0.1:8000", "*": "[::1]:8001"}
    assert read_targets('{"www.guancha.cn": "127.0.0.1:8000", "*": "[::1]:8001"}') == targets
    for bad in ("[]", "{", '{"a": "10.0.0.1:80"}', '{"a": "127.0.0.1"}', '{"a": "localhost:80"}'):
        with pytest.raises(ValueError, match=r".+"):
            read_targets(bad)
