"""A crawl whose runner was killed ends itself, and says so; what it had found is stored."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path

from tests.support.crawling import COLLECTING, ROOT
from tests.support.server import SiteServer, running
from tests.support.waiting import until

RUNNER = """
import os, subprocess, sys
crawl = subprocess.Popen(
    [sys.executable, "-P", "-m", "crawler", "crawl", "guancha", "-s", "DOWNLOAD_TIMEOUT=1"],
    env={**os.environ, "NEWSDESK_SUPERVISOR": str(os.getpid())},
)
print(crawl.pid, flush=True)
crawl.wait()
"""


async def test_a_crawl_ends_with_its_runner(tmp_path: Path) -> None:
    """Within what one answer may take: it waits for those that are under way."""
    stats = tmp_path / "stats.json"
    async with running(SiteServer(hold={"www.guancha.cn": 600.0})) as server:
        environment = {
            **os.environ,
            "NEWSDESK_DATA_DIR": str(tmp_path / "data"),
            "NEWSDESK_TEST_HOSTS": json.dumps({"*": server.address}),
            "NEWSDESK_STATS_FILE": str(stats),
            "NEWSDESK_TEST_ITEMS": str(tmp_path / "items.jsonl"),
            "PYTHONPATH": str(ROOT),
            "SCRAPY_SETTINGS_MODULE": COLLECTING,
        }
        runner = await asyncio.create_subprocess_exec(
            sys.executable, "-c", RUNNER, env=environment, stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL, cwd=tmp_path,
        )  # fmt: skip
        await until(stats.exists)
        runner.kill()
        await runner.wait()
        await until(lambda: json.loads(stats.read_text())["state"] == "finished")
    report = json.loads(stats.read_text())
    assert report["finish_reason"] == "supervisor_gone"
    assert report["expectations"]["articles"] == 20
