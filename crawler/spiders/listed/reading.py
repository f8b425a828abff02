"""Reads articles that their list holds itself, without asking for a page."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime

import attrs
from attrs import define
from scrapy.http import Response

from crawler.exceptions import PageError
from crawler.network.archived import place_of
from crawler.network.failures import Failure, failure_of
from crawler.pages.budget import read_within_budget
from crawler.pages.entries.page import EntryPage
from crawler.spiders.listed.texts import ListedText
from crawler.spiders.outputs import SpiderOutput
from crawler.spiders.reporter import Reporter
from pipelines.counting import counters
from pipelines.items import Article, ListedArticle
from pipelines.places import known

_TAKEN_DOWN = Failure(reason="taken_down", detail="its list says so", state="gone")


@define(kw_only=True, eq=False)
class EntryReader:
    """Turns the texts in a list's answer into items; each ends as an item or as a report.

    out_of_range: why an article of that time is not wanted.
    """

    out_of_range: Callable[[datetime | None], str | None]
    reporter: Reporter

    async def read(
        self, texts: Sequence[ListedText], response: Response
    ) -> AsyncIterator[SpiderOutput]:
        """Yields the articles; their place in the archive is that of the list's answer."""
        place = await known(place_of(response)) if texts else None
        for each in texts:
            if each.text.gone:
                report = self.reporter.report(each.article, _TAKEN_DOWN)
                yield attrs.evolve(report, final=True)
                continue
            age = self.out_of_range(each.text.published_at)
            if age is not None:
                counters.OUT_OF_RANGE.by(age).add(self.reporter.stats)
                continue
            try:
                page = EntryPage(each.article, each.text)
                item, _ = read_within_budget(page, self.reporter.page_seconds)
            except PageError as error:
                report = self.reporter.report(each.article, failure_of(error))
                yield attrs.evolve(report, final=not each.text.has_page)
                continue
            item.archive = place
            yield _listed(item)


def _listed(item: Article) -> ListedArticle:
    return ListedArticle(**{name: getattr(item, name) for name in attrs.fields_dict(Article)})
