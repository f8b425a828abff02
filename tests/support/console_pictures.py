"""The console's pictures in `docs/`: `python -m tests.support.console_pictures` takes them anew.

Recorded nights of all sites are crawled into a database of its own; their articles are moved to the
last days, and three weeks of made-up nights are put beside them.
"""

from __future__ import annotations

import asyncio
import base64
import random
import shutil
import struct
import tempfile
import zlib
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, async_playwright
from pymongo.database import Database

from crawler.browser.program import find_browser
from crawler.site_places.places import places
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.operations.repositories import NightStore
from pipelines.storage.queries import opened
from pipelines.storage.server import embedded
from pipelines.timing import clock
from tests.support.command import ROOT, Desk
from tests.support.console import Looker, served
from tests.support.nights import DAY, HOUR, MINUTE, job
from tests.support.ports import free_port

DOCS, RECORDINGS = ROOT / "docs", ROOT / "fixtures" / "recordings"
SIZE = {"width": 1440, "height": 900}
QUERY = "芯片 OR 晶圆"
PICTURES = {
    "console": ("/", "light"),
    "console-dark": ("/", "dark"),
    "console-search": (f"/articles?q={QUERY}", "light"),
    "console-article": ("/articles/guancha:846560", "light"),
    "console-topic": ("/topics/integrated-circuits", "light"),
}
FEWER_COLOURS = (Path(__file__).parent / "fewer_colours.js").read_text(encoding="utf-8")


def furnish(settings: Settings) -> None:
    """Crawls the recordings, and makes it look as if it had been these days."""
    desk, sites = Desk(settings), sorted(name for name, each in places().items() if each.shipped)
    for night in ("night-1", "night-2"):
        desk.run("crawl", "guancha", "sina", "--replay", RECORDINGS / night, "--keep-unmatched")
        for site in sites:
            if (recording := RECORDINGS / site / night).is_dir():
                desk.run("crawl", site, "--replay", recording, "--keep-unmatched")
    with opened(settings) as database:
        dice, now = random.Random(11), clock.now()
        for each in database["articles"].find({}, {"_id": 1}).sort("_id", 1):
            at = now - min(dice.expovariate(1 / 4) * DAY, 25 * DAY) - 5 * MINUTE
            _move(database, each["_id"], at)
        put_nights(NightStore(database), sites, dice, now)


def _move(database: Database[Document], id_: str, at: datetime) -> None:
    times: dict[str, Any] = {"published_at": at, "first_seen_at": at, "stored_at": at, "job": None}
    database["articles"].update_one({"_id": id_}, {"$set": times})
    database["traces"].update_one({"_id": id_}, {"$set": {"published_at": at}})


def put_nights(night: NightStore, sites: list[str], dice: random.Random, now: datetime) -> None:
    """Three weeks of nights, some of which did not go well; one job runs."""
    for back in range(21, 0, -1):
        for site in sites:
            state = dice.choices(("ok", "partial", "failed"), (40, 4, 1))[0] if back > 1 else "ok"
            job(night, site, now - back * DAY + 14 * HOUR, state, dice)
    running = night.jobs.create("sina", now - 3 * MINUTE, schedule="sina-day", attempt=1)
    night.jobs.start(running, now - 2 * MINUTE, counts={"found": 41, "new": 17, "failed": 0})
    night.jobs.update(running, updated_at=now)
    for owner in ("leader", "service/desk:41:7"):
        night.leases.take(owner, "desk:41:7", 3600, "http://127.0.0.1:8117")
    night.changes.add(now - 2 * DAY, "wang", "console", "schedule.pause", "sina-day", {})
    night.changes.add(now - DAY, "li", "terminal", "schedule.resume", "sina-day", {})


async def take(browser: Browser, look: Looker, name: str) -> None:
    """Takes a picture and keeps it in as few colours as a page has."""
    path, theme = PICTURES[name]
    async with look.page(SIZE["width"], theme, "en") as (page, _faults):
        await page.goto(look.console.url + path)
        await page.wait_for_timeout(500)
        shot = await page.screenshot()
    page = await browser.new_page()
    data = await indexed(page, shot)
    (DOCS / f"{name}.png").write_bytes(data)
    print(f"{name}.png {len(data) / 1024:.0f} KB")


async def indexed(page: Page, shot: bytes) -> bytes:
    """A PNG of at most 256 colours. A browser counts them, since it can read pictures."""
    address = f"data:image/png;base64,{base64.b64encode(shot).decode()}"
    found = await page.evaluate(FEWER_COLOURS, address)
    pixels, width = base64.b64decode(found["pixels"]), found["width"]
    rows = (b"\0" + pixels[start : start + width] for start in range(0, len(pixels), width))
    header = struct.pack(">IIBBBBB", width, found["height"], 8, 3, 0, 0, 0)
    parts = (
        (b"IHDR", header),
        (b"PLTE", bytes(found["colours"])),
        (b"IDAT", zlib.compress(b"".join(rows), 9)),
        (b"IEND", b""),
    )
    chunks = (
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in parts
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


async def take_all(settings: Settings) -> None:
    with served(settings) as console:
        async with async_playwright() as playwright:
            browser = await playwright.chromium.launch(
                executable_path=find_browser(), args=["--no-sandbox"]
            )
            for name in PICTURES:
                await take(browser, Looker(browser, console), name)
            await browser.close()


def main() -> None:
    folder = Path(tempfile.mkdtemp())
    settings = Settings(data_dir=folder, db_port=free_port(), database="newsdesk_pictures")
    try:
        furnish(settings)
        asyncio.run(take_all(settings))
    finally:
        embedded.stop(settings)
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
