"""Caddyfile: a real Caddy with a certificate of its own in front of a real console."""

from __future__ import annotations

import os
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from newsdesk.web.security.accounts import Accounts
from pipelines.config import Settings
from tests.conftest import Server
from tests.support.console import Client, served
from tests.support.deployed import BIN, DEPLOY, judge
from tests.support.ports import free_port
from tests.support.waiting import until_now

FILE = DEPLOY / "Caddyfile"
HERE = "admin off\n\tskip_install_trust\n\tdefault_bind 127.0.0.1\n\tlocal_certs"
"""So that it keeps to this machine: nothing is installed, nobody is asked for a certificate."""
NAME, PASSWORD = "wang", "four words or more"


def test_caddy_takes_it() -> None:
    assert judge("caddy", "validate", "--config", FILE, "--adapter", "caddyfile")[0] == 0
    assert judge("caddy", "fmt", "--diff", FILE)[0] == 0


@contextmanager
def proxy(console: str, folder: Path) -> Iterator[tuple[str, ssl.SSLContext]]:
    """Caddy in front of a console; its address, and what trusts its certificate."""
    text = FILE.read_text(encoding="utf-8")
    assert text.count("admin off") == 1
    (folder / "Caddyfile").write_text(text.replace("admin off", HERE))
    port = free_port()
    environment = {
        "XDG_DATA_HOME": str(folder), "XDG_CONFIG_HOME": str(folder), "HOME": str(folder),
        "PATH": os.environ["PATH"], "SITE": "localhost", "CONSOLE": console.removeprefix("http://"),
        "HTTP_PORT": str(free_port()), "HTTPS_PORT": str(port),
    }  # fmt: skip
    program = [str(BIN / "caddy"), "run", "--config", str(folder / "Caddyfile")]
    program += ["--adapter", "caddyfile"]
    root = folder / "caddy" / "pki" / "authorities" / "local" / "root.crt"
    with (folder / "caddy.log").open("wb") as log:
        process = subprocess.Popen(program, env=environment, stdout=log, stderr=log)
    try:
        until_now(
            lambda: b"certificate obtained successfully" in (folder / "caddy.log").read_bytes()
        )
        yield f"https://localhost:{port}", ssl.create_default_context(cafile=str(root))
    finally:
        process.terminate()
        process.wait(60)


@pytest.fixture
def behind(
    server: Server, settings: Settings, tmp_path: Path
) -> Iterator[tuple[str, ssl.SSLContext]]:
    """The console of one account, as others reach it."""
    own = {"mongodb_uri": SecretStr(server.uri), "data_dir": tmp_path / "data"}
    own |= {"web_names": "localhost", "web_https": True}
    Accounts.of(settings.model_copy(update=own)).add(NAME, "operate", PASSWORD)
    with served(settings.model_copy(update=own)) as console, proxy(console.url, tmp_path) as found:
        yield found


async def test_the_console_is_used_through_it(behind: tuple[str, ssl.SSLContext]) -> None:
    """Cookies that only https may carry, an account that is asked for, changes that come at once,
    nothing of the service."""
    url, trust = behind
    timeout = aiohttp.ClientTimeout(total=30)
    connector = aiohttp.TCPConnector(ssl=trust)
    async with aiohttp.ClientSession(
        connector=connector, timeout=timeout, headers={"Accept": "text/html"}
    ) as session:
        client = Client(url, session)
        assert (await client.get("/jobs")).status == 303
        entered = await client.log_in(NAME, PASSWORD)
        assert "Secure" in entered.headers["Set-Cookie"]
        page = await client.get("/jobs")
        assert page.status == 200
        assert page.headers["Strict-Transport-Security"] == "max-age=31536000"
        assert (await client.get("/metrics")).status == 404
        began = time.monotonic()
        async with session.get(f"{url}/pulse") as pulse:
            assert await pulse.content.readline() == b": begins\n"
        assert time.monotonic() - began < 20
