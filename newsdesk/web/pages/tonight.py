"""Tonight: is last night fine? What runs, what is wrong, and what to do about it."""

from __future__ import annotations

from collections import Counter
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form
from markupsafe import Markup
from starlette.responses import Response

from newsdesk.answers.operations import alerts, jobs, schedules
from newsdesk.answers.operations.tonight import SiteNight, SiteRow, tonight_of
from newsdesk.web.charts import Cell, strip
from newsdesk.web.texts import Texts
from newsdesk.web.visit import Here, Visit

router = APIRouter()
Name = Annotated[str, Form(max_length=300)]


@router.get("/")
def tonight(visit: Here) -> Response:
    """Shows the page; asked by htmx, only the part of it that lives."""
    found = tonight_of(visit.settings, visit.request.app.state.nights)
    template = "tonight_live.html" if visit.is_fragment else "tonight.html"
    return visit.page(template, found=found, drawn=lambda row: drawn(row, visit))


@router.post("/alerts/acknowledge")
def acknowledge(visit: Here, alert: Name) -> Response:
    """Notes that the operator knows."""
    alerts.acknowledge(visit.settings, alert)
    return visit.redirect("/", "tonight.acknowledged", {"alert": alert})


@router.post("/alerts/run-again")
def run_again(visit: Here, schedule: Name = "", job: Name = "") -> Response:
    """Asks for what an alarm is about once more: its schedule's job, else a job like its own."""
    if schedule:
        _schedule, new, served = schedules.run_now(visit.settings, schedule)
    else:
        new, served = jobs.run_again(visit.settings, job)
    said = "tonight.asked_for" if served else "tonight.asked_without_service"
    return visit.redirect("/", said, {"job": new})


def drawn(row: SiteRow, visit: Visit) -> Markup:
    """Returns the strip of a site's nights. A night leads to the site's jobs."""
    t = visit.t
    href = f"/jobs?{urlencode({'site': row.site})}" if visit.has("jobs") else None
    cells = [Cell(night.state, night_words(night, t), href) for night in row.nights]
    states = Counter(night.state for night in row.nights).most_common()
    counted = ", ".join(f"{number} {t(f'night.{state}')}" for state, number in states)
    return strip(cells, t("tonight.strip", site=t.named("site", row.site), counted=counted))


def night_words(night: SiteNight, t: Texts) -> str:
    """Says a night in one line."""
    parts = [f"{night.morning:%m-%d}", t(f"night.{night.state}")]
    if night.state != "none":
        parts.append(t("tonight.brought", new=night.new, revised=night.revised))
    parts += [
        t("tonight.jobs_in_state", n=number, state=t.named("job", state))
        for state, number in sorted(night.jobs.items())
        if state != "ok"
    ]
    if night.missed:
        parts.append(t("tonight.missed_times", n=night.missed))
    return " · ".join(parts)
