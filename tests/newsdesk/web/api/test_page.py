"""The page of the API, in a real browser."""

from __future__ import annotations

from tests.support.console import Looker, Served


async def test_the_page(look: Looker, seeded: Served) -> None:
    await look.at("/api/docs", "api", widths=(1440, 390))
