"""The biggest stories, and how one travelled from site to site."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from newsdesk.answers.articles.stories import Lane, StorySeen, stories_of, story_named
from newsdesk.answers.moments import beijing
from newsdesk.answers.topics.in_force import topics_now
from newsdesk.web.charts import Dot
from newsdesk.web.parameters import Word
from newsdesk.web.texts import Texts
from newsdesk.web.visit import Here

router = APIRouter()
DAYS = (1, 3, 7, 30)


@router.get("/stories")
def stories(
    visit: Here, days: Annotated[int, Query(ge=1, le=30)] = 3, topic: Word = None
) -> Response:
    """Shows the biggest stories."""
    return visit.page(
        "stories.html",
        found=stories_of(visit.settings, days, topic),
        topics=topics_now(visit.settings).topics,
        days=days,
        choices=sorted({*DAYS, days}),
        topic=topic,
    )


@router.get("/stories/{id_:path}")
def story(visit: Here, id_: Annotated[str, Path(max_length=700)]) -> Response:
    """Shows a story."""
    found = story_named(visit.settings, id_)
    lanes = [(lane, dots(found, lane, visit.t)) for lane in found.lanes]
    return visit.page("story.html", found=found, lanes=lanes)


def dots(story: StorySeen, lane: Lane, t: Texts) -> list[Dot]:
    """Returns the copies of a site in the span of the story."""
    whole = max(story.length.total_seconds(), 1.0)
    return [
        Dot(
            (each["published_at"] - story.begin).total_seconds() / whole,
            " · ".join(
                filter(
                    None,
                    (
                        t("stories.first") if each is story.copies[0] else "",
                        beijing(each["published_at"], "%m-%d %H:%M"),
                        each["title"],
                    ),
                )
            ),
            f"/articles/{quote(each['_id'], safe=':/')}",
            marked=each is story.copies[0],
        )
        for each in lane.copies
    ]
