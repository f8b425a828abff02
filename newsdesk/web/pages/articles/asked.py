"""What an address of the room asks for: bounded, with the same names everywhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal
from urllib.parse import parse_qsl, urlencode

from pydantic import BaseModel, BeforeValidator, Field, ValidationError

from newsdesk.answers.export.selection import Selection
from newsdesk.exceptions import BadParameter
from newsdesk.web.parameters import none_if_empty
from pipelines.text.query.parser import Query, parse_query

_EMPTY = BeforeValidator(none_if_empty)
LONGEST_QUERY = 2_000
LONGEST_ADDRESS = 4_000
Key = Annotated[str | None, _EMPTY, Field(max_length=100)]
Words = Annotated[str | None, _EMPTY, Field(max_length=LONGEST_QUERY)]
Name = Annotated[str | None, _EMPTY, Field(max_length=200)]
Place = Annotated[str | None, _EMPTY, Field(max_length=500)]
Yes = Annotated[Literal["1"] | None, _EMPTY]
FILTERS = ("site", "topic", "source", "section", "since", "until", "edited", "gone", "story")
"""What narrows a result; each can be taken away by itself."""


class Asked(BaseModel):
    """A search of the room."""

    q: Words = None
    site: Key = None
    topic: Key = None
    source: Name = None
    section: Name = None
    story: Key = None
    since: Key = None
    until: Key = None
    edited: Yes = None
    gone: Yes = None
    sort: Annotated[Literal["best", "newest"] | None, _EMPTY] = None
    after: Place = None

    @property
    def order(self) -> Literal["best", "newest"]:
        """The best of a query come first, unless it says otherwise."""
        return (self.sort or "best") if self.q else "newest"

    @property
    def values(self) -> dict[str, str]:
        """What is asked for, without the place in the result."""
        return self.model_dump(exclude_none=True, exclude={"after"})

    @property
    def narrowed(self) -> dict[str, str]:
        return {name: value for name, value in self.values.items() if name in FILTERS}

    def address(self, path: str = "/articles", **changes: str | None) -> str:
        """Returns the address of this search, changed. None takes something away."""
        values = {**self.values, **changes}
        query = urlencode({name: value for name, value in values.items() if value})
        return f"{path}?{query}" if query else path

    @property
    def query(self) -> Query | None:
        """Raises: QueryError."""
        return parse_query(self.q) if self.q else None

    @property
    def filters(self) -> dict[str, Any]:
        """What `read_filters` takes."""
        marks = {"edited": bool(self.edited), "gone": bool(self.gone)}
        return {**self.narrowed, **marks}

    @property
    def selection(self) -> Selection:
        """The same for exports and feeds."""
        values: dict[str, Any] = {
            name: value for name, value in self.narrowed.items() if name not in ("edited", "gone")
        }
        return Selection(
            **values, query=self.q, edited=True if self.edited else None,
            gone=True if self.gone else None,
        )  # fmt: skip


def read_asked(query: str) -> Asked:
    """Returns the search of what stands behind the ? of an address.

    Raises:
        BadParameter: it is none.
    """
    values: Mapping[str, str] = dict(parse_qsl(query[:LONGEST_ADDRESS], max_num_fields=50))
    try:
        return Asked.model_validate(values)
    except ValidationError as error:
        raise BadParameter(
            f"This is no search of the console: {error.errors()[0]['msg']}."
        ) from None
