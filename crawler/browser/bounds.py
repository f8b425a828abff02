"""How much of everything the browser may take."""

from __future__ import annotations

from attrs import define


@define(frozen=True, kw_only=True)
class Bounds:
    """Scrapy's setting BROWSER_BOUNDS changes any of these by name.

    pages: at the same time. life_pages: after so many the browser is replaced: it grows.
    start_seconds: until it runs. answer_seconds: until a page's server has answered.
    ready_seconds: until a page has what is waited for; as long may an action take.
    request_seconds: for all of a request, whatever happens. close_seconds: until a page or the
    browser has closed before it is killed. idle_seconds: a browser without work ends; so does
    the open page of a list that is not asked for more in parked_seconds.
    browser_mb: of browser and driver together; beyond that the browser ends. page_mb: of one
    renderer process; beyond that it ends. script_mb: V8's heap in a page.
    popups, dialogs, downloads: refused anyway; a page that tries so many is given up.
    page_bytes: of the final DOM, as UTF-8. call_bytes, calls: of the answers to a page's scripts
    that are noted. screenshot_bytes: of the JPEG.
    """

    pages: int = 2
    life_pages: int = 100
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
