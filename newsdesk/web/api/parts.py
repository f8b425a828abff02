"""What all parts of the API have in common: their router, and bounded parameters."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query, Security
from fastapi.security import HTTPBearer
from pydantic import BaseModel, ConfigDict, StringConstraints

from newsdesk.web.api.models import Problem
from newsdesk.web.parameters import MOST_SHOWN
from newsdesk.web.problems import MEDIA_TYPE

PREFIX = "/api/v1"
_BEARER = HTTPBearer(
    scheme_name="token",
    auto_error=False,  # the guard has decided before
    description="newsdesk web token add NAME [--role read]",
)
_PROBLEM: dict[int | str, dict[str, Any]] = {
    "default": {
        "description": "An error, in one sentence",
        "content": {MEDIA_TYPE: {"schema": Problem.model_json_schema()}},
    }
}

Key = Annotated[str, StringConstraints(min_length=1, max_length=100)]
Words = Annotated[str, StringConstraints(min_length=1, max_length=2_000)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Cursor = Annotated[str, StringConstraints(min_length=1, max_length=800)]
Limit = Annotated[int, Query(ge=1, le=MOST_SHOWN)]
Days = Annotated[int, Query(ge=1, le=366)]
Id = Annotated[str, Path(min_length=1, max_length=200)]


class Asked(BaseModel):
    """Parameters of a list: what it does not know is refused, not left aside."""

    model_config = ConfigDict(extra="forbid")


def new_router(tag: str) -> APIRouter:
    """Returns the router of a part of the API."""
    return APIRouter(
        prefix=PREFIX, tags=[tag], dependencies=[Security(_BEARER)], responses=_PROBLEM
    )
