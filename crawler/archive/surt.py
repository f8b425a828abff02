"""Addresses in the order of an index: SURT, "cn,guancha)/politics/2026_03_01_1.shtml"."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

_WWW = re.compile(r"^www\d*\.")
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


def _ascii(host: str) -> str:
    try:
        return host.encode("idna").decode("ascii")
    except UnicodeError:
        return host
