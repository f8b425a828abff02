"""Reads one saved page as a crawl would, without storing anything."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import attrs

from crawler.exceptions import Moved, PageError
from crawler.files.saved_page import MORE_PAGES, read_page
from crawler.files.spider import reader_of
from crawler.pages.html import decode
from newsdesk.exceptions import NotAnAddress, NotAnArticle
from pipelines.clean import clean_article
from pipelines.config import Settings
from pipelines.exceptions import Rejected
from pipelines.items import Article
from pipelines.keywords import match_article
from pipelines.topics.file import topics_in_force
from pipelines.topics.topics import TopicMatcher

_NOT_THERE = (
    " Look at these places in the page: if it looks different now, `newsdesk site new"
    " --from-stored KEY` finds where stored articles stand; if it is no article, say so in the"
    " site's rules."
)


async def extract_article(
    path: Path, data: bytes, url: str | None, saved_at: datetime | None, settings: Settings
) -> Article:
    """The article of a saved page with the bytes `data`, cleaned and with its topics.

    url None: the file is a mirror's post or the text of a page, as `import` reads them.
    saved_at: what relative times refer to.

    Raises:
        NotAnArticle: says why the page gives none.
        NotAnAddress: url is none.
    """
    if url is not None and not url.lower().startswith(("http://", "https://")):
        raise NotAnAddress(f"{url!r} is no address: write it whole, with https:// before it.")
    try:
        if url is None:
            text = decode(data)
            article = reader_of(path, text)(text)
        else:
            article = await read_page(data, url, fetched_at=saved_at)
        clean_article(article)
    except Moved as error:
        raise NotAnArticle(
            f"{path} sends its readers on to {error.url}: save that page and extract it."
        ) from error
    except (PageError, Rejected) as error:
        hint = _NOT_THERE if isinstance(error, PageError) and "nothing at" in error.detail else ""
        raise NotAnArticle(f"{path} gives no article: {error}.{hint}") from error
    article.topics = match_article(article, TopicMatcher(topics_in_force(settings)[0]))
    return article


def article_data(article: Article) -> dict[str, Any]:
    """Returns the stored fields of an article that come from its page; times keep their zone."""
    data = attrs.asdict(article)
    for internal in ("fingerprint", "traces", "job", "archive"):
        del data[internal]
    return {"_id": article.id, **data}


def shortcomings(article: Article) -> list[str]:
    """Says what a crawl would do with this page that reading one file cannot do."""
    sentences = []
    if MORE_PAGES in article.extraction.flags:
        sentences.append("This is one page of several: a crawl would fetch and join the others.")
    if not article.topics:
        sentences.append("It matches no topic: a crawl would turn it away (newsdesk topics list).")
    return sentences
