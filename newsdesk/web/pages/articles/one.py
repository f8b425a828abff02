"""One article: its text, where each field came from, how it changed, where else it stands."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from newsdesk.answers.articles.looking import look_at
from newsdesk.answers.export.selection import Selection
from newsdesk.answers.moments import beijing
from newsdesk.web.charts import Stay
from newsdesk.web.pages.articles.asked import LONGEST_QUERY
from newsdesk.web.pages.articles.feeds import feeds_of
from newsdesk.web.visit import Here
from pipelines.text.query.parser import parse_query
from pipelines.text.query.tokens import QueryError
from pipelines.timing import clock

router = APIRouter()


@router.get("/articles/{name:path}")
def article(
    visit: Here,
    name: Annotated[str, Path(max_length=600)],
    q: Annotated[str | None, Query(max_length=LONGEST_QUERY)] = None,
    script: Annotated[Literal["hans", "hant"] | None, Query()] = None,
) -> Response:
    """Shows an article, with the hits of a query marked."""
    try:
        query = parse_query(q) if q else None
    except QueryError:
        query = None  # the room says what is wrong with it; the article is worth reading
    found = look_at(visit.settings, name, query, script)
    story = found.article.get("story")
    return visit.page(
        "article.html",
        found=found,
        article=found.article,
        q=q,
        feeds=feeds_of(visit, Selection(story=story)) if story else (),
        stays=stays,
        counts=counts,
    )


def stays(sightings: Sequence[Mapping[str, Any]]) -> list[Stay]:
    """Returns the ranks of an article in a list over time; none if it has no ranks."""
    ranked = [each for each in sightings if each.get("rank")]
    if not ranked:
        return []
    ends = [each.get("until") or clock.now() for each in ranked]
    first, last = ranked[0]["at"], max(ends)
    length = max((last - first).total_seconds(), 1.0)
    return [
        Stay(
            (each["at"] - first).total_seconds() / length,
            (end - first).total_seconds() / length,
            each["rank"],
            f"{beijing(each['at'], '%m-%d %H:%M')} – {beijing(end, '%m-%d %H:%M')} · "
            f"#{each['rank']}",
        )
        for each, end in zip(ranked, ends, strict=True)
    ]


def counts(sightings: Sequence[Mapping[str, Any]], name: str) -> tuple[list[int], list[int]]:
    """Returns when a count of an article was seen, and how large it was."""
    known = [each for each in sightings if each.get(name) is not None]
    return [int(each["at"].timestamp()) for each in known], [each[name] for each in known]
