"""Download handler of spiders whose site declares pages that need a browser."""

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
from crawler.network.rendering import WANTED

if TYPE_CHECKING:
    from crawler.browser.renderer import Keeper

# One browser for both http and https, for which Scrapy makes a handler each.
_keepers: WeakKeyDictionary[Crawler, Keeper] = WeakKeyDictionary()


class BrowserHandler(BaseDownloadHandler):
    """Renders requests with a `Rendering` in their meta; others go to BROWSER_PLAIN_HANDLER."""

    lazy = True

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        kind = load_object(crawler.settings["BROWSER_PLAIN_HANDLER"])
        self._plain: BaseDownloadHandler = build_from_crawler(kind, crawler)

    async def download_request(self, request: Request) -> Response:
        if WANTED not in request.meta:
            return await self._plain.download_request(request)
        if self.crawler not in _keepers:
            _keepers[self.crawler] = _new_keeper(self.crawler)
        return await _keepers[self.crawler].render(request)

    async def close(self) -> None:
        await self._plain.close()
        keeper = _keepers.pop(self.crawler, None)
        if keeper is not None:
            await keeper.close()


def _new_keeper(crawler: Crawler) -> Keeper:
    """Only now is any of the browser's code loaded.

    Raises:
        NoBrowserHere: the extra is not installed.
    """
    try:
        check_extra()
    except NoBrowser as error:
        raise NoBrowserHere(str(error)) from error
    from crawler.browser.renderer import Keeper

    return Keeper(crawler)
