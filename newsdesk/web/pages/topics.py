"""Topics: how they go, and an editor that tries a query while one types."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Path
from starlette.responses import Response

from newsdesk.answers.topics.overrides import set_topic, unset_topic
from newsdesk.answers.topics.seen import topic_seen, topics_seen, try_topic
from newsdesk.exceptions import BadTopic
from newsdesk.web.visit import Here, Visit
from pipelines.text.query.tokens import QueryError

router = APIRouter()
Name = Annotated[str, Path(max_length=64)]
Text = Annotated[str, Form(max_length=8000)]
Note = Annotated[str, Form(max_length=300)]
MOST_TERMS = 500


@router.get("/topics")
def topics(visit: Here) -> Response:
    """Shows the topics in force."""
    found, problems = topics_seen(visit.settings)
    return visit.page("topics.html", found=found, problems=problems)


@router.get("/topics/{name}")
def topic(visit: Here, name: Name) -> Response:
    """Shows a topic."""
    return _page(visit, name)


@router.post("/topics/{name}/try")
def try_(visit: Here, name: Name, terms: Text = "", query: Text = "") -> Response:
    """Shows what a topic would find; changes nothing."""
    try:
        trial, wrong = try_topic(visit.settings, name, _terms(terms), query.strip() or None), None
    except (BadTopic, QueryError) as error:
        trial, wrong = None, str(error)
    return visit.page("topic_trial.html", trial=trial, wrong=wrong)


@router.post("/topics/{name}/set")
def set_(visit: Here, name: Name, terms: Text = "", query: Text = "", note: Note = "") -> Response:
    """Changes what a topic is found by."""
    changes: dict[str, Any] = {"terms": _terms(terms), "query": query.strip() or None}
    if note.strip():
        changes["note"] = note.strip()
    try:
        set_topic(visit.settings, name, **changes)
    except (BadTopic, QueryError) as error:
        typed = {"terms": terms, "query": query, "note": note, "wrong": str(error)}
        return _page(visit, name, typed, 400)
    return visit.redirect(f"/topics/{name}", "topics.was_set", {"name": name})


@router.post("/topics/{name}/unset")
def unset(visit: Here, name: Name) -> Response:
    """Lets the file decide again."""
    unset_topic(visit.settings, name)
    return visit.redirect("/topics", "topics.was_unset", {"name": name})


def _terms(text: str) -> tuple[str, ...]:
    found = tuple(line.strip() for line in text.splitlines() if line.strip())
    if len(found) > MOST_TERMS:
        raise BadTopic(f"{len(found)} terms are too many: write {MOST_TERMS} at most.")
    return found


def _page(
    visit: Visit, name: str, typed: dict[str, str] | None = None, status: int = 200
) -> Response:
    found, newest, changes = topic_seen(visit.settings, name)
    return visit.page(
        "topic.html", status=status, found=found, newest=newest, changes=changes, typed=typed
    )
