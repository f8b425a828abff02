"""Follows redirects, and says why one that cannot be followed is refused."""

from __future__ import annotations

from typing import Self

from scrapy import Request
from scrapy.crawler import Crawler
from scrapy.downloadermiddlewares import redirect
from scrapy.exceptions import IgnoreRequest
from scrapy.http import Response, TextResponse

from crawler.manners.politeness import politeness_of
from crawler.manners.walls import wall_behind
from crawler.network.exceptions import BadRedirect, RedirectLoop, Walled


class RedirectMiddleware(redirect.RedirectMiddleware):
    """Scrapy's, but it raises an exception of its own for loops, broken targets and walls."""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> Self:
        middleware = cls(crawler.settings)
        middleware.crawler = crawler
        return middleware

    def process_response(  # type: ignore[override]
        self, request: Request, response: Response
    ) -> Request | Response:
        self._refuse_walls(request, response)
        try:
            return super().process_response(request, response)
        except IgnoreRequest as error:
            raise RedirectLoop(f"{response.url}: {error}") from error
        except ValueError as error:
            target = (response.headers.get("Location") or b"").decode("latin-1")
            raise BadRedirect(f"{response.url} redirects to {target[:200]!r}: {error}") from error

    def _refuse_walls(self, request: Request, response: Response) -> None:
        """Raises `Walled` if a redirect leads to a wall; the redirect itself is the evidence."""
        target = (response.headers.get("Location") or b"").decode("latin-1")
        wall = wall_behind(response.url, target) if 300 <= response.status < 400 else None
        if wall is None:
            return
        seen = response
        if not response.body:
            text = f"HTTP {response.status}\nLocation: {target}\n".encode()
            seen = TextResponse(response.url, response.status, {"Content-Type": "text/plain"}, text)
        politeness = politeness_of(self.crawler)
        if politeness is not None:
            politeness.met_wall(wall, seen, is_list="source" in request.cb_kwargs)
        raise Walled(f"{response.url} leads to {target[:200]} ({wall}): try later", seen)

    def handle_referer(self, request: Request, response: Response) -> None:
        """Keeps the Referer of the first request; Scrapy's would put the redirecting page there."""
