"""Which browser is used, and how it is started."""

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
    """Raised when no page can be rendered here: what is missing, and what to do."""

    def __init__(self, what: str, todo: str) -> None:
        super().__init__(f"{what}: {todo}")
        self.what = what
        self.todo = todo


def find_browser(chosen: Path | None = None) -> str:
    """The path of the browser: the chosen one, or the first there is.

    Raises:
        NoBrowser: there is none.
    """
    if chosen is not None:
        if os.access(chosen, os.X_OK) and chosen.is_file():
            return str(chosen)
        raise NoBrowser(f"NEWSDESK_BROWSER={chosen} is no program", "name Chromium's, or unset it")
    found = next((path for name in PROGRAMS if (path := shutil.which(name))), None)
    if found is None:
        raise NoBrowser("no Chromium was found", f"{INSTALL}, or set NEWSDESK_BROWSER")
    # Debian's is a shell script around this, and a shell more to watch.
    plain = Path("/usr/lib/chromium") / Path(found).name
    return str(plain) if plain.name == PROGRAMS[0] and os.access(plain, os.X_OK) else found


def check_extra() -> None:
    """Whether the packages of the extra are there.

    Raises:
        NoBrowser: they are not.
    """
    if importlib.util.find_spec("scrapy_playwright") is None:
        raise NoBrowser("the extra browser is not installed", EXTRA)


def version_of(program: str) -> str:
    """What the browser calls itself: "Chromium 150.0.7871.100".

    Raises:
        NoBrowser: it does not run; a library that it lacks is named.
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
    """Chromium's command line beyond what Playwright gives it.

    Everything leaves through the proxy that Playwright is told of, loopback included; a name
    that reaches a resolver all the same is not found.
    """
    return [
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
        "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        "--disable-quic",
        # Nothing of its own: Playwright has --disable-background-networking, --no-first-run and
        # --disable-component-update already.
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        "--disable-domain-reliability",
        "--no-first-run",
        "--no-pings",
        # What a reader of text has no use for.
        "--blink-settings=imagesEnabled=false",
        "--disable-remote-fonts",
        "--autoplay-policy=document-user-activation-required",
        "--mute-audio",
        "--disable-gpu",
        "--block-new-web-contents",  # window.open() fails
        "--deny-permission-prompts",
        f"--js-flags=--max-old-space-size={script_mb}",
    ]


NOT_WANTED = ["--disable-popup-blocking"]
"""Of Playwright's own switches."""

_PASSED_ON = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "FONTCONFIG_PATH", "FONTCONFIG_FILE")


def environment() -> dict[str, str]:
    """What the browser may know of ours: no connection strings, no settings."""
    return {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
