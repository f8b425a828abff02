"""Documents for backups: of `changes`, which nothing else looks at."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from bson import Int64, ObjectId

NOON = datetime(2026, 11, 30, 4, tzinfo=UTC)


def change(number: int) -> dict[str, Any]:
    """A document of `changes`, whose ids may be texts or object ids."""
    id_: Any = ObjectId() if number % 3 else f"number {number:05}"
    about = {"by": "a", "via": "terminal", "action": "b", "subject": "中文" * 20}
    return {"_id": id_, "at": NOON, "details": {"n": Int64(number)}, **about}


def quiet(_what: str, _done: int, _total: int) -> None:
    """Nobody watches the progress."""
