"""Finding articles: a search with filters, facets and days, page by page; kept under a name."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Any

from attrs import define
from fastapi import APIRouter, Form, Query
from starlette.responses import Response

from newsdesk.answers.articles.browsing import Day, Room, room_of
from newsdesk.answers.articles.choosing import read_filters
from newsdesk.answers.articles.saved import (
    LONGEST_NAME,
    remove_search,
    save_search,
    saved_searches,
)
from newsdesk.answers.export.streaming import forms
from newsdesk.exceptions import BadMoment
from newsdesk.web.charts import Bar
from newsdesk.web.pages.articles.asked import LONGEST_ADDRESS, Asked, read_asked
from newsdesk.web.pages.articles.feeds import feeds_of
from newsdesk.web.texts import Texts
from newsdesk.web.visit import Here
from pipelines.text.query.tokens import QueryError
from pipelines.timing import clock

router = APIRouter()
Given = Annotated[Asked, Query()]
_DAY = timedelta(days=1)


@define(frozen=True)
class Problem:
    """What cannot be read in a search; of a query, the text before, at and behind the place."""

    sentence: str
    column: int = 0
    before: str = ""
    at: str = ""
    behind: str = ""


@router.get("/articles")
def articles(visit: Here, asked: Given) -> Response:
    """Shows a result; asked by htmx for what follows, its lines alone."""
    room, problem = None, None
    try:
        room = room_of(
            visit.settings,
            asked.query,
            read_filters(**asked.filters),
            sort=asked.order,
            after=asked.after,
            recent=visit.request.app.state.recent,
        )
    except QueryError as error:
        place = error.offset
        problem = Problem(
            error.problem,
            place + 1,
            error.text[:place],
            error.text[place : place + 1] or " ",
            error.text[place + 1 :],
        )
    except BadMoment as error:
        problem = Problem(str(error))
    given: dict[str, Any] = {
        "asked": asked,
        "room": room,
        "problem": problem,
        "year": clock.now().year,
    }
    if visit.is_fragment and room is not None:
        return visit.page("articles_lines.html", **given)
    return visit.page(
        "articles.html",
        status=400 if problem else 200,
        saved=saved_searches(visit.settings),
        forms=forms(),
        feeds=feeds_of(visit, asked.selection) if room else (),
        bars=bars(room, asked, visit.t) if room else (),
        shares=shares(room, visit.t) if room else (),
        bars_first=f"{room.days[0].date:%m-%d}" if room and room.days else "",
        bars_last=f"{room.days[-1].date:%m-%d}" if room and room.days else "",
        **given,
    )


@router.post("/articles/saved")
def save(
    visit: Here,
    name: Annotated[str, Form(min_length=1, max_length=LONGEST_NAME)],
    asked: Annotated[str, Form(max_length=LONGEST_ADDRESS)] = "",
) -> Response:
    """Keeps a search for all who read here."""
    search, name = read_asked(asked), " ".join(name.split()) or "?"
    address = search.address().removeprefix("/articles").removeprefix("?")
    save_search(visit.settings, name, address, any_ones=visit.may_operate)
    return visit.redirect(search.address(), "articles.was_saved", {"name": name})


@router.post("/articles/saved/remove")
def remove(
    visit: Here,
    name: Annotated[str, Form(max_length=LONGEST_NAME)],
    asked: Annotated[str, Form(max_length=LONGEST_ADDRESS)] = "",
) -> Response:
    """Removes a saved search."""
    remove_search(visit.settings, name, any_ones=visit.may_operate)
    return visit.redirect(read_asked(asked).address(), "articles.was_removed", {"name": name})


def bars(room: Room, asked: Asked, t: Texts) -> list[Bar]:
    """Returns the days of a result as bars; each leads to its day."""
    return [
        Bar(
            day_words(day, t),
            day.articles,
            doubtful=day.doubtful,
            href=asked.address(since=f"{day.date}", until=f"{day.date + _DAY}")
            if day.articles
            else None,
        )
        for day in room.days
    ]


def shares(room: Room, t: Texts) -> list[Bar]:
    """Returns the shares of all that was collected, day by day."""
    return [Bar(day_words(day, t), day.share, doubtful=day.doubtful) for day in room.days]


def day_words(day: Day, t: Texts) -> str:
    """Says a day in one line."""
    if not day.known:
        return t("articles.day_unknown", day=f"{day.date:%m-%d}")
    said = t(
        "articles.day",
        day=f"{day.date:%m-%d}",
        n=day.articles,
        all=day.everything,
        share=f"{day.share:.1%}",
    )
    return f"{said} · {t('articles.night_failed')}" if day.doubtful else said
