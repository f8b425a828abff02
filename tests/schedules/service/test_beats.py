"""Beats: no error ends one, and how each goes is known."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest

from pipelines.storage.exceptions import DatabaseUnavailable
from schedules.service import beats as module
from schedules.service.beats import Beat, Beats
from schedules.service.wheel import Wheel
from tests.support.waiting import until


class Moody:
    """Raises the errors that it is given, one after the other, then goes well."""

    def __init__(self, *errors: BaseException) -> None:
        self.errors = [*errors]
        self.calls = 0

    async def work(self) -> None:
        self.calls += 1
        if self.errors:
            raise self.errors.pop(0)


@pytest.fixture
async def beats() -> AsyncIterator[Beats]:
    wheel = Wheel()
    beats = Beats(wheel)
    wheel.start()
    yield beats
    await beats.end(5)
    wheel.shutdown()
    await asyncio.sleep(0)


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (KeyError("odd"), "moody: KeyError: 'odd'"),
        (RecursionError("deep"), "moody: RecursionError: deep"),
        (DatabaseUnavailable("MongoDB is away."), "moody: MongoDB is away."),
        (asyncio.CancelledError(), "moody: something that it waited for was cancelled"),
    ],
)
async def test_an_error_of_any_kind_is_heard_and_the_beat_goes_on(
    beats: Beats, error: BaseException, told: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO")
    moody = Moody(error, error)
    beat = Beat("moody", 0.1, moody.work)
    beats.start([beat])
    await until(lambda: beat.errors)
    assert beat.trouble == told
    await until(lambda: moody.calls > 4)
    assert beat.errors == 2
    assert beat.what_is_wrong is None
    said = [record for record in caplog.records if record.levelname == "ERROR"]
    assert len(said) == 1  # the second time is no news
    assert bool(said[0].exc_info) == (type(error) in {KeyError, RecursionError})
    assert "moody: goes well again" in caplog.text


async def test_a_beat_that_hangs_is_late_and_then_stuck(
    beats: Beats, monkeypatch: pytest.MonkeyPatch
) -> None:
    released = asyncio.Event()
    beat = Beat("hanging", 0.1, released.wait)
    beats.start([beat])
    assert (beat.is_late, beat.is_stuck, beat.what_is_wrong) == (False, False, None)
    monkeypatch.setattr(module, "LATE_SECONDS", 0.2)
    await until(lambda: beat.is_late)
    assert not beat.is_stuck
    assert (beat.what_is_wrong or "").startswith("hanging: has not come back for")
    monkeypatch.setattr(module, "STUCK_SECONDS", 0.3)
    await until(lambda: beat.is_stuck)
    released.set()
    await until(lambda: not (beat.is_late or beat.is_stuck))


async def test_a_rare_beat_that_failed_is_tried_again_before_its_time(
    beats: Beats, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "AGAIN_SECONDS", 0.2)
    moody = Moody(ValueError("once"))
    beats.start([Beat("rare", 3600, moody.work)])
    await until(lambda: moody.calls == 2)


async def test_a_beat_can_be_run_at_once_and_ended(beats: Beats) -> None:
    moody = Moody()
    beat = Beat("moody", 3600, moody.work, first_after=3600)
    beats.start([beat])
    await asyncio.sleep(0.2)
    assert moody.calls == 0
    beats.run_now("moody")
    await until(lambda: moody.calls == 1)
    beats.stop([beat])
    beats.run_now("moody")
    await asyncio.sleep(0.2)
    assert (moody.calls, [*beats]) == (1, [])


async def test_the_end_waits_for_what_is_under_way(beats: Beats) -> None:
    done = []

    def slowly(seconds: float) -> Callable[[], Awaitable[None]]:
        async def work() -> None:
            await asyncio.sleep(seconds)
            done.append(seconds)

        return work

    beats.start([Beat("short", 3600, slowly(0.3)), Beat("long", 3600, slowly(60))])
    await asyncio.sleep(0.1)
    await beats.end(0.5)
    assert done == [0.3]
