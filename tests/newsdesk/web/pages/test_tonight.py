"""Tonight: whether last night is fine is seen at once, and is never said without a night."""

from __future__ import annotations

from tests.support.console import Looker, Served


async def test_as_people_see_it(look: Looker, seeded: Served) -> None:
    await look.at("/", "tonight")


async def test_an_empty_database_is_not_fine(look: Looker) -> None:
    await look.at("/", "tonight-empty", widths=(1440, 390))
    async with look.console.client() as client:
        text = (await client.get("/", **{"Accept-Language": "en"})).text
    assert "No night has run yet." in text
    assert "<code>newsdesk up</code>" in text
    assert "Last night is fine" not in text
