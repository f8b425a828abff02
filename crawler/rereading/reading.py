"""Reads the articles of archived visits as the spider reads pages that it fetches."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

import web_poet
from attrs import define, evolve, field
from scrapy.http import Headers, Response

from crawler.archive.cdxj import Entry
from crawler.archive.exceptions import Damaged
from crawler.archive.members import LARGEST
from crawler.downloads.answers import Answer, ArchivedAnswers
from crawler.exceptions import Moved, PageError
from crawler.middlewares.decompression import unpacked_body
from crawler.network.conditional import with_validators
from crawler.network.cut_off import is_part
from crawler.network.dates import http_date, read_http_date
from crawler.network.exceptions import Refused
from crawler.pages.base import Continuation, join_pages
from crawler.pages.budget import read_within_budget
from crawler.rereading.rules import page_for
from crawler.rereading.visits import Visit, Visits
from crawler.site import Site
from crawler.spiders.parts import MAX_PARTS
from pipelines.items import Archived, Article

T = TypeVar("T")
Stages = defaultdict[str, float]
"""Seconds of CPU time, by what they went to."""
DAMAGED = "damaged"
MOVED = "moved"
"""The page is a shell that sends its reader to another address."""


class NotRead(PageError):
    """Raised when an archived page gives no article."""


@define(kw_only=True, eq=False)
class ArchiveReader:
    """Reads visits of a site's articles. seconds: of CPU time, by what they went to."""

    site: Site
    answers: ArchivedAnswers
    page_seconds: float
    seconds: Stages = field(factory=lambda: defaultdict(float))

    def read(self, visits: Visits, visit: Visit) -> Article:
        """Returns the article of a visit, with the place of its page in the archive.

        Raises:
            NotRead: the reason says why its page gives none.
        """
        try:
            return self._read(visits, visit)
        except NotRead:
            raise
        except Moved as moved:
            raise NotRead(MOVED, moved.url) from moved
        except PageError as error:
            raise NotRead(error.reason, error.detail) from error
        except Damaged as error:
            raise NotRead(DAMAGED, str(error)) from error
        except Refused as error:
            raise NotRead(error.reason, str(error)) from error

    def _read(self, visits: Visits, visit: Visit) -> Article:
        answer = self._answer(visit.entry)
        article, rest = self._page(visit.entry.url, answer)
        if article.id != visits.id:
            raise NotRead("same_as", article.id)
        if rest is not None:
            article = self._joined(article, rest, visits, visit)
        elif self.site.rendering_for(visit.url.url) is None:
            article = with_validators(article, _head(visit.entry.url, answer))
        place = self.answers.place(visit.entry)
        article.archive = Archived(file=place.file, offset=place.offset, digest=place.digest)
        return article

    def _joined(self, first: Article, rest: Continuation, visits: Visits, visit: Visit) -> Article:
        """Returns an article with all its pages: the one with the whole text, else one by one."""
        if rest.full_text_url is not None:
            try:
                return self._with_pages(first, (rest.full_text_url,), visits, visit, whole=True)
            except PageError:
                if not rest.page_urls:
                    raise
        return self._with_pages(first, rest.page_urls, visits, visit, whole=False)

    def _with_pages(
        self,
        first: Article,
        urls: tuple[str, ...],
        visits: Visits,
        visit: Visit,
        *,
        whole: bool,
    ) -> Article:
        if not 0 < len(urls) < MAX_PARTS:
            raise NotRead("page_missing", f"{len(urls)} further pages")
        parts = []
        for url in urls:
            entry = visits.page(url, visit)
            if entry is None:
                raise NotRead("page_missing", f"{url} was not archived with {visit.entry.url}")
            part, _ = self._page(url, self._answer(entry))
            parts.append(part)
        return join_pages(first, parts, full_text=whole)

    def _answer(self, entry: Entry) -> Answer:
        return self._timed("archive", lambda: self.answers.read(entry))

    def _page(self, url: str, answer: Answer) -> tuple[Article, Continuation | None]:
        if answer.status != 200:
            raise NotRead(f"http_{answer.status}", url)
        said = b",".join(v for n, v in answer.headers if n.lower() == b"content-encoding")
        body = self._timed("unpack", lambda: unpacked_body(answer.body, said, LARGEST, url))
        if is_part(answer.status, body, cut=answer.cut):
            raise NotRead("truncated", "the connection ended before the page did")
        response = response_of(url, evolve(answer, body=body))
        return self._timed(
            "page", lambda: read_within_budget(page_for(response), self.page_seconds)
        )

    def _timed(self, stage: str, work: Callable[[], T]) -> T:
        begun = time.process_time()
        try:
            return work()
        finally:
            self.seconds[stage] += time.process_time() - begun


def response_of(url: str, answer: Answer) -> web_poet.HttpResponse:
    """Returns an unpacked answer as page objects take it, with a time that can be true."""
    named: dict[Any, list[bytes]] = {}
    for name, value in answer.headers:
        named.setdefault(name.title(), []).append(value)
    named.pop(b"Content-Encoding", None)
    if read_http_date(named.get(b"Date", [b""])[0]) is None and answer.at is not None:
        named[b"Date"] = [http_date(answer.at).encode("ascii")]
    headers = web_poet.HttpResponseHeaders.from_bytes_dict({**named})
    return web_poet.HttpResponse(url, body=answer.body, status=answer.status, headers=headers)


def _head(url: str, answer: Answer) -> Response:
    headers = Headers()
    for name, value in answer.headers:
        headers.appendlist(name, value)
    return Response(url, status=answer.status, headers=headers)
