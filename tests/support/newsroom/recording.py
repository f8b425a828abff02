"""Writes the recordings of both nights as files."""

from __future__ import annotations

import json
import re
from datetime import datetime
from pathlib import Path
from urllib.parse import unquote

from attrs import asdict

from tests.support.newsroom.expected import expectations
from tests.support.newsroom.load import NIGHTS, RECORDINGS, Newsroom, load
from tests.support.newsroom.model import Page
from tests.support.newsroom.night import pages

_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")
_ENDINGS = (".shtml", ".html", ".htm", ".txt")


def files() -> dict[Path, bytes]:
    """All files of the recordings, by path below `fixtures/recordings`."""
    room = load()
    found = {Path("expected.json"): _json(_expected(room))}
    for night, moment in NIGHTS.items():
        found |= night_files(pages(room, night), moment, Path(f"night-{night}"))
    return found


def _expected(room: Newsroom) -> dict[str, object]:
    """What each night must leave; of the later night only the articles that are new or changed."""
    found: dict[str, object] = {}
    seen: dict[str, object] = {}
    for night in NIGHTS:
        expected = expectations(room, night)
        articles = {key: one for key, one in expected.articles.items() if seen.get(key) != one}
        seen |= articles
        found[f"night-{night}"] = {**asdict(expected), "articles": articles}
    return found


def night_files(found: list[Page], moment: datetime, folder: Path) -> dict[Path, bytes]:
    """The pages and the manifest of one recording."""
    entries = []
    contents: dict[Path, bytes] = {}
    for page in sorted(found, key=lambda page: page.url):
        name = file_name(page)
        entry: dict[str, object] = {"url": page.url, "file": name}
        if page.status != 200:
            entry["status"] = page.status
        entry["headers"] = {"Content-Type": page.content_type, **page.headers}
        entries.append(entry)
        contents[folder / name] = page.body
    manifest = {"recorded_at": moment.isoformat(), "pages": entries}
    return {**contents, folder / "manifest.json": _json(manifest)}


def file_name(page: Page) -> str:
    """The URL as a file name: host, path and query, without what file systems dislike."""
    address = unquote(page.url.partition("://")[2]).replace("·", "-")
    name = _UNSAFE.sub("_", address.replace("/", "~").replace("~", "_", 1)).strip("_")
    if name.endswith(_ENDINGS):
        return name
    return name + (".json" if "json" in page.content_type else ".html")


def write(folder: Path = RECORDINGS) -> int:
    """Write all files below `folder` and remove pages that are no longer made; returns how many."""
    made = files()
    for night in NIGHTS:
        stale = {path.relative_to(folder) for path in (folder / f"night-{night}").glob("*")}
        for path in stale - made.keys():
            (folder / path).unlink()
    for path, content in made.items():
        target = folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        if not target.is_file() or target.read_bytes() != content:
            target.write_bytes(content)
    return len(made)


def _json(data: object) -> bytes:
    return (json.dumps(data, ensure_ascii=False, indent=1) + "\n").encode()
