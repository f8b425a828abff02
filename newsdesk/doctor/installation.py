"""Is Newsdesk itself installed as a job needs it: Python and packages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import newsdesk
from newsdesk.doctor.check import Check

OLDEST_PYTHON = (3, 11)
PACKAGES = ("crawler", "pipelines", "schedules", "newsdesk")
IMPORT_SECONDS = 60.0


def check_python() -> Check:
    """Python is new enough."""
    version = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info >= OLDEST_PYTHON:
        return Check(name="Python", state="ok", found=version)
    todo = "Make the environment anew with Python 3.11 or later."
    return Check(name="Python", state="fail", found=version, todo=todo)


def check_packages() -> Check:
    """A job would import our four packages, and not others of the same names."""
    script = (
        "import importlib, json\n"
        f"packages = map(importlib.import_module, {PACKAGES!r})\n"
        "print(json.dumps({package.__name__: package.__path__[0] for package in packages}))"
    )
    try:
        answer = subprocess.run(  # noqa: S603 - our own interpreter and script
            [sys.executable, "-P", "-c", script],
            capture_output=True,
            text=True,
            timeout=IMPORT_SECONDS,
            check=True,
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        said = str(error.stderr or error).strip().splitlines()[-1:]
        return Check(
            name="Packages",
            state="fail",
            found=f"a job cannot import them: {' '.join(said)}",
            todo="Install newsdesk anew, in an environment of its own.",
        )
    return judge_packages(json.loads(answer.stdout), Path(newsdesk.__path__[0]).parent)


def judge_packages(places: dict[str, str], home: Path) -> Check:
    """Whether all packages come from `home`."""
    strays = {name: path for name, path in places.items() if Path(path).parent != home}
    if not strays:
        return Check(name="Packages", state="ok", found=f"all four from {home}")
    listed = ", ".join(f"{name} from {path}" for name, path in strays.items())
    return Check(
        name="Packages",
        state="fail",
        found=f"shadowed: {listed}",
        todo="Uninstall the other package (`pip list`), or unset PYTHONPATH; Newsdesk wants an "
        "environment of its own.",
    )
