"""How often a login may fail before the next attempt is refused without looking at it."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from ipaddress import IPv6Address, IPv6Network, ip_address

from attrs import define, field

WINDOW_SECONDS = 15 * 60.0
BY_ADDRESS, BY_ACCOUNT = 10, 30
MOST_KEYS = 10_000
"""Addresses and names that are remembered; the oldest go first."""


@define(eq=False)
class Throttle:
    """Counts failures by address and by account within a quarter of an hour.

    An account has more of them, so that a stranger's failures rarely shut its owner out.
    """

    now: Callable[[], float] = time.monotonic
    _failed: OrderedDict[str, list[float]] = field(factory=OrderedDict)
    _lock: threading.Lock = field(factory=threading.Lock)

    def wait(self, address: str, name: str) -> int:
        """Returns for how many seconds a login is refused; 0: it may be tried."""
        with self._lock:
            waits = (
                self._wait(_from(address), BY_ADDRESS),
                self._wait(f"of {name}", BY_ACCOUNT),
            )
            return max(waits)

    def failed(self, address: str, name: str) -> None:
        """Notes a failure."""
        with self._lock:
            for key in (_from(address), f"of {name}"):
                times = self._recent(key)[-BY_ACCOUNT:]
                self._failed[key] = [*times, self.now()]
                self._failed.move_to_end(key)
            while len(self._failed) > MOST_KEYS:
                self._failed.popitem(last=False)

    def forget(self, address: str) -> None:
        """Forgets the failures of an address from which a login went well."""
        with self._lock:
            self._failed.pop(_from(address), None)

    def _wait(self, key: str, most: int) -> int:
        times = self._recent(key)
        if len(times) < most:
            return 0
        return max(1, round(times[-most] + WINDOW_SECONDS - self.now()))

    def _recent(self, key: str) -> list[float]:
        since = self.now() - WINDOW_SECONDS
        return [each for each in self._failed.get(key, ()) if each > since]


def _from(address: str) -> str:
    """Returns the key of an address. Whoever has one of IPv6 has all of its /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return "from nowhere"
    if isinstance(found, IPv6Address):
        found = found.ipv4_mapped or IPv6Network((int(found), 64), strict=False).network_address
    return f"from {found}"
