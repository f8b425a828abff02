"""Checks that sites whose pages need a browser have one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from crawler.browser.program import NoBrowser, check_extra, find_browser, version_of
from newsdesk.answers.sites import sound_sites
from newsdesk.doctor.check import Check
from pipelines.config import Settings


def check_browser(settings: Settings) -> Iterator[Check]:
    """Playwright and a Chromium that runs; nothing where no site needs one and none is set."""
    needed_by = [name for name, site in sound_sites().items() if site.needs_browser]
    if needed_by or settings.browser:
        yield judge_browser(settings, needed_by)


def judge_browser(settings: Settings, needed_by: Sequence[str]) -> Check:
    """Whether there is a browser; without one it is broken only if a site needs one."""
    try:
        check_extra()
        program = find_browser(settings.browser)
        return Check(name="Browser", state="ok", found=f"{version_of(program)}, {program}")
    except NoBrowser as missing:
        lack = f"{', '.join(needed_by)} cannot be crawled whole without" if needed_by else (
            "no site needs one so far"
        )  # fmt: skip
        return Check(
            name="Browser",
            state="fail" if needed_by else "warn",
            found=f"{missing.what}; {lack}",
            todo=f"Do: {missing.todo}",
        )
