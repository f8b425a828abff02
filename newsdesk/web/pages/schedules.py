"""Schedules: what runs when, what became of it, and an operator's changes over the file."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Form, Path, Query
from pydantic import BaseModel, StringConstraints
from starlette.responses import Response

from crawler.exceptions import ArgumentError
from newsdesk.answers.moments import beijing
from newsdesk.answers.operations import changing
from newsdesk.answers.operations import schedules as answers
from newsdesk.exceptions import BadChange
from newsdesk.web.charts import Cell
from newsdesk.web.pages.due_words import due_words
from newsdesk.web.texts import Texts
from newsdesk.web.visit import Here, Visit

router = APIRouter()
Name = Annotated[str, Path(max_length=200)]
Note = Annotated[str, Form(max_length=300)]
STRIP = 40
Setting = Annotated[str, StringConstraints(max_length=100, strip_whitespace=True)]


class Given(BaseModel):
    """What the form of the settings sends; an empty field changes nothing."""

    deadline: Setting = ""
    retries: Setting = ""
    priority: Setting = ""
    jitter: Setting = ""
    overlap: Setting = ""
    catch_up: Setting = ""
    quiet: Setting = ""
    arguments: Annotated[str, StringConstraints(max_length=4000)] = ""
    note: Annotated[str, StringConstraints(max_length=300)] = ""
    csrf: str = ""


Trigger = Literal["cron", "interval", "calendar", "after"]
LOOKS = {"pending": "running", "running": "running", "missed": "missed", "skipped": "none"}
"""How a due time looks that has no job, or whose job has not ended."""
VERDICTS = {"blocked": "failed", "lost": "failed", "cancelled": "none", "pending": "running"}


@router.get("/schedules")
def schedules(visit: Here) -> Response:
    """Shows all schedules; asked by htmx, the table alone."""
    template = "schedules_part.html" if visit.is_fragment else "schedules.html"
    mistake = answers.file_mistake(visit.settings)
    rows = answers.schedules_seen(visit.settings)
    return visit.page(template, rows=rows, mistake=mistake, look=look, words=words, due=_due(visit))


@router.get("/schedules/{name}")
def schedule(visit: Here, name: Name) -> Response:
    """Shows a schedule; asked by htmx, what it did."""
    found = answers.schedule_file(visit.settings, name)
    template = "schedule_part.html" if visit.is_fragment else "schedule.html"
    return visit.page(template, **_shown(visit, found))


@router.get("/schedules/{name}/preview")
def preview(
    visit: Here,
    name: Name,
    trigger: Trigger = "cron",
    text: Annotated[str, Query(max_length=200)] = "",
) -> Response:
    """Shows when a schedule would run, or what is wrong with what was typed."""
    try:
        tried, wrong = changing.change_tried(visit.settings, name, [f"{trigger}={text}"]), None
    except BadChange as error:
        tried, wrong = None, str(error)
    return visit.page("schedule_preview.html", tried=tried, wrong=wrong, due=_due(visit))


@router.post("/schedules/{name}/run")
def run(visit: Here, name: Name) -> Response:
    """Asks for its job now."""
    _schedule, job, served = answers.run_now(visit.settings, name)
    said = "schedules.running" if served else "schedules.running_without_service"
    return visit.redirect(f"/jobs/{job}", said, {"job": job})


@router.post("/schedules/{name}/pause")
def pause(visit: Here, name: Name, note: Note = "") -> Response:
    """Stops it from firing."""
    changing.pause_schedule(visit.settings, name, None, note.strip() or None)
    return visit.redirect(f"/schedules/{name}", "schedules.was_paused", {"name": name})


@router.post("/schedules/{name}/resume")
def resume(visit: Here, name: Name) -> Response:
    """Lets it fire again."""
    changing.resume_schedule(visit.settings, name)
    return visit.redirect(f"/schedules/{name}", "schedules.was_resumed", {"name": name})


@router.post("/schedules/{name}/reset")
def reset(visit: Here, name: Name) -> Response:
    """Lets the file decide again."""
    changing.reset_schedule(visit.settings, name, None)
    return visit.redirect(f"/schedules/{name}", "schedules.was_reset", {"name": name})


@router.post("/schedules/{name}/change")
def change(
    visit: Here,
    name: Name,
    trigger: Annotated[Trigger, Form()],
    text: Annotated[str, Form(max_length=200)],
    note: Note = "",
) -> Response:
    """Changes when it runs; what cannot be is pointed at beside the field."""
    changes = [f"{trigger}={text}"]
    try:
        changing.change_schedule(visit.settings, name, changes, [], note.strip() or None)
    except BadChange as error:
        found = answers.schedule_file(visit.settings, name)
        return visit.page(
            "schedule.html",
            status=400,
            **_shown(visit, found)
            | {"typed": {"trigger": trigger, "text": text, "note": note, "wrong": str(error)}},
        )
    return visit.redirect(f"/schedules/{name}", "schedules.was_changed", {"name": name})


@router.post("/schedules/{name}/settings")
def settings(visit: Here, name: Name, given: Annotated[Given, Form()]) -> Response:
    """Changes its other settings and the arguments of its crawls."""
    values = given.model_dump(exclude={"arguments", "note", "csrf"})
    arguments = [line.strip() for line in given.arguments.splitlines() if line.strip()]
    note = given.note.strip() or None
    try:
        changing.change_settings(visit.settings, name, values, arguments, note)
    except (BadChange, ArgumentError) as error:
        found = answers.schedule_file(visit.settings, name)
        typed = {**given.model_dump(), "wrong": str(error)}
        return visit.page(
            "schedule.html", status=400, **_shown(visit, found) | {"typed_settings": typed}
        )
    return visit.redirect(f"/schedules/{name}", "schedules.was_changed", {"name": name})


def _shown(visit: Visit, found: answers.ScheduleFile) -> dict[str, Any]:
    return {
        "typed": None,
        "typed_settings": None,
        "found": found,
        "schedule": found.data,
        "mistake": answers.file_mistake(visit.settings),
        "cells": [_cell(run, visit.t) for run in reversed(found.runs[:STRIP])],
        "due": _due(visit),
        "look": look,
        "words": words,
    }


def look(run: dict[str, Any]) -> str:
    """Returns how a run looks: by its job's verdict, else by what became of its due time."""
    job, slot = run["job"], run["slot"]
    if job is not None:
        state: str = job["state"]
        return VERDICTS.get(state, state)
    return LOOKS.get(slot["state"], "none") if slot else "none"


def words(run: dict[str, Any], t: Texts) -> str:
    """Says what became of a run."""
    job, slot = run["job"], run["slot"]
    if job is not None:
        return t.named("job", job["state"])
    return t(f"slot.{slot['state']}") if slot else ""


def _due(visit: Visit) -> Callable[[str], str]:
    return partial(due_words, language=visit.language)


def _cell(run: dict[str, Any], t: Texts) -> Cell:
    number = ((run["job"] or {}).get("counts") or {}).get("new", 0)
    moment = beijing(run["at"], "%m-%d %H:%M")
    said = f"{moment} · {words(run, t)} · {t('schedules.new')} {number:,}"
    return Cell(look(run), said, f"/jobs/{run['job']['_id']}" if run["job"] else None)
