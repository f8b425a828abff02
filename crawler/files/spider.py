"""The spider of saved files (`newsdesk import`), which go through the same pipelines."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any

import scrapy
from scrapy import Request
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from crawler.exceptions import ArgumentError, PageError
from crawler.files.mirror_post import read_mirror_post
from crawler.files.saved_text import read_saved_text
from crawler.network.failures import Failure, failure_of, report_of
from crawler.pages.html import decode
from pipelines.counting import counters
from pipelines.items import Article, PageReport

_FRONT_MATTER = re.compile(r"\s*---\s*\n")
_MARKDOWN = frozenset({".md", ".markdown"})
_HTML = frozenset({".htm", ".html", ".shtml"})


class FilesSpider(scrapy.Spider):
    """Reads files. paths: their names, one a line or as JSON array, or "@" and a file of names."""

    name = "files"
    custom_settings: dict[str, Any] = {  # noqa: RUF012 - as Scrapy declares it
        "DOWNLOAD_HANDLERS": {
            "file": "scrapy.core.downloader.handlers.file.FileDownloadHandler",
            **dict.fromkeys(("http", "https", "data", "ftp", "s3")),
        },
        # Files need no politeness.
        "DOWNLOAD_DELAY": 0,
        "ROBOTSTXT_OBEY": False,
        "RETRY_ENABLED": False,
        "DOWNLOADER_MIDDLEWARES": {
            "crawler.middlewares.date_header.DateHeaderMiddleware": 570,
            "scrapy.downloadermiddlewares.httpcompression.HttpCompressionMiddleware": None,
            "scrapy.downloadermiddlewares.redirect.RedirectMiddleware": None,
        },
    }

    def __init__(self, name: str | None = None, paths: str = "") -> None:
        super().__init__(name)
        self.paths = read_paths(paths)

    async def start(self) -> AsyncIterator[Request | PageReport]:
        largest = self.crawler.settings.getint("DOWNLOAD_MAXSIZE")
        for path in self.paths:
            counters.FOUND.add(self.crawler.stats)
            counters.REQUESTED.add(self.crawler.stats)
            unfit = unfit_file(path, largest)
            if unfit is not None:
                yield self._report(path, *unfit)
                continue
            yield Request(
                path.as_uri(),
                callback=self.parse_file,
                errback=self.file_failed,
                cb_kwargs={"path": path},
            )

    def parse_file(self, response: Response, path: Path) -> Iterator[Article | PageReport]:
        """Reads one article, or reports why the file gives none."""
        text = decode(response.body)
        try:
            yield reader_of(path, text)(text)
        except PageError as error:
            yield self._report(path, error.reason, error.detail, response)

    def file_failed(self, failed: TwistedFailure) -> Iterator[PageReport]:
        """Reports a file that cannot be opened."""
        request: Request = failed.request  # type: ignore[attr-defined]
        failure = failure_of(failed.value)
        reason = "no_file" if isinstance(failed.value, OSError) else failure.reason
        yield self._report(request.cb_kwargs["path"], reason, failure.detail)

    def _report(
        self, path: Path, reason: str, detail: str, response: Response | None = None
    ) -> PageReport:
        self.logger.warning("%s: %s: %s", path, reason, detail)
        failure = Failure(reason=reason, detail=detail, state="unreadable")
        report = report_of(self.name, path.name, None, failure, response)
        report.status = None
        return report


def unfit_file(path: Path, largest: int) -> tuple[str, str] | None:
    """Returns why a file is not opened, as reason and detail; opening a pipe could hang."""
    try:
        status = path.stat()
    except (OSError, ValueError) as error:
        return "no_file", f"{type(error).__name__}: {error}"
    if not stat.S_ISREG(status.st_mode):
        return "no_file", "a folder or a device; give the files themselves"
    if status.st_size > largest:
        return "too_large", f"larger than {largest} bytes"
    return None


def read_paths(text: str) -> list[Path]:
    """Returns the files named in the argument `paths`, absolute, each once.

    "@list" stands for what the file `list` holds: a command line has room for some thousand only.

    Raises:
        ArgumentError: no names, or JSON that is no array of strings.
    """
    try:
        if text.startswith("@"):
            text = Path(text[1:]).read_text(encoding="utf-8", errors="surrogateescape")
    except OSError as error:
        raise ArgumentError(f"paths={text[:200]!r}: {error.strerror}") from None
    try:
        names = json.loads(text) if text.lstrip().startswith("[") else text.splitlines()
    except ValueError as error:
        raise ArgumentError(f"paths={text[:80]!r} is no JSON array: {error}") from None
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise ArgumentError(f"paths={text[:80]!r} is no array of file names")
    named = [Path(name.strip()).absolute() for name in names if name.strip()]
    if not named:
        raise ArgumentError("paths is empty: give file names, one a line or as a JSON array")
    return list(dict.fromkeys(named))


def reader_of(path: Path, text: str) -> Callable[[str], Article]:
    """Returns the function that reads such a file.

    Raises:
        PageError: a web page, which cannot be read without its URL.
    """
    suffix = path.suffix.lower()
    if suffix in _HTML:
        raise PageError("needs_url", "a web page: read it with `newsdesk extract FILE --url URL`")
    if suffix in _MARKDOWN or _FRONT_MATTER.match(text):
        return read_mirror_post
    return read_saved_text
