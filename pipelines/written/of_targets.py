"""The addresses of an archive's target, as people write them: no scheme but two."""

from __future__ import annotations

import re

_S3 = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.=-]+)*/?")
_ENDPOINT = re.compile(
    r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/?|https?://\[[0-9A-Fa-f:]+\](:\d{1,5})?/?"
)


def checked_target(address: str) -> str:
    """Returns the address of a target without a closing slash.

    Raises:
        ValueError: it is none.
    """
    if _S3.fullmatch(address) and not {"", ".", ".."} & {*address.rstrip("/")[5:].split("/")}:
        return address.rstrip("/")
    path = address.removeprefix("file://")
    is_path = path != address and path.startswith("/") and path.isprintable() and path.strip("/")
    if is_path and not {".", ".."} & {*path.split("/")}:
        return "file://" + re.sub("/+", "/", path).rstrip("/")
    raise ValueError("a target is s3://BUCKET/FOLDER or file:///FOLDER")


def checked_endpoint(address: str) -> str:
    """Returns the address of an S3 server.

    Raises:
        ValueError: it is none.
    """
    if not _ENDPOINT.fullmatch(address):
        raise ValueError("an endpoint is http(s)://HOST:PORT, without user and password")
    return address.rstrip("/")
