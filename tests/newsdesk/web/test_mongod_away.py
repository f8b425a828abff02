"""MongoDB goes away and comes back: pages say so at once, and come back by themselves."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser
from pydantic import SecretStr

from pipelines.config import Settings
from pipelines.storage.server import embedded
from tests.pipelines.storage.support import kill_server
from tests.support.console import Looker, served
from tests.support.ports import free_port


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[Settings]:
    """A mongod of this test alone."""
    settings = Settings(data_dir=tmp_path / "mongod", db_port=free_port())
    embedded.ensure_running(settings)
    yield settings
    embedded.stop(settings)


async def test_pages_come_back(own_server: Settings, tmp_path: Path, chromium: Browser) -> None:
    uri = SecretStr(await asyncio.to_thread(embedded.ensure_running, own_server))
    settings = Settings(mongodb_uri=uri, data_dir=tmp_path / "console")
    with served(settings) as console:
        look = Looker(chromium, console)
        async with console.client() as client, look.page(language="en") as (page, _faults):
            assert (await client.get("/")).status == 200
            await page.goto(console.url)
            await asyncio.to_thread(kill_server, own_server)
            away = await client.get("/", **{"Accept-Language": "en"})
            assert away.status == 503
            assert away.headers["Retry-After"] == "5"
            assert "MongoDB does not answer." in away.text
            began = time.monotonic()
            assert (await client.get("/")).status == 503
            assert time.monotonic() - began < 1.0
            await page.goto(console.url)
            await page.get_by_text("MongoDB does not answer.").wait_for()
            await asyncio.to_thread(embedded.ensure_running, own_server)
            await page.get_by_role("heading", name="No night has run yet.").wait_for(timeout=40_000)


async def test_the_embedded_server_is_started_again(own_server: Settings) -> None:
    with served(own_server) as console:
        async with console.client() as client:
            assert (await client.get("/")).status == 200
            await asyncio.to_thread(kill_server, own_server)
            states = []
            for _ in range(20):
                states.append((await client.get("/")).status)
                if states[-1] == 200:
                    break
                await asyncio.sleep(1.0)
            assert states[-1] == 200
