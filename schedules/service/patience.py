"""Ends connections that only wait: for a request that does not come whole, or for somebody to take
an answer.

uvicorn waits for both without end, and each that waits holds a place that others need.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Collection
from typing import Any, Final
from weakref import WeakKeyDictionary

import uvicorn
from attrs import define, field

REQUEST_SECONDS: Final = 20.0
"""Within so long a request has to come."""
BODY_SECONDS: Final = 60.0
"""Within so long its body has to."""
CROWDED_SECONDS: Final = 3.0
"""Both, once half of the places are taken."""
TAKING_SECONDS: Final = 60.0
"""An answer of which nobody takes anything for so long is cut off."""
TICKS: Final = 10
"""uvicorn's ticks, ten a second, between two looks."""


@define(eq=False)
class Patience:
    """Knows since when each connection waits. most: connections that may be open."""

    most: int
    now: Callable[[], float] = time.monotonic
    _since: WeakKeyDictionary[Any, tuple[object, float]] = field(factory=WeakKeyDictionary)

    def look(self, connections: Collection[Any]) -> None:
        """Ends those that have waited too long."""
        is_crowded = len(connections) > self.most // 2
        for each in [*connections]:
            state, longest = _waits_for(each, is_crowded=is_crowded)
            known, since = self._since.get(each, (None, 0.0))
            if state is None or state != known:
                self._since[each] = state, self.now()
            elif self.now() - since > longest:
                each.transport.abort()


def _waits_for(connection: Any, *, is_crowded: bool) -> tuple[object, float]:  # noqa: ANN401 - uvicorn's
    """Returns what a connection waits for, another thing after any progress, and how long it may;
    nothing, if an answer is being made."""
    cycle = connection.cycle
    if cycle is None or cycle.response_complete:
        return ("request", id(cycle)), CROWDED_SECONDS if is_crowded else REQUEST_SECONDS
    if cycle.more_body:
        return ("body", id(cycle)), CROWDED_SECONDS if is_crowded else BODY_SECONDS
    if connection.flow.write_paused:
        return ("taking", connection.transport.get_write_buffer_size()), TAKING_SECONDS
    return None, 0.0


class PatientServer(uvicorn.Server):
    """A server that waits for nobody for ever."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.patience = Patience(config.limit_concurrency or 1000)

    async def on_tick(self, counter: int) -> bool:
        if counter % TICKS == 0:
            self.patience.look(self.server_state.connections)
        return await super().on_tick(counter)
