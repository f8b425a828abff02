"""Makes what an article is found by: bands for near copies, grams for searches."""

from __future__ import annotations

from datetime import datetime

from pipelines.items import Article, Traces
from pipelines.text.finding.grams import GRAMS_VERSION, grams
from pipelines.text.finding.similarity import SIMILARITY_VERSION, bands

VERSION = SIMILARITY_VERSION * 100 + GRAMS_VERSION
"""Traces of different versions cannot be compared; `newsdesk db reindex` makes them anew."""

_WEEK_SECONDS = 7 * 24 * 3600


def traces(article: Article) -> Traces:
    """Returns the article's traces, by this version of the rules."""
    texts = [
        article.title,
        article.body,
        article.original_title,
        article.summary,
        article.section,
        article.source.name if article.source else None,
        *(author.name for author in article.authors),
        *article.keywords,
    ]
    return Traces(bands=bands(article.body), grams=grams(filter(None, texts), site=article.site))


def week_of(moment: datetime) -> int:
    """Returns the number of the week, by which traces are kept; weeks begin on Thursdays, as 1970
    did.

    An index that begins with the week grows at one end only, and that end fits in memory.
    """
    return int(moment.timestamp() // _WEEK_SECONDS)
