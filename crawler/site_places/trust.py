"""Whose files are run as ours: only those that nobody else could have written."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

ROOT = 0
DATA = frozenset({"fixtures", "recording"})
"""Folders of a site that hold no code."""
_MODULES = (".py", ".pyc", ".so", ".toml")
_OTHERS_WRITE = stat.S_IWGRP | stat.S_IWOTH


def distrust(path: Path, *, inside: bool = True) -> str | None:
    """Says why what stands at a path must not be run: somebody else may write it; None if not.

    All folders above it count; inside: what it holds of modules does, too.
    """
    try:
        real = path.resolve(strict=True)
        code = _code_in(real) if inside else ()
        for each in (*reversed(real.parents), real, *code):
            why = _why(each, shared=each in real.parents)
            if why is not None:
                return why
    except OSError as error:
        return f"{path} cannot be read: {error.strerror}"
    return None


def _code_in(folder: Path) -> Iterator[Path]:
    """Yields the folders and files in a site's folder that an import may read."""
    for place, folders, files in os.walk(folder):
        folders[:] = [name for name in folders if name not in DATA]
        modules = [name for name in files if name.endswith(_MODULES)]
        yield from (Path(place, name) for name in sorted((*folders, *modules)))


def _why(path: Path, *, shared: bool) -> str | None:
    status = path.stat()
    if status.st_uid not in (ROOT, os.geteuid()):
        return f"{path} belongs to another user (uid {status.st_uid}): its code would run as yours"
    # In a folder such as /tmp nobody takes away what is another's.
    sticky = shared and status.st_mode & stat.S_ISVTX
    if status.st_mode & _OTHERS_WRITE and not sticky:
        return f"other users may write {path}, and its code runs as yours: do chmod go-w {path}"
    return None
