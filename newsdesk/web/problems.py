"""Errors as programs read them: problem details (RFC 9457), one sentence that says what to do."""

from __future__ import annotations

from http import HTTPStatus

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"
API = "/api/"
"""Where addresses for programs begin; whoever asks there is never shown a page."""


def problem(status: int, sentence: str, headers: dict[str, str] | None = None) -> JSONResponse:
    """Returns the answer of an error."""
    said = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": sentence.strip(),
    }
    return JSONResponse(said, status, headers, MEDIA_TYPE)
