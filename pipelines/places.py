"""Where an answer stands in the WARC archive, which is written while its page is read."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import Future

from pipelines.items import Archived

Place = Future[Archived | None]
"""Known once the answer is written; None if it is lost."""
PATIENCE_SECONDS = 5.0
"""For which an article waits to be told; writing takes a millisecond."""
IMPATIENT_SECONDS = 60.0
"""After a wait in vain nobody waits: a disk that hangs must not hold up each article."""
_log = logging.getLogger(__name__)


class _Patience:
    lost_until = 0.0


async def known(place: Place | None) -> Archived | None:
    """Returns a place once it is known; None if there is none, or it takes too long."""
    if place is None:
        return None
    if not place.done():
        if time.monotonic() < _Patience.lost_until:
            return None
        try:
            await asyncio.wait_for(asyncio.wrap_future(place), PATIENCE_SECONDS)
        except TimeoutError:
            _Patience.lost_until = time.monotonic() + IMPATIENT_SECONDS
            _log.warning("The archive is slow: for a minute articles do not wait to be archived")
            return None
    return place.result()
