"""The download handler of sites with pages that need a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.http import Response
from scrapy.utils.misc import build_from_crawler, load_object

from crawler.browser.program import NoBrowser, check_extra
from crawler.network.exceptions import NoBrowserHere
from crawler.network.rendering import RENDERING

if TYPE_CHECKING:
    from crawler.browser.renderer import Renderer

# Scrapy makes a handler each for http and https; both share one browser.
_renderers: WeakKeyDictionary[Crawler, Renderer] = WeakKeyDictionary()


class BrowserHandler(BaseDownloadHandler):
    """Renders requests with a `Rendering` in their meta.

    All others go to the handler in the setting BROWSER_PLAIN_HANDLER.
    """

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        kind = load_object(crawler.settings["BROWSER_PLAIN_HANDLER"])
        self._plain: BaseDownloadHandler = build_from_crawler(kind, crawler)

    async def download_request(self, request: Request) -> Response:
        if RENDERING not in request.meta:
            return await self._plain.download_request(request)
        if self.crawler not in _renderers:
            _renderers[self.crawler] = _new_renderer(self.crawler)
        return await _renderers[self.crawler].render(request)

    async def close(self) -> None:
        await self._plain.close()
        renderer = _renderers.pop(self.crawler, None)
        if renderer is not None:
            await renderer.close()


def _new_renderer(crawler: Crawler) -> Renderer:
    """Loads the browser's code, which no crawl needs that renders nothing.

    Raises:
        NoBrowserHere: the extra is not installed.
    """
    try:
        check_extra()
    except NoBrowser as error:
        raise NoBrowserHere(str(error)) from error
    from crawler.browser.renderer import Renderer

    return Renderer(crawler)
