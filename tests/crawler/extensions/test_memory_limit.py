from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from tests.support.crawling import ROOT, crawl
from tests.support.faults import FaultyServer, page, sends, serving

HELD_BY_PARENT = 200 * 1024 * 1024
CHILD = """
from scrapy.utils.test import get_crawler
from crawler.extensions.memory_limit import MemoryLimitExtension
print(MemoryLimitExtension(get_crawler()).get_virtual_size())
"""
PARENT = f"""
import subprocess, sys
held = b"x" * {HELD_BY_PARENT}
subprocess.run([sys.executable, "-c", sys.argv[1]], check=True)
"""


def test_what_the_parent_holds_does_not_count() -> None:
    command = [sys.executable, "-c", PARENT, CHILD]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    assert 10_000_000 < int(done.stdout) < HELD_BY_PARENT


async def test_a_crawl_over_its_limit_ends_and_says_so(tmp_path: Path) -> None:
    server = FaultyServer({"/": sends(page("/a"))})
    async with serving(server) as port:
        env = {"NEWSDESK_TEST_HOME": f"http://localhost:{port}/", "NEWSDESK_TEST_MEMORY": "20"}
        done = await crawl("local", tmp_path, settings="tests.support.local_site", env=env)
    assert (done.report["state"], done.report["finish_reason"]) == ("finished", "memusage_exceeded")
    assert done.stats["memusage/limit_reached"] == 1
