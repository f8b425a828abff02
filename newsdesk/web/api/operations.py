"""The nights: how they stand, jobs and schedules, and what operators change about them."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Body, Query
from pydantic import Field, StringConstraints

from newsdesk.answers.operations import changing
from newsdesk.answers.operations import jobs as jobs_answers
from newsdesk.answers.operations import schedules as schedules_answers
from newsdesk.answers.operations.alerts import acknowledge as acknowledge_alert
from newsdesk.answers.operations.logs import log_part
from newsdesk.answers.operations.tonight import tonight_of
from newsdesk.web.api import models
from newsdesk.web.api.cursors import closed, opened
from newsdesk.web.api.parts import Asked, Cursor, Id, Key, Limit, new_router
from newsdesk.web.parameters import moment
from newsdesk.web.visit import Here
from pipelines.records import JobState
from schedules.job import JobKind

router: APIRouter = new_router("operations")
Note = Annotated[str, StringConstraints(max_length=300)]
Written = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Change = Annotated[str, StringConstraints(min_length=3, max_length=300)]
MOST_CHANGES = 20
Some = Annotated[dict[Key, Written], Field(max_length=MOST_CHANGES, default_factory=dict)]


class JobsAsked(Asked):
    """Which jobs. since: a date or time, in Beijing unless it has a zone."""

    site: Key | None = None
    state: JobState | None = None
    kind: JobKind | None = None
    since: Key | None = None
    after: Cursor | None = None
    limit: Limit = 50


@router.get("/tonight")
def tonight(visit: Here) -> models.Tonight:
    """Is last night fine, site by site?"""
    return models.Tonight.told(tonight_of(visit.settings, visit.request.app.state.nights))


@router.get("/jobs")
def jobs(visit: Here, asked: Annotated[JobsAsked, Query()]) -> models.Page[models.Job]:
    """Jobs, the newest first."""
    found = jobs_answers.jobs_page(
        visit.settings,
        site=asked.site,
        states=[asked.state] if asked.state else [],
        kind=asked.kind,
        since=moment(asked.since, "since"),
        after=opened(asked.after),
        limit=asked.limit,
    )
    return models.Page(items=[models.Job.of(each) for each in found.jobs], next=closed(found.older))


@router.get("/jobs/{job}")
def job(visit: Here, job: Id) -> models.Job:
    """A job."""
    return models.Job.of(jobs_answers.job_named(visit.settings, job))


@router.get("/jobs/{job}/log")
def log(
    visit: Here, job: Id, before: Annotated[int | None, Query(ge=0, le=2**40)] = None
) -> models.Log:
    """The last lines of its log, or the last before a place; passwords are masked."""
    return models.Log.model_validate(log_part(visit.settings, job, before=before))


@router.post("/jobs/{job}/cancel")
def cancel(visit: Here, job: Id, force: Annotated[bool, Body(embed=True)] = False) -> models.Done:
    """Asks a job to stop; force: at once, without finishing what is under way."""
    jobs_answers.stop_job(visit.settings, job, force=force)
    return models.Done(done=f"{job} was asked to stop.")


@router.post("/jobs/{job}/retry")
def retry(visit: Here, job: Id) -> models.Asked:
    """Asks for a job like this one."""
    new, served = jobs_answers.run_again(visit.settings, job)
    return models.Asked(job=new, served=served)


@router.get("/schedules")
def schedules(visit: Here) -> models.Page[models.Schedule]:
    """The schedules in force, each with its next five due times."""
    found = schedules_answers.next_times(visit.settings, None)
    return models.Page(items=[models.Schedule.of(each) for each in found])


@router.get("/schedules/{schedule}")
def schedule(visit: Here, schedule: Id) -> models.Schedule:
    """A schedule with its next five due times."""
    return models.Schedule.of(schedules_answers.next_times(visit.settings, schedule)[0])


@router.post("/schedules/{schedule}/run")
def run(visit: Here, schedule: Id) -> models.Asked:
    """Asks for its job now."""
    _schedule, job, served = schedules_answers.run_now(visit.settings, schedule)
    return models.Asked(job=job, served=served)


class Preview(Asked):
    """What would be changed. change: KEY=VALUE as in the file, may be given several times."""

    change: Annotated[list[Change], Field(max_length=MOST_CHANGES, default_factory=list)]


@router.get("/schedules/{schedule}/preview")
def preview(visit: Here, schedule: Id, asked: Annotated[Preview, Query()]) -> models.Schedule:
    """A schedule as it would be with changes, which are not made: when it would run. change:
    KEY=VALUE, may be given several times."""
    return models.Schedule.of(changing.change_tried(visit.settings, schedule, asked.change))


class Changes(Asked):
    """changes: values by key, as in the file. arguments: of its crawls, by name; others stay. note:
    why."""

    changes: Some
    arguments: Some
    note: Note | None = None


@router.post("/schedules/{schedule}/change")
def change(visit: Here, schedule: Id, asked: Changes) -> models.Schedule:
    """Changes when it runs (cron, interval, calendar or after), its other values or the arguments
    of its crawls, over the file; answers with the schedule as it is then."""
    changing.change_schedule(
        visit.settings,
        schedule,
        [f"{key}={text}" for key, text in asked.changes.items()],
        [f"{key}={text}" for key, text in asked.arguments.items()],
        asked.note,
    )
    return models.Schedule.of(schedules_answers.next_times(visit.settings, schedule)[0])


@router.post("/schedules/{schedule}/reset")
def reset(visit: Here, schedule: Id) -> models.Schedule:
    """Lets the file decide again; answers with the schedule as it is then."""
    changing.reset_schedule(visit.settings, schedule, None)
    return models.Schedule.of(schedules_answers.next_times(visit.settings, schedule)[0])


class Pause(Asked):
    """until: a date or time; without one, for good. note: why."""

    until: Key | None = None
    note: Note | None = None


@router.post("/schedules/{schedule}/pause")
def pause(visit: Here, schedule: Id, asked: Pause | None = None) -> models.Done:
    """Stops it from firing; until: a date or time, without one for good; note: why."""
    given = asked or Pause()
    until = moment(given.until, "until")
    changing.pause_schedule(visit.settings, schedule, until, given.note)
    return models.Done(done=f"{schedule} is paused.")


@router.post("/schedules/{schedule}/resume")
def resume(visit: Here, schedule: Id) -> models.Done:
    """Lets it fire again."""
    changing.resume_schedule(visit.settings, schedule)
    return models.Done(done=f"{schedule} fires again.")


class Acknowledged(Asked):
    """alert: its key, KIND/SITE/SCHEDULE."""

    alert: Annotated[str, Field(min_length=1, max_length=300)]


@router.post("/alerts/acknowledge")
def acknowledge(visit: Here, asked: Acknowledged) -> models.Done:
    """Notes that the operator knows of an alert; alert: its key, KIND/SITE/SCHEDULE."""
    acknowledge_alert(visit.settings, asked.alert)
    return models.Done(done=f"{asked.alert} is acknowledged.")
