"""The API as it describes itself: OpenAPI for programs, a page of its operations for people."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.responses import JSONResponse, Response

from newsdesk.web.api import articles, operations, topics
from newsdesk.web.api.parts import PREFIX
from newsdesk.web.visit import Here

router = APIRouter()
PARTS = (articles.router, topics.router, operations.router)


@lru_cache(maxsize=1)
def described() -> dict[str, Any]:
    """Returns the OpenAPI description."""
    return get_openapi(
        title="Newsdesk",
        version="1",
        summary="Articles, topics and nights. Lists go on by `next`, given as `after`.",
        routes=[route for part in PARTS for route in part.routes],
    )


@router.get(f"{PREFIX}/openapi.json")
def openapi() -> Response:
    """The description of the API."""
    return JSONResponse(described())


@router.get("/api/docs")
def docs(visit: Here) -> Response:
    """Shows all operations."""
    found = [
        {"method": method.upper(), "path": path, **operation}
        for path, methods in described()["paths"].items()
        for method, operation in methods.items()
    ]
    return visit.page("api.html", found=found)
