"""Taking a result along: a file that goes out while it is read."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Message, Receive, Scope, Send

from newsdesk.answers.export.selection import chosen
from newsdesk.answers.export.streaming import forms, stream
from newsdesk.answers.moments import beijing
from newsdesk.exceptions import MissingExtra
from newsdesk.web.pages.articles.asked import Asked
from newsdesk.web.pages.articles.places import Busy, Going, Places
from newsdesk.web.security.visitor import Visitor
from newsdesk.web.visit import Here, Visit
from pipelines.timing import clock

logger = logging.getLogger(__name__)
router = APIRouter()
AT_ONCE = 3
"""Files that are made at the same time, each for another person: each reads as fast as MongoDB
gives."""
PIECE_SECONDS = 60.0
SLOWEST = 8 * 1024
"""A piece of which less is taken, in bytes a second after a minute, ends its file: whoever reads
drop by drop must not hold a place."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_places = Places(AT_ONCE)


@router.get("/exports/{form}")
def take(
    visit: Here,
    form: Literal["csv", "xlsx", "jsonl", "parquet"],
    asked: Annotated[Asked, Query()],
) -> Response:
    """Sends a whole result. A connection that breaks before its end says that it was cut off; how
    many articles there are stands in a header, where a filter alone says so."""
    if form not in forms():
        raise MissingExtra(
            f"{form} needs the extra `export` (pip install 'newsdesk[export]'): take CSV or JSONL."
        )
    found = chosen(visit.settings, asked.selection)
    total = found.total(visit.settings, None)
    name = f"newsdesk-{clock.now():%Y%m%d-%H%M}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    if total is not None:
        headers["Newsdesk-Articles"] = str(total)
    pieces = stream(visit.settings, asked.selection, found, form)
    return Download(
        pieces, headers, TYPES[form], visit.visitor, name, lambda own: _busy(visit, own)
    )


def _busy(visit: Visit, own: Going | None) -> Response:
    since = beijing(own.since, "%H:%M:%S") if own else None
    page = visit.page("articles_busy.html", status=429 if own else 503, own=own, since=since)
    page.headers["Retry-After"] = "30"
    return page


class _NobodyTakes(Exception):
    """Raised when a piece is taken too slowly."""


class Download(StreamingResponse):
    """Sends pieces as long as the visitor has a place, and ends their making however the sending
    ended. name: of the file. busy: makes what is said if there is no place."""

    def __init__(
        self,
        pieces: Iterator[bytes],
        headers: dict[str, str],
        kind: str,
        visitor: Visitor | None,
        name: str,
        busy: Callable[[Going | None], Response],
    ) -> None:
        super().__init__(pieces, headers=headers, media_type=kind)
        assert visitor is not None  # noqa: S101 - the guard lets nobody else come here
        self._busy, self._name, self._pieces, self._visitor = busy, name, pieces, visitor

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            _places.begin(self._visitor, self._name)
        except Busy as full:
            return await self._busy(full.own)(scope, receive, send)
        with ExitStack() as place:
            place.callback(_places.end, self._visitor)

            async def send_in_time(message: Message) -> None:
                piece = message.get("body", b"")
                if message["type"] == "http.response.body" and not message.get("more_body"):
                    place.close()  # before its end is seen: whoever has it may ask for the next
                try:
                    async with asyncio.timeout(PIECE_SECONDS + len(piece) / SLOWEST):
                        await send(message)
                except TimeoutError:
                    raise _NobodyTakes from None

            try:
                await super().__call__(scope, receive, send_in_time)
            except _NobodyTakes:  # the connection then breaks, since its end is missing
                logger.warning(
                    "%s of %s is cut off: taken too slowly", self._name, self._visitor.name
                )
            finally:
                place.close()
                with suppress(ValueError):  # its thread still makes a piece: it ends with that
                    await run_in_threadpool(self._pieces.close)  # type: ignore[attr-defined]
