"""A circuit breaker per host: a host that does not answer is left alone, longer each time.

closed: the host is asked as usual. open: it is not asked until a time. half-open: that time has
come; the first answer closes the breaker, the first failure opens it for twice as long.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Literal

from attrs import define, field

from pipelines.records import HostStanding

State = Literal["closed", "open", "half_open"]
FIRST_PAUSE = timedelta(minutes=5)
LONGEST_PAUSE = timedelta(hours=6)
LONGEST_WORD = timedelta(days=1)
"""A host is left alone for so long at most, whatever it says and whatever was kept of it."""


@define
class Breaker:
    """Decides by the failures of one host. standing: what later crawls are told of it."""

    standing: HostStanding = field(factory=HostStanding)

    def state(self, now: datetime) -> State:
        if self.standing.open_until is None:
            return "closed"
        left = self.standing.open_until - now
        return "open" if timedelta() < left <= LONGEST_WORD else "half_open"

    def fail(self, now: datetime, reason: str, limit: int) -> bool:
        """Notes a failure; True if that opened the breaker.

        While it is open, failures are of requests that were sent before: they change nothing.
        """
        state, host = self.state(now), self.standing
        if state == "open":
            return False
        host.failures += 1
        host.reason = reason[:500]
        if state == "closed" and host.failures < limit:
            return False
        pause = min(FIRST_PAUSE * 2 ** min(host.openings, 10), LONGEST_PAUSE)
        host.open_until, host.openings = now + pause, host.openings + 1
        host.changed_at = now
        return True

    def hold(self, now: datetime, seconds: float, reason: str) -> None:
        """Opens it for as long as the host itself has asked for."""
        host = self.standing
        host.open_until, host.reason = now + timedelta(seconds=seconds), reason[:500]
        host.openings, host.changed_at = max(host.openings, 1), now

    def succeed(self, now: datetime) -> bool:
        """Notes an answer; True if that closed the breaker. While it is open nothing changes."""
        state, host = self.state(now), self.standing
        if state == "open":
            return False
        host.failures = 0
        if state == "closed":
            return False
        host.openings, host.open_until, host.reason, host.changed_at = 0, None, None, now
        return True
