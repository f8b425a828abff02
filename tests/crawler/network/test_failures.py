from __future__ import annotations

import pytest
from scrapy.core.downloader.handlers.http11 import TunnelError
from scrapy.exceptions import DownloadTimeoutError, IgnoreRequest, ResponseDataLossError
from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.internet.error import ConnectionLost

from crawler.exceptions import MemoryUnavailable, NotCollectable
from crawler.network.exceptions import NotRecorded, OffSite, Walled
from crawler.network.failures import failure_of

URL = "https://www.guancha.cn/"


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
def test_every_error_has_a_state_and_a_reason(error: Exception, state: str, reason: str) -> None:
    failure = failure_of(error)
    assert (failure.state, failure.reason, failure.bug) == (state, reason, reason == "bug")
