"""Names and words that rise. The page stands at once; what takes a second follows."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.responses import Response

from newsdesk.answers.topics.in_force import topics_now
from newsdesk.answers.topics.rising import A_DAY, rising_seen
from newsdesk.web.parameters import Word
from newsdesk.web.visit import Here
from pipelines.timing import clock
from pipelines.timing.beijing import ZONE

router = APIRouter()
DAYS = (1, 3, 7, 30)


@router.get("/rising")
def rising(
    visit: Here,
    topic: Word = None,
    days: Annotated[int, Query(ge=1, le=30)] = 3,
    whole: bool = False,
) -> Response:
    """Shows what rises; asked by htmx, the words alone."""
    given: dict[str, Any] = {"topic": topic, "days": days, "a_day": A_DAY}
    if visit.is_fragment or whole:
        since = clock.now().astimezone(ZONE) - timedelta(days=days)
        found = rising_seen(visit.settings, topic, days, visit.request.app.state.rising)
        given |= {"found": found, "since": f"{since:%Y-%m-%d}"}
    if visit.is_fragment:
        return visit.page("rising_part.html", **given)
    return visit.page(
        "rising.html",
        topics=topics_now(visit.settings).topics,
        choices=sorted({*DAYS, days}),
        whole=whole,
        **given,
    )
