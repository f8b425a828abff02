"""Gives every response a `Date`, to which page objects refer relative times ("5分钟前")."""

from __future__ import annotations

import logging

from scrapy import Request
from scrapy.http import Response

from crawler.network.dates import believed_date, http_date
from pipelines.timing.clock import now

logger = logging.getLogger(__name__)


class DateHeaderMiddleware:
    """Sets `Date` where the server sent none that can be read and believed."""

    def process_response(self, request: Request, response: Response) -> Response:
        moment = now()
        if believed_date(response, moment) is None:
            if "Date" in response.headers:
                logger.warning("%s has an odd Date: %s", response.url, response.headers["Date"])
            response.headers["Date"] = http_date(moment)
        return response
