"""Where an answer stands in the archive: handed along with it, since it is written meanwhile."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future

from scrapy.http import Response

from pipelines.items import Archived

PLACE = "archived"
"""Key in the meta of a request of the future of its answer's place."""
PATIENCE_SECONDS = 5.0
"""For which an article waits to be told; writing takes a millisecond."""
logger = logging.getLogger(__name__)


async def archived(response: Response) -> Archived | None:
    """Returns where an answer stands, once it is written; None if it is not archived."""
    place = response.meta.get(PLACE) if response.request is not None else None
    if not isinstance(place, Future):
        return None
    if not place.done():
        try:
            await asyncio.wait_for(asyncio.wrap_future(place), PATIENCE_SECONDS)
        except TimeoutError:
            logger.warning("%s: the archive has not written it yet: not referred to", response.url)
            return None
    found = place.result()
    return found if isinstance(found, Archived) else None
