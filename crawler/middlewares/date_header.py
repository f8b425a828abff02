"""Every response says when it was sent, so that pages with relative times stay pure."""

from __future__ import annotations

from scrapy import Request
from scrapy.http import Response

from crawler.network.dates import http_date, sent_at
from pipelines.clock import now


class DateHeaderMiddleware:
    """Sets `Date` where the server gave none, or none that can be read."""

    def process_response(self, request: Request, response: Response) -> Response:
        if sent_at(response) is None:
            response.headers["Date"] = http_date(now())
        return response
