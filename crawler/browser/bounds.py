"""How much time, memory and data the browser may take."""

from __future__ import annotations

from attrs import define


@define(frozen=True, kw_only=True)
class Bounds:
    """The Scrapy setting BROWSER_BOUNDS changes any of these by name.

    pages: open at the same time. session_pages: opened by one browser before it is replaced,
    since it grows. start_seconds: until the browser runs. answer_seconds: until a page's server
    answers. ready_seconds: until a page shows what is waited for; an action on it may take as
    long. request_seconds: for all of a request. close_seconds: until a page or the browser has
    closed, before it is killed. idle_seconds: until a browser without work is closed.
    parked_seconds: until the open page of a list that is not asked for more is closed.
    watch_seconds: between two looks at the browser's processes.
    browser_mb: memory of browser and driver together; page_mb: of one of its processes; a
    browser that takes more is killed. script_mb: V8's heap in a page.
    popups, dialogs: refused anyway; a page that opens more is given up.
    page_bytes: length of the final page. call_bytes, calls: size and number of the answers to a
    page's scripts that are noted. screenshot_bytes: size of the JPEG.
    """

    pages: int = 2
    session_pages: int = 100
    start_seconds: float = 30.0
    answer_seconds: float = 20.0
    ready_seconds: float = 10.0
    request_seconds: float = 45.0
    close_seconds: float = 5.0
    idle_seconds: float = 20.0
    parked_seconds: float = 120.0
    watch_seconds: float = 0.25
    browser_mb: int = 1000
    page_mb: int = 450
    script_mb: int = 256
    popups: int = 5
    dialogs: int = 5
    page_bytes: int = 8 * 1024 * 1024
    call_bytes: int = 1024 * 1024
    calls: int = 60
    screenshot_bytes: int = 256 * 1024
