"""Is there a browser for the sites whose pages need one?"""

from __future__ import annotations

from collections.abc import Sequence

from crawler.browser.program import NoBrowser, check_extra, find_browser, version_of
from newsdesk.answers.sites import load_site, site_names
from newsdesk.doctor.check import Check
from pipelines.config import Settings


def check_browser(settings: Settings) -> Check:
    """Playwright and a Chromium that runs."""
    needed_by = [name for name in site_names() if load_site(name).needs_browser]
    return judge_browser(settings, needed_by)


def judge_browser(settings: Settings, needed_by: Sequence[str]) -> Check:
    """As `check_browser`; without a browser it is broken only if a site needs one."""
    try:
        check_extra()
        program = find_browser(settings.browser)
        found = f"{version_of(program)}, {program}"
        return Check(name="Browser", state="ok", found=found)
    except NoBrowser as missing:
        if needed_by:
            found = f"{missing.what}; {', '.join(needed_by)} cannot be crawled whole without"
            return Check(name="Browser", state="fail", found=found, todo=f"Do: {missing.todo}")
        return Check(
            name="Browser",
            state="note",
            found=f"{missing.what} (no site needs one so far)",
            todo=f"If you want it: {missing.todo}",
        )
