"""Other people's programs that judge what we write."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest


def program(name: str, package: str) -> str:
    """The path of a program; says how to get it where it is not installed."""
    found = shutil.which(name)
    if found is None:
        pytest.fail(f"the tests need {name}: apt-get install {package}", pytrace=False)
    return found


def convert(kind: str, into: Path, *files: Path, reading: str | None = None) -> None:
    """Lets LibreOffice open files and write them as another kind. reading: how it opens them."""
    soffice = program("soffice", "libreoffice-calc")
    profile = f"-env:UserInstallation=file://{into}/profile"
    filter_ = [f"--infilter={reading}"] if reading else []
    subprocess.run(
        [soffice, profile, "--headless", *filter_, "--convert-to", kind, "--outdir", into, *files],
        capture_output=True,
        timeout=120,
        check=True,
    )


def read_by_newsboat(folder: Path, address: str) -> list[dict[str, Any]]:
    """Lets newsboat look at a feed. Returns the entries that it keeps, the newest first."""
    newsboat = program("newsboat", "newsboat")
    folder.mkdir(exist_ok=True)
    (folder / "urls").write_text(f"{address}\n", encoding="utf-8")
    (folder / "config").touch()
    cache = folder / "cache.db"
    subprocess.run(
        [newsboat, "-u", folder / "urls", "-C", folder / "config", "-c", cache, "-x", "reload"],
        env={**os.environ, "HOME": str(folder)},
        capture_output=True,
        timeout=60,
        check=True,
    )
    with closing(sqlite3.connect(cache)) as database:
        database.row_factory = sqlite3.Row
        found = database.execute("select * from rss_item order by pubDate desc, id").fetchall()
    return [dict(row) for row in found]
