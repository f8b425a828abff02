"""What addresses and forms of the console may say: bounded, and empty fields are none."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from fastapi import Query
from pydantic import BeforeValidator, StringConstraints

from newsdesk.answers.moments import read_moment

MOST_SHOWN = 200


def none_if_empty(value: object) -> object:
    """A form sends fields that nobody filled in as empty texts."""
    return None if isinstance(value, str) and not value.strip() else value


_EMPTY = BeforeValidator(none_if_empty)

Word = Annotated[Annotated[str, StringConstraints(max_length=100)] | None, _EMPTY]
"""A key: of a site, a topic, a state."""
Words = Annotated[Annotated[str, StringConstraints(max_length=2000)] | None, _EMPTY]
"""What a person typed: a query."""
Cursor = Annotated[Annotated[str, StringConstraints(max_length=500)] | None, _EMPTY]
"""Where the last page ended."""
Limit = Annotated[int, Query(ge=1, le=MOST_SHOWN)]
Day = Annotated[Annotated[str, StringConstraints(max_length=40)] | None, _EMPTY]
"""A date or time as typed; `moment` reads it."""


def moment(text: str | None, name: str) -> datetime | None:
    """Returns the time that was typed, in Beijing unless it has a zone.

    Raises:
        BadMoment: it is none.
    """
    return None if text is None else read_moment(text, name)
