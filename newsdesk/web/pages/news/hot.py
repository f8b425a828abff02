"""The hot lists of a site at any time, and the ways of their articles until then."""

from __future__ import annotations

from datetime import datetime, timedelta

from fastapi import APIRouter
from starlette.responses import Response

from newsdesk.answers.articles.hot import BEFORE, Place, hot_at
from newsdesk.answers.moments import beijing
from newsdesk.answers.sites import list_titles
from newsdesk.web.charts import Stay
from newsdesk.web.parameters import Day, Word, moment
from newsdesk.web.visit import Here
from pipelines.timing.beijing import in_beijing

router = APIRouter()
STEPS = {"day": timedelta(days=1), "hours": timedelta(hours=6), "hour": timedelta(hours=1)}


@router.get("/hot")
def hot(visit: Here, site: Word = None, at: Day = None) -> Response:
    """Shows the hot lists of a site."""
    asked = moment(at, "at")
    found = hot_at(visit.settings, site, asked, visit.request.app.state.recent)
    return visit.page(
        "hot.html",
        found=found,
        titles=list_titles(found.site) if found.site else {},
        asked=asked,
        typed=_typed(found.at),
        earlier={name: _typed(found.at - step) for name, step in STEPS.items()},
        way=lambda place: stays(place, found.at),
    )


def _typed(at: datetime) -> str:
    return f"{in_beijing(at):%Y-%m-%dT%H:%M}"


def stays(place: Place, until: datetime) -> list[Stay]:
    """Returns the way of an article in the hours before a time."""
    since = until - BEFORE
    found = []
    for each in place.way:
        begin, end = max(each["at"], since), min(each.get("until") or until, until)
        found.append(
            Stay(
                (begin - since) / BEFORE,
                (end - since) / BEFORE,
                each["rank"],
                f"{beijing(begin, '%m-%d %H:%M')} – {beijing(end, '%m-%d %H:%M')} · "
                f"#{each['rank']}",
            )
        )
    return found
