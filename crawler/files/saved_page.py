"""Reads a page that is at hand: bytes and URL in, `Article` out. No request is made."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from functools import cache

import attrs
import web_poet

from crawler.pages.base import ArticlePage
from crawler.pages.budget import read_within_budget
from crawler.pages.generic import GenericPage
from crawler.site_places.loading import load_pages
from pipelines.items import Article, Flag

MORE_PAGES: Flag = "more_pages"
"""Flag of an article of which only the first of several pages was read."""


async def read_page(
    html: bytes,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    fetched_at: datetime | None = None,
) -> Article:
    """Reads one page by the rules of its site, or by general ones if the site has none.

    headers: of the response, if known. fetched_at: aware; relative times ("55分钟前") count from
    it unless the headers have a `Date`. A paged article comes back with what stands on this page
    and the flag "more_pages".

    Raises:
        PageError: the page is no whole article (or sends the reader elsewhere: `Moved`).
    """
    known = {name.title(): value for name, value in (headers or {}).items()}
    if fetched_at is not None and "Date" not in known:
        known["Date"] = format_datetime(fetched_at.astimezone(UTC), usegmt=True)
    page = page_class(url)(response=web_poet.HttpResponse(url, body=html, headers=known))
    article, rest = read_within_budget(page)
    if rest is None:
        return article
    flags = [*article.extraction.flags, MORE_PAGES]
    return attrs.evolve(article, extraction=attrs.evolve(article.extraction, flags=flags))


def page_class(url: str) -> type[ArticlePage]:
    """Returns the page object that reads `url`: its site's, or the general one."""
    _load_rules()
    chosen = web_poet.default_registry.overrides_for(url).get(ArticlePage, GenericPage)
    return chosen if issubclass(chosen, ArticlePage) else GenericPage


@cache
def _load_rules() -> None:
    web_poet.consume_modules("crawler.pages")
    load_pages()
