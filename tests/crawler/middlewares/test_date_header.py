from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy import Request
from scrapy.http import Response

from crawler.middlewares.date_header import DateHeaderMiddleware
from crawler.network.dates import http_date, sent_at

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
        {"Date": "Fri, 31 Dec 9999 23:59:59 GMT"},
        {"Date": "Thu, 03 Jan 2030 00:00:00 GMT"},
        {"Date": "Thu, 01 Jan 1970 00:00:00 GMT"},
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
