"""An article waits for its place in the archive, but not for a disk that hangs."""

from __future__ import annotations

import asyncio
import threading
import time

import pytest

from pipelines import places
from pipelines.items import Archived
from pipelines.places import Place, known

HERE = Archived(file="articles/2026-03-01/sina-0001.warc.gz", offset=7, digest="sha1:A")


@pytest.fixture(autouse=True)
def _patient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(places._Patience, "lost_until", 0.0)


async def test_a_place_is_waited_for() -> None:
    place: Place = Place()
    place.set_running_or_notify_cancel()
    threading.Timer(0.05, place.set_result, [HERE]).start()
    assert await known(place) == HERE
    assert await known(place) == HERE
    assert await known(None) is None


async def test_what_is_lost_has_no_place() -> None:
    place: Place = Place()
    place.set_result(None)
    assert await known(place) is None


async def test_a_disk_that_hangs_holds_up_one_article_and_no_other(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(places, "PATIENCE_SECONDS", 0.2)
    hanging: Place = Place()
    hanging.set_running_or_notify_cancel()
    began = time.monotonic()
    assert await known(hanging) is None
    assert time.monotonic() - began >= 0.2
    monkeypatch.setattr(places, "PATIENCE_SECONDS", 600.0)
    assert await asyncio.gather(*(known(hanging) for _ in range(100))) == [None] * 100
    hanging.set_result(HERE)  # it was not cancelled by those who went on
    assert await known(hanging) == HERE
