"""Run a real crawl in a process of its own and read what it said about itself."""

from __future__ import annotations

import asyncio
import json
import os
import signal
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

from attrs import define

from tests.support.server import SiteServer
from tests.support.warm import Start, WarmCrawl

ROOT = Path(__file__).resolve().parents[2]
COLLECTING = "tests.support.collecting"
DEADLINE_SECONDS = 200.0


@define(frozen=True, kw_only=True)
class Crawl:
    """A crawl that has ended. items: what reached the collecting pipeline, if that was used."""

    exit_code: int | None
    report: Mapping[str, Any]
    items: list[dict[str, Any]]
    log: str

    @property
    def stats(self) -> Mapping[str, Any]:
        stats: Mapping[str, Any] = self.report.get("stats", {})
        return stats

    def counted(self, name: str) -> int:
        """The counter newsdesk/`name`."""
        return int(self.stats.get(f"newsdesk/{name}", 0))

    def articles(self) -> list[dict[str, Any]]:
        return [item for item in self.items if item["item"] == "Article"]

    def reasons(self) -> dict[str, str]:
        """ "state/reason" by key (or URL) of each page report."""
        return {
            item["key"] or item["url"]: f"{item['state']}/{item['reason']}"
            for item in self.items
            if item["item"] == "PageReport"
        }

    def tally(self) -> Counter[str]:
        """How many items of each kind came out."""
        return Counter(item["item"] for item in self.items)


async def crawl(
    spider: str,
    folder: Path,
    *,
    server: SiteServer | None = None,
    settings: str = COLLECTING,
    env: Mapping[str, str] | None = None,
    interrupt: asyncio.Event | None = None,
    stop_signal: int = signal.SIGINT,
    meanwhile: Callable[[int], Awaitable[None]] | None = None,
    seconds: float = DEADLINE_SECONDS,
    **arguments: str,
) -> Crawl:
    """Crawl into `folder`; a `server` answers for every host; `interrupt` set sends a signal.

    meanwhile: does something while it runs, given its process id. seconds: until it is killed.
    """
    items, stats = folder / "items.jsonl", folder / "stats.json"
    for old in (items, stats):
        old.unlink(missing_ok=True)
    environment = {
        **os.environ,
        "NEWSDESK_DELAY_SECONDS": "0.01",
        "NEWSDESK_DATA_DIR": str(folder / "data"),
        **({"NEWSDESK_TEST_HOSTS": json.dumps({"*": server.address})} if server else {}),
        **(env or {}),
        "PYTHONPATH": str(ROOT),
        "PYTHONWARNINGS": "default",
        "SCRAPY_SETTINGS_MODULE": settings,
        "NEWSDESK_TEST_ITEMS": str(items),
        "NEWSDESK_STATS_FILE": str(stats),
    }
    log = folder / "crawl.log"
    log.unlink(missing_ok=True)
    given = [part for name, value in arguments.items() for part in ("-a", f"{name}={value}")]
    process = WarmCrawl(Start(["crawl", spider, *given], environment, folder, log))
    if interrupt is not None:
        await asyncio.wait_for(interrupt.wait(), DEADLINE_SECONDS)
        process.send_signal(stop_signal)
    other = asyncio.ensure_future(meanwhile(process.pid)) if meanwhile else None
    try:
        await asyncio.wait_for(process.wait(), seconds)
    except TimeoutError:
        process.kill()
        raise
    finally:
        if other is not None:
            other.cancel()
    if other is not None and other.done() and not other.cancelled():
        other.result()
    return Crawl(
        exit_code=process.returncode,
        report=json.loads(stats.read_text()) if stats.exists() else {},
        items=[json.loads(line) for line in items.read_text().splitlines()]
        if items.exists()
        else [],
        log=log.read_text(encoding="utf-8", errors="replace"),
    )
