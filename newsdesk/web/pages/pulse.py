"""The stream by which open pages hear of changes (`pulse` in `macros/parts.html`)."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response, StreamingResponse

from newsdesk.web.live import Pulse
from newsdesk.web.visit import Here

router = APIRouter()


@router.get("/pulse")
async def pulse(visit: Here) -> Response:
    """Streams `changed` whenever a page should ask anew."""
    found: Pulse = visit.request.app.state.pulse
    if found.is_full:
        return Response("Too many pages are open.", 503, {"Retry-After": "60"})
    events = found.events(visit.request.headers.get("last-event-id"))
    return StreamingResponse(events, media_type="text/event-stream")
