"""A browser that is killed, and pages that mean harm: every other page is collected, in time."""

from __future__ import annotations

import asyncio
import random
import shutil
from collections.abc import Sequence
from pathlib import Path

import psutil
import pytest
from attrs import define

from tests.support.browser_processes import Part, kill, left_of, part_of, parts
from tests.support.crawling import Crawl, crawl
from tests.support.rounds import rounds
from tests.support.script_site import HOST, ScriptSite
from tests.support.server import SiteServer, running

pytestmark = pytest.mark.usefixtures("browser")

ARTICLES = 8
ROUNDS = 10
SECONDS = 200.0
LATEST_SECONDS = 1.5
"""After its start the browser is killed within this: before, during and after the first pages."""
IMPATIENT = (
    '{"answer_seconds": 4, "ready_seconds": 4, "request_seconds": 15, "close_seconds": 3,'
    ' "page_mb": 300}'
)
Kill = tuple[Part, float, Part]
"""What is killed, how many seconds after which part of a new browser was seen."""
HARM = {
    "never": {"failed/timeout"},
    "alerts": {"unreadable/hostile_page"},
    "tabs": {"unreadable/no_title", "unreadable/hostile_page"},
    "memory": {"unreadable/too_heavy"},
    "redirect": {"not_collectable/forbidden_address"},
    "script-redirect": {"not_collectable/forbidden_address"},
    "spin": {"failed/timeout"},
    "objects": {"failed/browser_gone", "unreadable/too_heavy"},
}
QUICK = ("alerts", "tabs", "memory", "redirect", "script-redirect")
"""The others wait out their time, or fill the memory slowly."""


@define(kw_only=True)
class Ended:
    """A crawl of the script site that has ended. secret: what was asked of the private server."""

    crawl: Crawl
    secret: list[str]
    left: int
    killed: list[Part]

    def check(self, harmful: Sequence[str] = ()) -> None:
        """All that means no harm was collected, nothing of the browser is left."""
        done = self.crawl
        assert done.report.get("finish_reason") == "finished", done.log
        assert "Traceback" not in done.log, done.log
        got = {item["key"] for item in done.articles()}
        assert got == {str(number) for number in range(1, ARTICLES + 1)}, done.reasons()
        reasons = done.reasons()
        assert set(reasons) == set(harmful)
        for name in harmful:
            assert reasons[name] in HARM[name], done.log
        assert self.secret == []
        assert self.left == 0


async def run(folder: Path, harmful: Sequence[str] = (), kills: Sequence[Kill] = ()) -> Ended:
    """Crawl the articles and the harmful pages between them, killing parts of the browser."""
    site, private = ScriptSite(articles=ARTICLES), SiteServer()
    site.server.hold = {HOST: 0.1}  # else most kills come between two pages
    pids: list[int] = []
    killed: list[Part] = []
    async with running(private), running(site.server):
        site.private_port = int(private.address.rpartition(":")[2])
        site.list_home(harmful)

        async def meanwhile(pid: int) -> None:
            pids.append(pid)
            old: set[psutil.Process] = set()
            for part, seconds, sign in kills:
                await part_of(pid, sign, other_than=old)
                await asyncio.sleep(seconds)
                old |= {process for _, process in parts(pid)}
                await kill(pid, part)
                killed.append(part)

        done = await crawl(
            "scripted",
            folder,
            server=site.server,
            settings="tests.support.script_spider",
            env={
                "NEWSDESK_TEST_BOUNDS": IMPATIENT,
                "NEWSDESK_TEST_RETRIES": str(max(1, len(kills))),  # all may meet the same page
            },
            meanwhile=meanwhile,
            seconds=SECONDS,
            sections="home",
        )
        left = await left_of(pids[0])
    return Ended(crawl=done, secret=private.asked(), left=len(left), killed=killed)


async def test_whatever_is_killed_every_page_is_collected(tmp_path: Path) -> None:
    ended = await run(
        tmp_path,
        kills=[
            ("driver", 0.0, "driver"),
            ("browser", 0.5, "renderer"),
            ("driver", 0.3, "renderer"),
            ("renderer", 0.1, "renderer"),
        ],
    )
    ended.check()
    assert ended.killed == ["driver", "browser", "driver", "renderer"]
    # Whether a blow meets a browser that starts or one that runs is for the machine to say.
    in_vain = ended.crawl.log.count("WARNING: the browser did not start")
    assert in_vain + ended.crawl.counted("browser_started") >= 4, ended.crawl.log
    assert in_vain + ended.crawl.counted("browser_lost") >= 3, ended.crawl.log


@pytest.mark.soak
async def test_a_browser_that_never_starts_is_given_up(tmp_path: Path) -> None:
    site = ScriptSite(articles=3)
    site.list_home()
    program = shutil.which("false")
    assert program is not None
    async with running(site.server):
        done = await crawl(
            "scripted",
            tmp_path,
            server=site.server,
            settings="tests.support.script_spider",
            env={"NEWSDESK_BROWSER": program},
            seconds=SECONDS,
            sections="home",
        )
    assert set(done.reasons().values()) == {"failed/no_browser"}, done.log
    assert len(done.reasons()) == 3
    assert done.log.count("WARNING: the browser did not start") == 3, done.log


@pytest.mark.soak
async def test_pages_that_mean_harm_take_no_other_with_them(tmp_path: Path) -> None:
    ended = await run(tmp_path, harmful=QUICK)
    ended.check(QUICK)


@pytest.mark.soak
@pytest.mark.parametrize("part", ["browser", "renderer", "driver"])
async def test_killed_ten_times(tmp_path: Path, part: Part) -> None:
    for number in range(rounds(ROUNDS)):
        seconds = random.uniform(0, LATEST_SECONDS)
        print(f"\nround {number + 1}: {part} killed after {seconds:.2f} s", flush=True)
        ended = await run(tmp_path, kills=[(part, seconds, "renderer")])
        ended.check()
        assert ended.killed == [part]


@pytest.mark.soak
@pytest.mark.parametrize("name", list(HARM))
async def test_harmful_ten_times(tmp_path: Path, name: str) -> None:
    for number in range(rounds(ROUNDS)):
        print(f"\nround {number + 1}: {name}", flush=True)
        ended = await run(tmp_path, harmful=[name])
        ended.check([name])
