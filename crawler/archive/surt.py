"""Addresses in the order of an index: SURT, "cn,guancha)/politics/2026_03_01_1.shtml"."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Iterator
from urllib.parse import quote, urlencode, urlsplit

_WWW = re.compile(r"^www\d*\.")
_METHOD = "__wb_method="
_FORM = re.compile(rb"[\x21-\x7e]{1,300}=[\x21-\x7e]{0,2000}")
_LONGEST = 1000
_DEEPEST = 50
_PORTS = {"http": 80, "https": 443}


def surt(url: str) -> str:
    """Returns the key under which an address is found; addresses of one page mostly share it.

    Scheme, user, `www`, the port that goes without saying, upper case, the order of parameters, a
    closing slash and the fragment say nothing.
    """
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:  # such as a port of letters
        return re.sub(r"\s", "%20", url.strip().lower())
    if not host:
        return re.sub(r"\s", "%20", url.strip().lower())
    if not host.isascii():
        host = _ascii(host)
    reversed_host = ",".join(reversed(_WWW.sub("", host).split(".")))
    if port is not None and port != _PORTS.get(parts.scheme.lower()):
        reversed_host += f":{port}"
    path = parts.path.lower().rstrip("/") or "/"
    query = "&".join(sorted(parts.query.lower().split("&"))) if parts.query else ""
    return re.sub(r"\s", "%20", f"{reversed_host}){path}{'?' if query else ''}{query}")


def posted_as(method: str, body: bytes) -> str:
    """Returns what tells a request from others for its address, as a query; "" for a plain one.

    In the manner of pywb: a form as it is, the values of JSON by their names, anything else in
    base64; what is long, by its digest.
    """
    if method.upper() in {"GET", "HEAD"}:
        return ""
    if _FORM.fullmatch(body):
        said = body.decode("ascii")
    else:
        said = _values_of(body) or "__wb_post_data=" + quote(base64.b64encode(body))
    if len(said) > _LONGEST:
        found = hashlib.sha1(body, usedforsecurity=False).digest()
        said = f"__wb_post_data=sha1:{base64.b32encode(found).decode('ascii')}"
    return f"{_METHOD}{method.upper()}&{said}"


def key_of(url: str, posted: str = "") -> str:
    """Returns the key of a request in an index; that of a plain one begins all of its address."""
    key = surt(url)
    return f"{key}{'&' if '?' in key else '?'}{posted.lower()}" if posted else key


def beginnings(key: str) -> tuple[str, str]:
    """Returns what the lines of an index begin with that hold a plain address, or posts to it."""
    return f"{key} ", f"{key}{'&' if '?' in key else '?'}{_METHOD}"


def _values_of(body: bytes) -> str:
    try:
        data = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    values: dict[str, object] = {}
    for name, value in _leaves(data, "", _DEEPEST):
        number, key = 1, name
        while key in values:
            number += 1
            key = f"{name}.{number}_"
        values[key] = value
    return urlencode(values)


def _leaves(data: object, name: str, depth: int) -> Iterator[tuple[str, object]]:
    if depth and isinstance(data, dict):
        for key, value in data.items():
            yield from _leaves(value, str(key), depth - 1)
    elif depth and isinstance(data, list):
        for value in data:
            yield from _leaves(value, name, depth - 1)
    elif name:
        yield name, data


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
