"""Which channel is told of which alerts: by how much they matter, and by site."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import get_args

from attrs import define

from pipelines.storage.documents import Document
from pipelines.storage.operations.alerts import Severity

_RANKS: dict[str, int] = {name: rank for rank, name in enumerate(get_args(Severity))}
_ROUTED = re.compile(r"(info|warning|error)/(\*|[A-Za-z0-9_-]{1,60})=(?=\S)")


@define(frozen=True)
class Route:
    """An address with what is sent there.

    least: the least severity. site: only alerts about this site; None: all, and what is about no
    site.
    """

    url: str
    least: Severity = "info"
    site: str | None = None

    def takes(self, alert: Document) -> bool:
        """Tells whether people at this address are told of an alert."""
        if self.site is not None and alert.get("site") != self.site:
            return False
        return _RANKS[alert["severity"]] >= _RANKS[self.least]


def read_routes(text: str) -> tuple[Route, ...]:
    """Reads addresses with blanks between; "error/sina=" before one says what is sent there."""
    return tuple(_read(each) for each in text.split())


def _read(text: str) -> Route:
    routed = _ROUTED.match(text)
    if routed is None:
        return Route(text)
    severities: dict[str, Severity] = {"info": "info", "warning": "warning", "error": "error"}
    least, site = severities[routed[1]], routed[2]
    return Route(text[routed.end() :], least, None if site == "*" else site)


def told_where(
    routes: Sequence[Route], alerts: Sequence[Document]
) -> list[tuple[tuple[str, ...], list[Document]]]:
    """Returns addresses with the alerts that are sent there, those with the same ones together."""
    groups: dict[tuple[int, ...], list[str]] = {}
    for route in routes:
        chosen = tuple(n for n, alert in enumerate(alerts) if route.takes(alert))
        groups.setdefault(chosen, []).append(route.url)
    return [(tuple(urls), [alerts[n] for n in chosen]) for chosen, urls in groups.items() if chosen]
