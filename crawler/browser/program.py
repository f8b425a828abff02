"""Finds the browser to use, and says how it is started."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
from pathlib import Path

PROGRAMS = (
    "chromium-headless-shell",  # three quarters of the others' CPU
    "chromium",
    "chromium-browser",
    "google-chrome-stable",
    "google-chrome",
)
INSTALL = "apt-get install chromium-headless-shell (or chromium)"
EXTRA = "pip install 'newsdesk[browser]'"
VERSION_SECONDS = 20.0


class NoBrowser(Exception):
    """Raised when no page can be rendered here. what: is missing; todo: how to mend that."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(f"{what}: {todo}")
        self.what = what
        self.todo = todo


def find_browser(chosen: Path | None = None) -> str:
    """Returns the path of the browser: the chosen one, or the first that is installed.

    Raises:
        NoBrowser: none is installed.
    """
    if chosen is not None:
        if os.access(chosen, os.X_OK) and chosen.is_file():
            return str(chosen)
        raise NoBrowser(f"NEWSDESK_BROWSER={chosen} is no program", "name Chromium's, or unset it")
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        raise NoBrowser("no Chromium was found", f"{INSTALL}, or set NEWSDESK_BROWSER")
    # Debian's is a shell script around this program: one process more to watch.
    plain = Path("/usr/lib/chromium") / Path(found).name
    return str(plain) if plain.name == PROGRAMS[0] and os.access(plain, os.X_OK) else found


def check_extra() -> None:
    """Checks that the extra is installed.

    Raises:
        NoBrowser: it is not.
    """
    if importlib.util.find_spec("scrapy_playwright") is None:
        raise NoBrowser("the extra browser is not installed", EXTRA)


def version_of(program: str) -> str:
    """Asks a browser for its version: "Chromium 150.0.7871.100".

    Raises:
        NoBrowser: it does not run; the text names the library that it lacks, if any.
    """
    try:
        answer = subprocess.run(  # noqa: S603 - the operator's choice, or a browser of the system
            [program, "--version"],
            capture_output=True,
            text=True,
            timeout=VERSION_SECONDS,
            check=True,
        )
    except (OSError, subprocess.SubprocessError) as error:
        said = str(getattr(error, "stderr", None) or error).strip().splitlines()
        why = said[-1][:200] if said else "it says nothing"
        raise NoBrowser(f"{program} does not run ({why})", f"install it anew: {INSTALL}") from error
    return answer.stdout.strip()[:80]


def switches(script_mb: int) -> list[str]:
    """Returns the switches that Chromium is started with besides Playwright's.

    Playwright sends everything through our proxy, loopback included; a name that reaches a
    resolver all the same is not found.
    """
    return [
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-quic",
        # No requests of Chromium's own. Playwright has the first two and --no-first-run already.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-domain-reliability",
        "--no-first-run",
        "--no-pings",
        # Whoever reads texts has no use for these.
        "--blink-settings=imagesEnabled=false",
        "--disable-remote-fonts",
        "--autoplay-policy=document-user-activation-required",
        "--mute-audio",
        "--disable-gpu",
        "--block-new-web-contents",  # window.open() fails
        "--deny-permission-prompts",
        f"--js-flags=--max-old-space-size={script_mb}",
    ]


DROPPED_SWITCHES = ["--disable-popup-blocking"]
"""Switches of Playwright's that are left out."""

_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "FONTCONFIG_PATH", "FONTCONFIG_FILE")


def environment() -> dict[str, str]:
    """Returns the browser's environment: no connection strings, no settings of ours."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
