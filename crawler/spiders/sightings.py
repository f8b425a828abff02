"""Makes sightings: which articles a list showed at one time, where, and with which counts."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import evolve

from crawler.site import Site
from crawler.urls import ArticleUrl
from pipelines.items import Article, Sighting, Sightings
from pipelines.timing.clock import now

HOT_LIST = "page-hot"
"""The source of sightings in the hot list that stands beside every article."""


def sightings_in(site: Site, source: str, seen: Sequence[Sighting], *, ranked: bool) -> Sightings:
    """Puts together what a list shows now; ranks are dropped unless the list is ranked."""
    return Sightings(
        site=site.key,
        source=source,
        at=now(),
        seen=list(seen) if ranked else [evolve(each, rank=None) for each in seen],
        ranked=ranked,
    )


def hot_list_beside(item: Article, site: Site) -> Sightings:
    """Returns the sightings in the hot list on an article's page."""
    seen = []
    for line in item.hot:
        article = site.identify(line.url or "")
        if isinstance(article, ArticleUrl):
            seen.append(
                Sighting(
                    article=article.id,
                    rank=line.rank,
                    title=line.title,
                    comment_count=line.comment_count,
                )
            )
    return sightings_in(site, HOT_LIST, seen, ranked=True)
