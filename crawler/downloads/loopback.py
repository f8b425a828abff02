"""For tests: the spiders ask for real URLs, and a server on this machine answers them.

NEWSDESK_RESOLVE holds a JSON object from host names (or "*" for all others) to addresses on
loopback, {"www.guancha.cn": "127.0.0.1:8000"}. Hosts that are not named do not resolve: such a
crawl reaches nothing but this machine. Off unless set; no other address is accepted.
"""

from __future__ import annotations

import ipaddress
import json
from collections.abc import Mapping
from urllib.parse import urlsplit

from scrapy import Request
from scrapy.core.downloader.handlers.http11 import HTTP11DownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import CannotResolveHostError
from scrapy.http import Response


class LoopbackHandler(HTTP11DownloadHandler):
    """Download handler for http and https (as http) over the servers in NEWSDESK_RESOLVE."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._targets = read_targets(crawler.settings["NEWSDESK_RESOLVE"])

    async def download_request(self, request: Request) -> Response:
        address = urlsplit(request.url)
        target = self._targets.get(address.hostname or "", self._targets.get("*"))
        if target is None:
            raise CannotResolveHostError(f"{address.hostname} is not in NEWSDESK_RESOLVE")
        headers = request.headers.copy()
        headers["Host"] = address.netloc
        meta = {name: value for name, value in request.meta.items() if name != "proxy"}
        local = address._replace(scheme="http", netloc=target, fragment="").geturl()
        response = await super().download_request(
            request.replace(url=local, headers=headers, meta=meta)
        )
        return response.replace(url=request.url)


def read_targets(text: str) -> Mapping[str, str]:
    """Host names and the loopback addresses ("127.0.0.1:8000") that stand in for them.

    Raises:
        ValueError: no JSON object of strings, or an address that is not on loopback.
    """
    targets = json.loads(text)
    if not isinstance(targets, dict):
        raise ValueError(  # noqa: TRY004 - the value of a setting is wrong, not a type
            f"NEWSDESK_RESOLVE={text!r} is no JSON object"
        )
    for host, target in targets.items():
        address = urlsplit(f"http://{target}")
        if not ipaddress.ip_address(address.hostname or "").is_loopback or address.port is None:
            raise ValueError(f"NEWSDESK_RESOLVE: {host}: {target!r} is no loopback address:port")
    return targets
