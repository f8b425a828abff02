"""A bound on what reading one page may cost; what exceeds it is `too_costly`.

The time of a page is CPU time of this process, measured by the system, which interrupts whatever
Python code runs (regular expressions included). The parser is C and hears nothing of it: what it
is given is bounded by size and number of tags beforehand (`crawler.pages.html`).
"""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Coroutine
from types import FrameType
from typing import TypeVar

from crawler.exceptions import PageError
from crawler.pages.base import ArticlePage, Continuation
from pipelines.items import Article

PAGE_SECONDS = 5.0
"""CPU time for one page: a hundred times what the slowest real one needs."""
_AGAIN_SECONDS = 0.1
"""An interruption may be lost in a destructor; the next one follows."""

Result = TypeVar("Result")


class _Spent(BaseException):
    """Raised wherever the code is when the time is over; `except Exception` does not stop it."""


class _Clock:
    is_running = False


def within_budget(work: Callable[[], Result], seconds: float = PAGE_SECONDS) -> Result:
    """What `work` returns, if that takes no longer than so many seconds of CPU time.

    Only the main thread can be interrupted: in others, and within another budget, `work` is just
    done.

    Raises:
        PageError: `too_costly`; it took longer, needed more memory or went too deep.
    """
    try:
        if _Clock.is_running or threading.current_thread() is not threading.main_thread():
            return work()
        return _interrupted(work, seconds)
    except RecursionError as error:
        raise PageError("too_costly", f"nested too deeply: {error}") from None
    except MemoryError:
        raise PageError("too_costly", "reading it takes more memory than there is") from None


def _interrupted(work: Callable[[], Result], seconds: float) -> Result:
    signal.signal(signal.SIGPROF, _ring)
    try:
        try:
            _Clock.is_running = True
            signal.setitimer(signal.ITIMER_PROF, seconds, _AGAIN_SECONDS)
            return work()
        finally:
            _stop()
    except _Spent:
        _stop()  # the first call may have been interrupted itself
        detail = f"reading it took more than {seconds:g} s of CPU time"
        raise PageError("too_costly", detail) from None


def _stop() -> None:
    _Clock.is_running = False
    signal.setitimer(signal.ITIMER_PROF, 0)


def _ring(number: int, frame: FrameType | None) -> None:
    if _Clock.is_running:
        raise _Spent


def read_within_budget(
    page: ArticlePage, seconds: float = PAGE_SECONDS
) -> tuple[Article, Continuation | None]:
    """The article of a page and where the rest of it stands; the page is empty afterwards.

    Raises:
        PageError: it holds no whole article, or costs too much.
    """
    try:
        return within_budget(lambda: (_at_once(page.to_item()), page.look.continuation), seconds)
    finally:
        page.let_go()


def _at_once(reading: Coroutine[object, object, Result]) -> Result:
    """What a coroutine returns that waits for nothing: page objects are pure."""
    try:
        reading.send(None)
    except StopIteration as done:
        result: Result = done.value
        return result
    reading.close()
    raise TypeError("a page object must not wait for anything")
