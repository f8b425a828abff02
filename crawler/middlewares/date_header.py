"""Gives every response a `Date`, to which page objects refer relative times ("5分钟前")."""

from __future__ import annotations

import logging

from scrapy import Request
from scrapy.http import Response

from crawler.network.dates import http_date, sent_at
from pipelines.timing.clock import now

logger = logging.getLogger(__name__)


class DateHeaderMiddleware:
    """Sets `Date` where the server sent none that can be true."""

    def process_response(self, request: Request, response: Response) -> Response:
        if sent_at(response) is None:
            if "Date" in response.headers:
                logger.warning("%s has an odd Date: %s", response.url, response.headers["Date"])
            response.headers["Date"] = http_date(now())
        return response
