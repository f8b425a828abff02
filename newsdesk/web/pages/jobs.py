"""Jobs: which ran, how each went against what it should bring, its log, and what to do next."""

from __future__ import annotations

from typing import Annotated, Any, get_args
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Path, Query
from markupsafe import Markup, escape
from starlette.responses import Response

from crawler.sites import site_names
from newsdesk.answers.crawls.summary import SUMMARY, reasons
from newsdesk.answers.operations import jobs as answers
from newsdesk.answers.operations.logs import log_part, log_search
from newsdesk.exceptions import NoLog, UnknownState
from newsdesk.web.parameters import Cursor, Day, Word, Words, moment
from newsdesk.web.texts import Texts
from newsdesk.web.visit import Here, Visit
from pipelines.counting import counters
from pipelines.counting.stats import Family, Total, stats_of
from pipelines.records import JobState
from schedules.job import JobKind

router = APIRouter()
Id = Annotated[str, Path(max_length=200)]
Place = Annotated[int | None, Query(ge=0, le=2**40)]
STATES: tuple[JobState, ...] = get_args(JobState)
UNWELL = "unwell"
"""Stands in the filter for all states that want a look."""
COMPARED = (counters.FOUND, counters.NEW, counters.REVISED, counters.FAILED)
LISTS: dict[str, Family | Total] = {
    "found": counters.FOUND, "failed": counters.LIST_FAILED, "cut": counters.LIST_CUT,
    "gap": counters.LIST_GAP, "unchanged": counters.LIST_NOT_MODIFIED,
    "stale": counters.LIST_STALE, "empty": counters.LIST_EMPTY,
    "repetitive": counters.LIST_REPETITIVE, "reordered": counters.LIST_REORDERED,
    "end": counters.LIST_END,
}  # fmt: skip
"""What is counted of each list: of all but the first it is said that it was so."""


@router.get("/jobs")
def jobs(
    visit: Here,
    site: Word = None,
    state: Word = None,
    kind: Word = None,
    since: Day = None,
    after: Cursor = None,
) -> Response:
    """Shows jobs by pages; asked by htmx, the list alone."""
    asked = {"site": site, "state": state, "kind": kind, "since": since}
    found = answers.jobs_page(
        visit.settings,
        site=site,
        states=_states(state),
        kind=kind,
        since=moment(since, "since"),
        after=after,
    )
    newest = _address(asked)
    template = "jobs_part.html" if visit.is_fragment else "jobs.html"
    answer = visit.page(
        template,
        found=found,
        asked=asked,
        after=after,
        newest=newest if after else None,
        older=_address({**asked, "after": found.older}) if found.older else None,
        sites=site_names(),
        kinds=get_args(JobKind),
        shown_state=answers.shown_state,
        length=answers.length,
    )
    if visit.is_fragment:  # what was chosen stays in the address
        answer.headers["HX-Replace-Url"] = _address({**asked, "after": after})
    return answer


def _address(asked: dict[str, Any]) -> str:
    query = urlencode({name: value for name, value in asked.items() if value})
    return f"/jobs?{query}" if query else "/jobs"


def _states(state: str | None) -> tuple[JobState, ...]:
    if state == UNWELL:
        return answers.UNWELL
    found = tuple(each for each in STATES if each == state)
    if state is not None and not found:
        raise UnknownState(f"There is no state {state!r}: choose from {', '.join(STATES)}.")
    return found


@router.get("/jobs/{job}")
def job(visit: Here, job: Id) -> Response:
    """Shows a job; asked by htmx, the part that lives."""
    found = answers.job_file(visit.settings, job)
    stats = stats_of(found.record.get("counts") or {})
    template = "job_live.html" if visit.is_fragment else "job.html"
    return visit.page(
        template,
        found=found,
        record=found.record,
        state=answers.shown_state(found.record),
        took=answers.length(found.record),
        compared=[(counter.name, found) for counter in COMPARED],
        summary=[(line, line.of(stats)) for line in SUMMARY],
        reasons=_reasons(stats, visit.t),
        lists=_lists(stats),
        **_log(visit, job, None),
    )


def _lists(stats: Any) -> dict[str, dict[str, int]]:  # noqa: ANN401 - what Scrapy counts
    """Returns what was counted of each list, by its name."""
    each = {name: counter.each(stats) for name, counter in LISTS.items()}
    names = sorted({key for counted in each.values() for key in counted})
    return {
        key: {name: counted[key] for name, counted in each.items() if key in counted}
        for key in names
    }


def _reasons(stats: Any, t: Texts) -> dict[str, dict[str, int]]:  # noqa: ANN401 - as above
    """Returns why pages were left out, by the outcome in words. What is of lists stands there."""
    of_lists = {counter.label for counter in LISTS.values()} - {counters.FOUND.label}
    names = {line.label: f"outcome.{line.name}" for line in SUMMARY}
    return {
        t(names[label]) if label in names else label: counts
        for label, counts in reasons(stats).items()
        if label not in of_lists
    }


@router.get("/jobs/{job}/log")
def log(
    visit: Here, job: Id, q: Words = None, before: Place = None, around: Place = None
) -> Response:
    """Shows a part of a job's log: its end, what stands before a place, or what a search finds."""
    template = "job_log_part.html" if visit.is_fragment else "job_log.html"
    record = answers.job_named(visit.settings, job)
    return visit.page(template, record=record, **_log(visit, job, q, before, around))


def _log(
    visit: Visit, job: str, q: str | None, before: int | None = None, around: int | None = None
) -> dict[str, Any]:
    given = {"q": q, "before": before, "around": around, "marked": marked, "no_log": None}
    try:
        if q:
            return {**given, "part": log_search(visit.settings, job, q)}
        return {**given, "part": log_part(visit.settings, job, before=before, around=around)}
    except NoLog as error:
        return {**given, "part": None, "no_log": str(error)}


def marked(text: str, wanted: str) -> Markup:
    """Returns a text, escaped, with each place marked that a search has found."""
    parts, low, needle, begin = list[Markup](), text.lower(), wanted.lower(), 0
    if len(low) != len(text):  # a letter that is another number of letters when small
        return escape(text)
    while (at := low.find(needle, begin)) >= 0:
        end = at + len(needle)
        parts.append(escape(text[begin:at]) + Markup("<mark>{}</mark>").format(text[at:end]))
        begin = end
    return Markup("").join([*parts, escape(text[begin:])])


@router.post("/jobs/{job}/again")
def again(visit: Here, job: Id) -> Response:
    """Asks for a job like this one."""
    new, served = answers.run_again(visit.settings, job)
    said = "jobs.asked_for" if served else "jobs.asked_without_service"
    return visit.redirect(f"/jobs/{new}", said, {"job": new})


@router.post("/jobs/{job}/cancel")
def cancel(visit: Here, job: Id, force: Annotated[bool, Form()] = False) -> Response:
    """Asks a job to stop."""
    answers.stop_job(visit.settings, job, force=force)
    return visit.redirect(f"/jobs/{job}", "jobs.asked_to_stop", {"job": job})
