"""Taking a result along: a file that goes out while it is read."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from threading import BoundedSemaphore
from typing import Annotated, Literal

from fastapi import APIRouter, Query
from starlette.concurrency import run_in_threadpool
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from newsdesk.answers.export.selection import chosen
from newsdesk.answers.export.streaming import forms, stream
from newsdesk.exceptions import MissingExtra
from newsdesk.web.pages.articles.asked import Asked
from newsdesk.web.visit import Here, Visit
from pipelines.timing import clock

router = APIRouter()
AT_ONCE = 3
"""Files that are made at the same time: each reads as fast as MongoDB gives."""
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/x-ndjson",
    "parquet": "application/vnd.apache.parquet",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_places = BoundedSemaphore(AT_ONCE)


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
    return Download(pieces, headers, TYPES[form], lambda: _busy(visit))


def _busy(visit: Visit) -> Response:
    page = visit.page("articles_busy.html", status=503)
    page.headers["Retry-After"] = "30"
    return page


class Download(StreamingResponse):
    """Sends pieces as long as there is a place, and ends their making however the sending ended.
    busy: what is said if there is none."""

    def __init__(
        self,
        pieces: Iterator[bytes],
        headers: dict[str, str],
        kind: str,
        busy: Callable[[], Response],
    ) -> None:
        super().__init__(pieces, headers=headers, media_type=kind)
        self._busy = busy
        self._pieces = pieces

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if not _places.acquire(blocking=False):
            return await self._busy()(scope, receive, send)
        try:
            await super().__call__(scope, receive, send)
        finally:
            _places.release()
            with suppress(ValueError):  # its thread still makes a piece: it ends with that
                await run_in_threadpool(self._pieces.close)  # type: ignore[attr-defined]
