"""Topics: how they go, an editor that tries a query while one types, and applying them."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path
from starlette.responses import Response

from newsdesk.answers.topics.applier import Applier
from newsdesk.answers.topics.applying import applied_last
from newsdesk.answers.topics.in_force import check_topic
from newsdesk.answers.topics.overrides import add_topic, set_topic, unset_topic
from newsdesk.answers.topics.seen import switched_off, topic_file, topics_seen, try_topic
from newsdesk.exceptions import BadTopic
from newsdesk.web.visit import Here, Visit
from pipelines.text.query.tokens import QueryError

router = APIRouter()
Name = Annotated[str, Path(max_length=64)]
Text = Annotated[str, Form(max_length=8000)]
Note = Annotated[str, Form(max_length=300)]
Title = Annotated[str, Form(max_length=200)]
MOST_TERMS = 500
NEW = "/topics/+new"
"""No topic can have this name."""


@router.get("/topics")
def topics(visit: Here) -> Response:
    """Shows the topics in force."""
    found, problems = topics_seen(visit.settings)
    off, applied = switched_off(visit.settings), _applied(visit)
    return visit.page("topics.html", found=found, problems=problems, off=off, **applied)


@router.get("/applying")
def applying(visit: Here) -> Response:
    """Shows how far applying the topics has come."""
    return visit.page("topics_applying.html", **_applied(visit))


@router.post("/applying")
def apply(visit: Here, name: Annotated[str, Form(max_length=64)] = "") -> Response:
    """Applies a topic, or all, to what is stored and to what was turned away."""
    if name:
        check_topic(visit.settings, name)
    applier: Applier = visit.request.app.state.applier
    applier.begin(visit.settings, [name] if name else [])
    return visit.redirect("/topics#applying", "topics.applying_begun")


@router.get(NEW)
def new(visit: Here) -> Response:
    """Shows an editor for a topic that is not there yet."""
    return visit.page("topic_new.html", typed=None)


@router.post(f"{NEW}/try")
def try_new(visit: Here, terms: Text = "", query: Text = "") -> Response:
    """Shows what a new topic would find; changes nothing."""
    return _tried(visit, None, terms, query)


@router.post(NEW)
def add(
    visit: Here,
    name: Annotated[str, Form(max_length=64)],
    title: Title = "",
    terms: Text = "",
    query: Text = "",
    note: Note = "",
) -> Response:
    """Adds a topic."""
    name = name.strip()
    try:
        add_topic(visit.settings, name, **_changes(title, terms, query, note))
    except (BadTopic, QueryError) as error:
        typed = {"name": name, "title": title, "terms": terms, "query": query, "note": note}
        return visit.page("topic_new.html", status=400, typed={**typed, "wrong": str(error)})
    return visit.redirect(f"/topics/{name}", "topics.was_added", {"name": name})


@router.get("/topics/{name}")
def topic(visit: Here, name: Name) -> Response:
    """Shows a topic."""
    return _page(visit, name)


@router.post("/topics/{name}/try")
def try_(visit: Here, name: Name, terms: Text = "", query: Text = "") -> Response:
    """Shows what a topic would find; changes nothing."""
    return _tried(visit, name, terms, query)


@router.post("/topics/{name}/set")
def set_(
    visit: Here,
    name: Name,
    title: Title = "",
    terms: Text = "",
    query: Text = "",
    note: Note = "",
) -> Response:
    """Changes what a topic is found by."""
    try:
        set_topic(visit.settings, name, **_changes(title, terms, query, note))
    except (BadTopic, QueryError) as error:
        typed = {"title": title, "terms": terms, "query": query, "note": note}
        return _page(visit, name, {**typed, "wrong": str(error)}, 400)
    return visit.redirect(f"/topics/{name}", "topics.was_set", {"name": name})


@router.post("/topics/{name}/switch")
def switch(visit: Here, name: Name, on: Annotated[bool, Form()] = False) -> Response:
    """Switches a topic off, or on again."""
    set_topic(visit.settings, name, enabled=on)
    said = "topics.was_switched_on" if on else "topics.was_switched_off"
    return visit.redirect("/topics", said, {"name": name})


@router.post("/topics/{name}/unset")
def unset(visit: Here, name: Name) -> Response:
    """Lets the file decide again; a topic that the file does not have is removed."""
    unset_topic(visit.settings, name)
    return visit.redirect("/topics", "topics.was_unset", {"name": name})


def _applied(visit: Visit) -> dict[str, Any]:
    applier: Applier = visit.request.app.state.applier
    applied = applied_last(visit.settings)
    goes_on = applier.is_at_work or applied.state == "running"
    return {"applied": applied, "goes_on": goes_on, "failed": applier.failed}


def _tried(visit: Visit, name: str | None, terms: str, query: str) -> Response:
    try:
        trial, wrong = try_topic(visit.settings, name, _terms(terms), query.strip() or None), None
    except (BadTopic, QueryError) as error:
        trial, wrong = None, str(error)
    return visit.page("topic_trial.html", trial=trial, wrong=wrong, is_new=name is None)


def _changes(title: str, terms: str, query: str, note: str) -> dict[str, Any]:
    changes: dict[str, Any] = {"terms": _terms(terms), "query": query.strip() or None}
    given = {"title": title.strip(), "note": note.strip()}
    return changes | {name: text for name, text in given.items() if text}


def _terms(text: str) -> tuple[str, ...]:
    found = tuple(line.strip() for line in text.splitlines() if line.strip())
    if len(found) > MOST_TERMS:
        raise BadTopic(f"{len(found)} terms are too many: write {MOST_TERMS} at most.")
    return found


def _page(
    visit: Visit, name: str, typed: dict[str, str] | None = None, status: int = 200
) -> Response:
    found = topic_file(visit.settings, name)
    return visit.page("topic.html", status=status, found=found, topic=found.seen.topic, typed=typed)
