"""Answers every request from a recording, so that unmodified spiders run without a network."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path

from scrapy import Request
from scrapy.core.downloader.handlers.base import BaseDownloadHandler
from scrapy.crawler import Crawler
from scrapy.exceptions import DownloadCancelledError
from scrapy.http import Headers, Response
from scrapy.responsetypes import responsetypes

from crawler.archive.exceptions import Damaged, TargetAway
from crawler.downloads.answers import Answer
from crawler.downloads.opening import open_recording
from crawler.downloads.warc_recording import WarcRecording
from crawler.network.dates import http_date
from crawler.network.exceptions import NotRecorded

logger = logging.getLogger(__name__)


class ReplayHandler(BaseDownloadHandler):
    """Download handler for http and https over the recording in NEWSDESK_REPLAY."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        settings = crawler.settings
        self._recording = open_recording(
            Path(settings["NEWSDESK_REPLAY"]), settings.get("NEWSDESK_REPLAY_NIGHT", "")
        )
        self._limit = settings.getint("DOWNLOAD_MAXSIZE")
        if isinstance(self._recording, WarcRecording):
            for problem in self._recording.problems:
                logger.warning("Left out of the recording: %s", problem)

    async def download_request(self, request: Request) -> Response:
        posted = request.body if request.method == "POST" else None
        page = self._recording.find(request.url, posted)
        if page is None:
            what = f", posted {request.body[:100]!r}," if posted is not None else ""
            folder = self._recording.folder
            raise NotRecorded(f"{request.url}{what} is not in the recording {folder}")
        try:
            answer = await asyncio.to_thread(page.answer)
        except (Damaged, TargetAway) as error:
            raise NotRecorded(f"{request.url} cannot be had from the recording: {error}") from error
        if len(answer.body) > self._limit:
            raise DownloadCancelledError(
                f"the recorded {request.url} is larger than {self._limit} bytes"
            )
        headers = headers_of(answer)
        kind = responsetypes.from_args(headers=headers, url=request.url, body=answer.body)
        return kind(
            url=request.url,
            status=answer.status,
            headers=headers,
            body=answer.body,
            flags=["partial"] if answer.cut else [],
        )


def headers_of(answer: Answer) -> Headers:
    """Returns an answer's headers, with the time at which it was given."""
    headers = Headers()
    for name, value in answer.headers:
        headers.appendlist(name, value)
    if answer.at is not None:
        headers.setdefault("Date", http_date(answer.at))
    return headers
