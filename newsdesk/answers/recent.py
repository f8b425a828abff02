"""Answers that are kept for a while, because pages ask oftener than they change."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from attrs import define, field


@define(eq=False)
class Recent:
    """Keeps so many answers, for so many seconds each."""

    seconds: float = 60.0
    most: int = 64
    _kept: dict[object, tuple[float, Any]] = field(factory=dict)
    _lock: threading.Lock = field(factory=threading.Lock)

    def get(self, key: object, count: Callable[[], Any]) -> Any:  # noqa: ANN401 - what was counted
        """Returns what is kept under a key, else counts it."""
        now = time.monotonic()
        with self._lock:
            at, value = self._kept.get(key, (0.0, None))
            if at and now - at < self.seconds:
                return value
        value = count()
        with self._lock:
            while len(self._kept) >= self.most:
                del self._kept[next(iter(self._kept))]
            self._kept[key] = now, value
        return value
