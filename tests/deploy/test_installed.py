"""The image as it is built, and the units as systemd runs them, on a machine of their own."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator

import pytest
from attrs import define

from tests.conftest import Server
from tests.deploy.test_systemd import SETTINGS, answers
from tests.support.command import Desk
from tests.support.deployed import DEPLOY, dockerfile
from tests.support.machine import Machine, build, machine
from tests.support.ports import free_port

pytestmark = pytest.mark.soak
NOBODY = 10001
ARGUMENTS = {"EXTRAS": "browser,embedded,export", "PACKAGES": "chromium-headless-shell"}


UNITS = ("newsdesk.service", "newsdesk-web.service")
SMALL = """
[Unit]
DefaultDependencies=no
[Service]
StandardOutput=append:/var/log/newsdesk.log
StandardError=inherit
"""
"""For units on a machine that has started nothing else, and keeps no journal."""
TARGET = """
[Unit]
Wants={wants}
"""
LOOK = """
from playwright.sync_api import sync_playwright
from crawler.browser.program import find_browser
with sync_playwright() as driver:
    browser = driver.chromium.launch(executable_path=find_browser(), chromium_sandbox=True)
    page = browser.new_page()
    page.set_content("<script>document.title = 'locked in'</script>")
    print(page.title())
    browser.close()
try:
    open("/etc/newsdesk/other", "w")
except OSError as error:
    print(error.strerror)
"""
"""What a crawl that renders needs of its unit, and what that must refuse."""


@define
class Image:
    """What the Dockerfile made. env: the variables of a container."""

    machine: Machine
    env: dict[str, str]

    def run(self, command: str, **env: str) -> str:
        """What a command prints in a container."""
        folder = self.env["NEWSDESK_DATA_DIR"]
        return self.machine.run(command, user=NOBODY, folder=folder, env={**self.env, **env})


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    """Built once, of what the Dockerfile copies."""
    with machine() as found:
        env = build(found, dockerfile(), ARGUMENTS)
        yield Image(found, env)


def test_the_wheel_alone_runs_the_demo(image: Image) -> None:
    """As a user of no rights, with an embedded MongoDB and no checkout."""
    port = str(free_port())
    asked = "from newsdesk.cli.crawls.demo import find_recordings; print(*find_recordings())"
    assert image.run(f"python -c '{asked}'").count("/opt/newsdesk/") == 2
    try:
        nights = json.loads(image.run("newsdesk demo --json", NEWSDESK_DB_PORT=port))
        states = [job["state"] for night in nights for job in night["jobs"]]
        assert len(states) == 4
        assert set(states) <= {"ok", "partial"}
        listed = image.run(
            "newsdesk --database newsdesk_demo articles list --json", NEWSDESK_DB_PORT=port
        )
        assert len(json.loads(listed)) >= 20
    finally:
        image.run("newsdesk db stop", NEWSDESK_DB_PORT=port)
    size = image.machine.run("du -sm /opt/newsdesk").split()[0]
    print(f"\n/opt/newsdesk: {size} MB with {ARGUMENTS['EXTRAS']}")


def install(found: Machine, settings: str) -> None:
    """Puts the units there as docs/operators.md says."""
    found.copy(["deploy/systemd"], "/src")
    found.run("systemd-sysusers /src/deploy/systemd/newsdesk.sysusers.conf")
    found.run("cp /src/deploy/systemd/*.service /src/deploy/systemd/*.timer /etc/systemd/system")
    found.write("/etc/newsdesk/newsdesk.toml", settings)
    found.run("chown -R root:newsdesk /etc/newsdesk; chmod 640 /etc/newsdesk/newsdesk.toml")
    unit = (DEPLOY / "systemd" / "newsdesk.service").read_text(encoding="utf-8")
    look = unit.replace("Type=notify", "Type=oneshot").replace("Restart=always\n", "")
    start = next(line for line in look.splitlines() if line.startswith("ExecStart="))
    look = look.replace(start, "ExecStart=/opt/newsdesk/bin/python /opt/look.py")
    found.write("/etc/systemd/system/look.service", look)
    found.write("/opt/look.py", LOOK)
    for name in (*UNITS, "look.service"):
        found.write(f"/etc/systemd/system/{name}.d/small.conf", SMALL)
    found.write("/etc/systemd/system/small.target", TARGET.format(wants=" ".join(UNITS)))
    found.run("ln -sf /dev/null /etc/systemd/system/network-online.target")


async def test_systemd_runs_the_units_locked_in_as_they_are(
    image: Image, desk: Desk, server: Server
) -> None:
    """The real systemd: service and console come up, Chromium locks its own pages in, and nothing
    outside of the unit's folder can be written."""
    found, ports = image.machine, {"service": free_port(), "web": free_port()}
    database = desk.settings.database
    install(found, SETTINGS.format(uri=server.uri, database=database, **ports))
    found.run("touch /var/log/newsdesk.log")
    with found.booted("small.target"):
        try:
            await answers(f"http://127.0.0.1:{ports['service']}/readyz")
            await answers(f"http://127.0.0.1:{ports['web']}/login")
            active = await asyncio.to_thread(found.run, f"systemctl is-active {' '.join(UNITS)}")
            assert active.split() == ["active", "active"]
            await asyncio.to_thread(found.run, "systemctl start look.service || true")
            await asyncio.to_thread(found.run, "systemctl stop newsdesk.service")
        finally:
            log = found.run("cat /var/log/newsdesk.log")
        assert "locked in\nRead-only file system\n" in log, log
