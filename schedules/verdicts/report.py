"""Reading the statistics file that a crawl writes about itself (see `crawler.extensions`)."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from attrs import define, field


@define(frozen=True, kw_only=True)
class StatsReport:
    """The newest statistics of a crawl.

    finished: the crawl itself wrote that it ended. expectations: what its site declares.
    updated_at: when it was written, by the clock that the crawl lived in. unsaved: no disk took
    it, so it stood in memory alone.
    """

    finished: bool = False
    finish_reason: str | None = None
    stats: Mapping[str, object] = field(factory=dict)
    expectations: Mapping[str, object] = field(factory=dict)
    updated_at: datetime | None = None
    unsaved: bool = False


def read_stats(path: Path) -> StatsReport | None:
    """The report in `path`; None if the crawl has not written one that can be read.

    The file is replaced as a whole by the crawl, so half a file means a broken disk: it then
    counts as not written, and the verdict says so.
    """
    try:
        return parse_stats(path.read_bytes())
    except OSError:
        return None


def parse_stats(text: bytes) -> StatsReport | None:
    """The report in a text; None if there is none, or half of one."""
    try:
        data = json.loads(text)
    except ValueError:
        return None
    if not isinstance(data, dict) or not isinstance(data.get("stats"), dict):
        return None
    reason, expected = data.get("finish_reason"), data.get("expectations")
    moment = data.get("updated_at")
    return StatsReport(
        finished=data.get("state") == "finished",
        finish_reason=reason if isinstance(reason, str) else None,
        stats=data["stats"],
        expectations=expected if isinstance(expected, dict) else {},
        updated_at=datetime.fromisoformat(moment) if isinstance(moment, str) else None,
    )
