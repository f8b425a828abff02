"""What tests of the console share."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from playwright.async_api import Browser, async_playwright
from pydantic import SecretStr
from pymongo.database import Database

from newsdesk.web.security import passwords
from pipelines.config import Settings
from tests.conftest import Server
from tests.support.console import Looker, Served, served
from tests.support.nights import seed


@pytest.fixture(scope="session", autouse=True)
def _cheap_passwords() -> Iterator[None]:
    """By argon2's own profile for tests: else each password takes a quarter of a second. That of
    the commands, which an operator's passwords get, is left as it is."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher.from_parameters(CHEAPEST))
        yield


@pytest.fixture
def own_settings(
    server: Server, settings: Settings, database: Database[dict[str, Any]], tmp_path: Path
) -> Settings:
    """Settings with a data folder of their own, for the console's accounts, on an empty database of
    the session's server."""
    uri = SecretStr(server.uri)
    return Settings(mongodb_uri=uri, data_dir=tmp_path / "data", database=settings.database)


@pytest.fixture
def console(own_settings: Settings) -> Iterator[Served]:
    """The console on an empty database."""
    with served(own_settings) as console:
        yield console


@pytest.fixture
def seeded(console: Served, database: Database[dict[str, Any]]) -> Served:
    """The console on a database in which nights have run."""
    seed(database)
    return console


@pytest.fixture(scope="session")
async def chromium(browser: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        chromium = await playwright.chromium.launch(executable_path=browser)
        yield chromium
        await chromium.close()


@pytest.fixture
def look(chromium: Browser, console: Served) -> Looker:
    """Looks at pages of `console`; use `seeded` as well for one in which nights have run."""
    return Looker(chromium, console)
