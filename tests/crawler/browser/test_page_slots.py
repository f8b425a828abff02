from __future__ import annotations

import asyncio

from crawler.browser.page_slots import PageSlots


async def test_a_page_alone_waits_for_all_others_and_is_not_overtaken() -> None:
    slots, order = PageSlots(2), list[str]()
    free = asyncio.Event()

    async def hold(name: str, *, alone: bool = False) -> None:
        async with slots.one(alone=alone):
            order.append(f"{name}:{slots.taken}")
            await free.wait()

    first = asyncio.create_task(hold("first"))
    await asyncio.sleep(0)
    alone = asyncio.create_task(hold("alone", alone=True))
    late = asyncio.create_task(hold("late"))
    await asyncio.sleep(0.01)
    assert order == ["first:1"], "one slot is free, and nobody gets it before the one that waits"
    free.set()
    await asyncio.gather(first, alone, late)
    assert order == ["first:1", "alone:1", "late:1"]
    assert slots.taken == 0


async def test_who_gives_up_waiting_gives_its_slots_back() -> None:
    slots = PageSlots(2)
    async with slots.one(alone=False):
        waiting = asyncio.create_task(_enter(slots))
        await asyncio.sleep(0.01)
        waiting.cancel()
        await asyncio.gather(waiting, return_exceptions=True)
        async with asyncio.timeout(1), slots.one(alone=False):
            assert slots.taken == 2


async def _enter(slots: PageSlots) -> None:
    async with slots.one(alone=True):
        raise AssertionError("another page is open")
