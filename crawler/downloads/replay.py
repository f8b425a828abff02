"""Answers every request from a recording, so that unmodified spiders run without a network."""

from __future__ import annotations

import asyncio
from pathlib import Path

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.downloads.recording import RecordedPage, Recording
from crawler.network.dates import http_date
from crawler.network.exceptions import NotRecorded


class ReplayHandler(BaseDownloadHandler):
    """Download handler for http and https over the recording in NEWSDESK_REPLAY."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._recording = Recording.read(Path(crawler.settings["NEWSDESK_REPLAY"]))
        self._limit = crawler.settings.getint("DOWNLOAD_MAXSIZE")

    async def download_request(self, request: Request) -> Response:
        posted = request.body if request.method == "POST" else None
        page = self._recording.find(request.url, posted)
        if page is None:
            what = f", posted {request.body[:100]!r}," if posted is not None else ""
            folder = self._recording.folder
            raise NotRecorded(f"{request.url}{what} is not in the recording {folder}")
        body = await asyncio.to_thread(page.body)
        if len(body) > self._limit:
            raise DownloadCancelledError(f"{page.path} is larger than {self._limit} bytes")
        headers = _headers(page)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=body)
        return kind(url=request.url, status=page.status, headers=headers, body=body)


def _headers(page: RecordedPage) -> Headers:
    headers = Headers(dict(page.headers))
    if page.recorded_at is not None:
        headers.setdefault("Date", http_date(page.recorded_at))
    return headers
