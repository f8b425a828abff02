"""Redirects with a reason: an endless or a broken one is said, and the Referer goes along."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares import redirect
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response

from crawler.middlewares.exceptions import BadRedirect, RedirectLoop


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Scrapy's, with exceptions that tell what is wrong."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise RedirectLoop(f"{response.url}: {error}") from error
        except ValueError as error:
            target = (response.headers.get("Location") or b"").decode("latin-1")
            raise BadRedirect(f"{response.url} redirects to {target[:200]!r}: {error}") from error

    def handle_referer(self, request: Request, response: Response) -> None:
        """A list that wants a Referer wants it behind a redirect, too."""
