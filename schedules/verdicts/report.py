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
    updated_at: when it was written, by the clock that the crawl lived in.
    """

    finished: bool = False
    finish_reason: str | None = None
    stats: Mapping[str, object] = field(factory=dict)
    expectations: Mapping[str, object] = field(factory=dict)
    updated_at: datetime | None = None


def read_stats(path: Path) -> StatsReport | None:
    """The report in `path`; None if the crawl has not written one that can be read.

    The file is replaced as a whole by the crawl, so half a file means a broken disk: it then
    counts as not written, and the verdict says so.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
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
