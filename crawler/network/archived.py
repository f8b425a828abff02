"""Hands along with an answer where it stands in the archive."""

from __future__ import annotations

from concurrent.futures import Future

from scrapy.http import Response

from pipelines.places import Place

PLACE = "archived"
"""Key in the meta of a request of its answer's `Place`."""


def place_of(response: Response) -> Place | None:
    """Returns where an answer stands, or will; None if it is not archived."""
    place = response.meta.get(PLACE) if response.request is not None else None
    return place if isinstance(place, Future) else None
