"""Where an answer stands in the WARC archive, which is written while its page is read."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future

from pipelines.items import Archived

Place = Future[Archived | None]
"""Known once the answer is written; None if it is lost."""
PATIENCE_SECONDS = 5.0
"""For which an article waits to be told; writing takes a millisecond."""
_log = logging.getLogger(__name__)


async def known(place: Place | None) -> Archived | None:
    """Returns a place once it is known; None if there is none, or it takes too long."""
    if place is None:
        return None
    if not place.done():
        try:
            await asyncio.wait_for(asyncio.wrap_future(place), PATIENCE_SECONDS)
        except TimeoutError:
            _log.warning("The archive has not written a page in time: it is not referred to")
            return None
    return place.result()
