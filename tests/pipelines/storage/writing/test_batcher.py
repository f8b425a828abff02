"""The batcher: when it flushes, how it slows down whoever brings entries, how it ends."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from pipelines.storage.writing.batcher import Batcher

LONG = 3600.0


class Shelf:
    """Keeps the batches; a flush waits while the door is closed."""

    def __init__(self) -> None:
        self.batches: list[list[int]] = []
        self.door = asyncio.Event()
        self.door.set()
        self.came = asyncio.Event()

    async def flush(self, batch: Sequence[int]) -> None:
        await self.door.wait()
        self.batches.append(list(batch))
        self.came.set()


async def test_full_batches_go_at_once_and_the_rest_when_closed() -> None:
    shelf = Shelf()
    batcher = Batcher(shelf.flush, size=10, seconds=LONG)
    for number in range(15):
        await batcher.put(number)
        if number % 10 == 9:
            await shelf.came.wait()
    assert shelf.batches == [list(range(10))]
    await batcher.close()
    assert shelf.batches == [list(range(10)), list(range(10, 15))]


async def test_all_that_came_during_a_flush_goes_with_the_next() -> None:
    shelf = Shelf()
    shelf.door.clear()
    batcher = Batcher(shelf.flush, size=10, seconds=LONG, limit=50)
    for number in range(10):
        await batcher.put(number)
    await asyncio.sleep(0.01)
    for number in range(10, 45):
        await batcher.put(number)
    shelf.door.set()
    await batcher.close()
    assert shelf.batches == [list(range(10)), list(range(10, 45))]


async def test_a_lone_entry_does_not_wait_for_others() -> None:
    shelf = Shelf()
    batcher = Batcher(shelf.flush, size=10, seconds=0.01)
    for number in range(2):
        shelf.came.clear()
        await batcher.put(number)
        await shelf.came.wait()
    assert shelf.batches == [[0], [1]]
    await batcher.close()


async def test_put_waits_while_too_many_wait() -> None:
    shelf = Shelf()
    shelf.door.clear()
    batcher = Batcher(shelf.flush, size=10, seconds=LONG, limit=30)
    for number in range(29):
        await batcher.put(number)
    last = asyncio.create_task(batcher.put(29))
    for _ in range(100):
        await asyncio.sleep(0)
    assert not last.done()
    shelf.door.set()
    await last
    await batcher.close()
    assert [number for batch in shelf.batches for number in batch] == list(range(30))


async def test_a_few_that_came_during_a_flush_wait_for_no_others() -> None:
    shelf = Shelf()
    batcher = Batcher(shelf.flush, size=10, seconds=0.0)
    shelf.door.clear()
    await batcher.put(0)
    await asyncio.sleep(0.01)
    await batcher.put(1)
    shelf.door.set()
    await batcher.close()
    assert shelf.batches == [[0], [1]]


async def test_an_error_of_the_flush_reaches_everyone() -> None:
    async def flush(_batch: Sequence[int]) -> None:
        await asyncio.sleep(0)
        raise OSError("full")

    batcher = Batcher(flush, size=2, seconds=LONG, limit=3)
    await batcher.put(0)
    await batcher.put(1)
    with pytest.raises(OSError, match="full"):
        await batcher.put(2)
    with pytest.raises(OSError, match="full"):
        await batcher.put(3)
    with pytest.raises(OSError, match="full"):
        await batcher.close()
    assert batcher.left == 4


async def test_closing_an_unused_one() -> None:
    await Batcher(Shelf().flush).close()
