"""The small files of a machine that a backup holds: what people wrote, and who may use the
console. They may hold passwords, so only their owner can read them."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from pipelines.config import Settings, settings_file

COPY: Final = "machine"
WHERE: Final = "where.txt"
"""File that says where each stood."""
LARGEST: Final = 4 * 1024 * 1024
"""Bytes of a file; larger ones were not written by people."""


def keep_files(settings: Settings, folder: Path) -> int:
    """Copies the files of this machine into a backup, and notes where each stood; returns how
    many."""
    stood: list[str] = []
    for source, name in _files(settings):
        stood.append(f"{name}\t{source.absolute()}\n")
        target = folder / COPY / name
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(source, target)
        target.chmod(0o600)
    if stood:
        where = folder / COPY / WHERE
        where.write_text("".join(stood), encoding="utf-8")
        where.chmod(0o600)
    return len(stood)


def _files(settings: Settings) -> Iterator[tuple[Path, str]]:
    """Yields each file that is there, and its place in the backup."""
    single = [
        (settings_file(), "newsdesk.toml"),
        (settings.topics, "topics.toml"),
        (settings.schedules, "schedules.toml"),
        (settings.web_dir / "accounts.json", "console/accounts.json"),
    ]
    yield from ((path, name) for path, name in single if path is not None and path.is_file())
    for number, sites in enumerate(settings.site_paths, 1):
        for path in sorted(sites.rglob("*")):
            if path.is_file() and path.suffix in _WRITTEN and path.stat().st_size <= LARGEST:
                yield path, f"sites-{number}/{path.relative_to(sites)}"


_WRITTEN: Final = frozenset({".toml", ".py", ".html", ".json"})
