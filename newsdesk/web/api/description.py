"""The API as it describes itself: OpenAPI for programs, a page of its operations for people."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fastapi import APIRouter
from fastapi.openapi.utils import get_openapi
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from newsdesk.exceptions import BadParameter
from newsdesk.web.api import articles, operations, topics
from newsdesk.web.api.parts import PREFIX
from newsdesk.web.visit import Here

router = APIRouter()
MOST_OF_A_NAME = 60
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


@lru_cache(maxsize=256)
def _parameters(path: str, method: str) -> tuple[str, ...]:
    """Returns what may stand behind the ? of an operation."""
    operation = described()["paths"].get(path, {}).get(method, {})
    given = (*operation.get("parameters", ()),)
    return tuple(each["name"] for each in given if each["in"] == "query")


def _fields(operation: dict[str, Any]) -> list[str]:
    """Returns the names that the body of an operation may have."""
    content = operation.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema", {})
    either = [schema, *schema.get("anyOf", ())]
    name = next((each["$ref"].rpartition("/")[2] for each in either if "$ref" in each), "")
    return [*described()["components"]["schemas"].get(name, {}).get("properties", ())]


def only_described(request: Request) -> None:
    """Refuses parameters that the description does not name: a misspelt filter must not look like
    one that everything passes.

    Raises:
        BadParameter: names it, and those that there are.
    """
    known = _parameters(request.scope["route"].path, request.method.lower())
    for name in request.query_params:
        if name not in known:
            there = f"choose from {', '.join(known)}" if known else "there is none here"
            raise BadParameter(f"There is no parameter {name[:MOST_OF_A_NAME]!r}: {there}.")


@router.get(f"{PREFIX}/openapi.json")
def openapi() -> Response:
    """The description of the API."""
    return JSONResponse(described())


@router.get("/api/docs")
def docs(visit: Here) -> Response:
    """Shows all operations."""
    found = [
        {
            "method": method.upper(),
            "path": path,
            "takes": [*_parameters(path, method), *_fields(operation)],
            **operation,
        }
        for path, methods in described()["paths"].items()
        for method, operation in methods.items()
    ]
    return visit.page("api.html", found=found)
