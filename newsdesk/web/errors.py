"""What people see instead of a page: one sentence, and what to do next."""

from __future__ import annotations

import logging
import secrets

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from crawler.exceptions import ArgumentError, CrawlerError
from newsdesk.exceptions import (
    NewsdeskError,
    NoLog,
    NoSuchAlert,
    NoSuchArticle,
    NoSuchEvidence,
    NoSuchSearch,
    NoSuchSlot,
    NoSuchStory,
    NoSuchTopic,
    NotAmong,
    NotArchived,
    NotNow,
    NotYours,
    UnknownSite,
    UsageProblem,
)
from newsdesk.web.problems import API, problem
from newsdesk.web.security.guard import ForeignForm
from newsdesk.web.texts import texts
from newsdesk.web.visit import Visit
from pipelines.storage.exceptions import StorageError
from pipelines.text.query.tokens import QueryError
from pipelines.topics.file import NoTopicsError
from pipelines.topics.topics import TopicsError
from schedules.exceptions import NoSuchJob, NoSuchSchedule, SchedulesError

logger = logging.getLogger(__name__)

AGAIN_SECONDS = 5
"""After so long a page that MongoDB did not answer asks again by itself."""
KNOWN: dict[type[Exception], tuple[int, str]] = {
    StorageError: (503, "error.storage"),
    NoSuchJob: (404, "error.not_found"),
    NoSuchSchedule: (404, "error.not_found"),
    NoSuchArticle: (404, "error.not_found"),
    NoSuchStory: (404, "error.not_found"),
    NoSuchSearch: (404, "error.not_found"),
    NoSuchEvidence: (404, "error.not_found"),
    NoSuchAlert: (404, "error.not_found"),
    NotArchived: (404, "error.not_found"),
    NoSuchSlot: (404, "error.not_found"),
    NotAmong: (404, "error.not_found"),
    NoSuchTopic: (404, "error.not_found"),
    UnknownSite: (404, "error.not_found"),
    NoLog: (404, "error.not_found"),
    NotYours: (403, "error.refused"),
    NotNow: (409, "error.not_now"),
    UsageProblem: (400, "error.bad"),
    ArgumentError: (400, "error.bad"),
    QueryError: (400, "error.bad"),
    NewsdeskError: (500, "error.refused"),
    CrawlerError: (500, "error.refused"),
    SchedulesError: (500, "error.refused"),
    NoTopicsError: (500, "error.refused"),
    TopicsError: (500, "error.refused"),
    ForeignForm: (403, "error.other_origin"),
}
"""Status and text of each expected error; of a class and its base the class counts."""
PROGRAMS = {
    "error.not_found": "There is nothing here: /api/v1/openapi.json says what there is.",
    "error.bad": "This cannot be asked here: /api/v1/openapi.json says what can.",
    "error.other_origin": "A cookie alone changes nothing here: send a token "
    "(Authorization: Bearer nd_...), made by newsdesk web token add NAME.",
    "error.read_only": "Whoever asks only reads: take a token of the role operate.",
}
"""What programs are told where the house has no sentence of its own."""


def add_to(app: FastAPI) -> None:
    """Lets an application answer errors with pages."""
    for kind in KNOWN:
        app.add_exception_handler(kind, _expected)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _parameters)


def refusal(request: Request, status: int, key: str, said: str = "") -> Response:
    """Returns the page of an error. key: of its headline. said: a sentence of the house."""
    visit = Visit(request)
    again = AGAIN_SECONDS if status == 503 and request.method == "GET" else None
    if not _wants_page(request):
        headers = {"Retry-After": str(again)} if again else None
        return problem(status, _to_programs(key, said), headers)
    template = "error_part.html" if visit.is_fragment else "error.html"
    answer = visit.page(template, status=status, key=key, sentence=said, again=again)
    if again:
        answer.headers["Retry-After"] = str(again)
    return answer


async def _expected(request: Request, error: Exception) -> Response:
    status, key = next(KNOWN[each] for each in type(error).__mro__ if each in KNOWN)
    return refusal(request, status, key, str(error))


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    answer = refusal(request, status, "error.not_found" if status == 404 else "error.bad")
    if isinstance(error, HTTPException):
        answer.headers.update(error.headers or {})  # which methods there are
    return answer


async def _parameters(request: Request, error: Exception) -> Response:
    problems = error.errors() if isinstance(error, RequestValidationError) else []
    said = " ".join(f"{each['loc'][-1]}: {each['msg']}." for each in problems[:5])
    return refusal(request, 400, "error.bad", said)


def broken(request: Request, error: Exception) -> Response:
    """Says nothing of the inside; the log has it under the same mark."""
    mark = secrets.token_hex(4)
    logger.error("%s: %s %s broke", mark, request.method, request.url.path, exc_info=error)
    return refusal(request, 500, "error.broken", mark)


def _wants_page(request: Request) -> bool:
    """The address of the API's page alone shows one below /api/."""
    path = request.url.path
    is_page = not path.startswith(API) or path == "/api/docs"
    return is_page and "authorization" not in request.headers


def _to_programs(key: str, said: str) -> str:
    """Says an error to a program. said: a sentence of the house, or the mark of the log."""
    if key == "error.broken":
        return f"Newsdesk broke here: its log has the error, marked {said}."
    return said or PROGRAMS.get(key) or texts("en")(key)
