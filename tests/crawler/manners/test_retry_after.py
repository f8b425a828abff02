from __future__ import annotations

from datetime import UTC, datetime

import pytest
from scrapy.http import Response

from crawler.manners.retry_after import MOST_SECONDS, retry_after

NOW = datetime(2026, 3, 2, 3, 0, tzinfo=UTC)
FAR = "Fri, 31 Dec 9999 23:59:59 GMT"
DATE = "Mon, 02 Mar 2026 02:00:00 GMT"


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": " 120 "}, 120),
        ({"Retry-After": "9" * 30}, MOST_SECONDS),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "1.5"}, None),
        ({"Retry-After": "１２"}, None),
        ({"Retry-After": "Mon, 02 Mar 2026 02:00:30 GMT", "Date": DATE}, 30),
        ({"Retry-After": "Mon, 02 Mar 2026 03:00:30 GMT"}, 30),
        ({"Retry-After": "Mon, 02 Mar 2026 01:00:00 GMT", "Date": DATE}, 0),
        ({"Retry-After": "Fri, 31 Dec 9999 23:59:59 GMT"}, MOST_SECONDS),
        ({"Retry-After": "Fri, 31 Dec 99999 23:59:59 GMT"}, None),
        ({"Retry-After": "Mon, 02 Mar 2026 03:00:30 GMT", "Date": FAR}, 30),
    ],
)
def test_retry_after(headers: dict[str, str], seconds: float | None) -> None:
    raw = {name: value.encode("utf-8") for name, value in headers.items()}
    assert retry_after(Response("https://a.example/", 429, raw), NOW) == seconds
