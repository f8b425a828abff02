"""What people see instead of a page: one sentence, and what to do next."""

from __future__ import annotations

import logging
import secrets

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

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
    NotNow,
    NotYours,
    UnknownSite,
    UsageProblem,
)
from newsdesk.web.security.guard import ForeignForm
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
    NoSuchSlot: (404, "error.not_found"),
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


def add_to(app: FastAPI) -> None:
    """Lets an application answer errors with pages."""
    for kind in KNOWN:
        app.add_exception_handler(kind, _expected)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _parameters)


def refusal(request: Request, status: int, key: str, said: str = "") -> Response:
    """Returns the page of an error. key: of its headline. said: a sentence of the house."""
    visit = Visit(request)
    if not _wants_page(request):
        return JSONResponse({"detail": said or visit.t(key)}, status)
    again = AGAIN_SECONDS if status == 503 and request.method == "GET" else None
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
    return refusal(request, status, "error.not_found" if status == 404 else "error.bad")


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
    return not request.url.path.startswith("/api/") and "authorization" not in request.headers
