"""Which sites need a browser. Sites are loaded in a process of its own, whose memory ends with it:
`python -m schedules.engines.site_needs` writes the keys of those sites as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import time
from collections.abc import Mapping, Sequence

from attrs import define, field

from schedules.exceptions import EngineTrouble

PROGRAM = (sys.executable, "-P", "-m", "schedules.engines.site_needs")
FRESH_SECONDS = 900.0
LONGEST_SECONDS = 120.0


@define(eq=False)
class SiteNeeds:
    """Keeps which sites need a browser; asks anew when sites come or go, and now and then.

    environment: the settings, so that the process finds the same sites.
    """

    sites: Sequence[str]
    environment: Mapping[str, str]
    program: Sequence[str] = PROGRAM
    _known: frozenset[str] = frozenset()
    _seen: tuple[str, ...] | None = None
    _asked_at: float = 0.0
    _asking: asyncio.Lock = field(factory=asyncio.Lock)

    async def with_browser(self) -> frozenset[str]:
        """Returns the sites that need a browser.

        Raises:
            EngineTrouble: that cannot be found out.
        """
        async with self._asking:
            sites = tuple(self.sites)
            fresh = time.monotonic() - self._asked_at < FRESH_SECONDS
            if sites != self._seen or not fresh:
                self._known = await self._ask()
                self._seen, self._asked_at = sites, time.monotonic()
            return self._known

    async def _ask(self) -> frozenset[str]:
        process = await asyncio.create_subprocess_exec(
            *self.program,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            env={**os.environ, **self.environment},
        )
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                out, err = await process.communicate()
        except TimeoutError:
            process.kill()
            await process.wait()
            raise EngineTrouble(
                "Which sites need a browser: no answer. Try newsdesk sites"
            ) from None
        if process.returncode:
            last = err.decode(errors="replace").strip().rpartition("\n")[2]
            raise EngineTrouble(f"Which sites need a browser cannot be found out: {last[:300]}")
        return frozenset(json.loads(out))


def main() -> None:
    """Loads all sites. One that is broken needs nothing: its crawl will say what is wrong."""
    from crawler.exceptions import BrokenSite
    from crawler.site_places.loading import load_site
    from crawler.sites import site_names

    found = []
    for name in site_names():
        try:
            if load_site(name).needs_browser:
                found.append(name)
        except BrokenSite:
            continue
    sys.stdout.write(json.dumps(found))


if __name__ == "__main__":
    main()
