"""A breaker per host: what does not answer is left alone, longer each time, and tried again.

closed: asked as usual · open: not asked until a time · half-open: that time has come; the first
answer closes it, the first failure opens it for twice as long.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from attrs import define

State = Literal["closed", "open", "half_open"]
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)


@define(kw_only=True)
class Breaker:
    """failures: in a row. openings: since it was last closed. reason: of the last failure."""

    failures: int = 0
    openings: int = 0
    open_until: datetime | None = None
    reason: str | None = None
    changed_at: datetime | None = None

    def state(self, now: datetime) -> State:
        if self.open_until is None:
            return "closed"
        return "open" if now < self.open_until else "half_open"

    def fail(self, now: datetime, reason: str, limit: int) -> bool:
        """Note a failure; True if that opened it. One that was under way changes nothing."""
        state = self.state(now)
        if state == "open":
            return False
        self.failures += 1
        self.reason = reason[:500]
        if state == "closed" and self.failures < limit:
            return False
        pause = min(FIRST_PAUSE * 2 ** min(self.openings, 10), LONGEST_PAUSE)
        self.open_until, self.openings = now + pause, self.openings + 1
        self.changed_at = now
        return True

    def succeed(self, now: datetime) -> bool:
        """Note an answer; True if that closed it."""
        was = self.state(now)
        if was == "open":  # an answer to what was asked before; the pause stays
            return False
        self.failures = 0
        if was == "closed":
            return False
        self.openings, self.open_until, self.reason, self.changed_at = 0, None, None, now
        return True
