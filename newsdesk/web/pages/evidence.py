"""Pages that gave no whole article, as they came: shown as text, so that nothing in them acts."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from newsdesk.answers.archive.evidence import evidence_of, picture_of, text_of
from newsdesk.exceptions import NoSuchEvidence, NotArchived
from newsdesk.web.visit import Here

router = APIRouter()
Id = Annotated[str, Path(pattern=r"^[0-9a-f]{24}$")]


@router.get("/evidence/{id_}")
def evidence(visit: Here, id_: Id) -> Response:
    """Shows a page that was kept."""
    found = evidence_of(visit.settings, id_)
    try:
        text, missing = text_of(visit.settings, found), None
    except NotArchived as error:
        text, missing = None, str(error)
    pictured = picture_of(found) is not None
    return visit.page("evidence.html", found=found, text=text, missing=missing, pictured=pictured)


@router.get("/evidence/{id_}/picture")
def picture(visit: Here, id_: Id) -> Response:
    """Sends the picture of a page as a browser showed it."""
    data = picture_of(evidence_of(visit.settings, id_))
    if data is None:
        raise NoSuchEvidence(f"There is no picture of the evidence {id_!r}.")
    headers = {"Cache-Control": "private, max-age=3600"}
    return Response(data, media_type="image/jpeg", headers=headers)
