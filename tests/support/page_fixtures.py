"""How the page objects' fixtures are written down: an item as JSON, times as ISO strings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from web_poet.testing.itemadapter import WebPoetTestItemAdapter


class IsoItemAdapter(WebPoetTestItemAdapter):
    """Items with every time as an ISO string, for `output.json`."""

    def asdict(self) -> dict[str, Any]:
        return {name: _plain(value) for name, value in super().asdict().items()}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list) else value
