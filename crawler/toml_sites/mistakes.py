"""What is wrong with a site's file, said in one sentence with its line and key."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from crawler.exceptions import BrokenSite
from pipelines.written.settings import like
from pipelines.written.toml_file import NoToml, TomlDocument


class Mistake(Exception):
    """Raised where a value is wrong. key: dotted, "lists.0.kind"; problem: what is expected."""

    def __init__(self, key: str, problem: str) -> None:
        super().__init__(f"{key}: {problem}")
        self.key = key
        self.problem = problem


def broken(path: Path, error: Mistake | NoToml, document: TomlDocument | None = None) -> BrokenSite:
    """Returns the error of a file in which a value is wrong, or that is no TOML."""
    if isinstance(error, NoToml) or document is None:
        line = error.line if isinstance(error, NoToml) else 1
    else:
        line = document.line_of(error.key)
    return BrokenSite(f"{path}, line {line}" + f", {_shown(error.key)}: {error.problem}.")


def _shown(key: str) -> str:
    """Returns a key as people count: lists.0.kind is the kind of the first list."""
    parts = (f"{int(part) + 1}" if part.isdigit() else part for part in key.split("."))
    return ".".join(parts) or "the file"


def unknown(key: str, name: str, known: Collection[str]) -> Mistake:
    """Returns the mistake of a name that there is not, with the one that was probably meant."""
    meant = like(name, known)
    hint = f"do you mean {meant}? Known are" if meant else "known are"
    place = f"{key}.{name}" if key else name
    return Mistake(place, f"there is no key {name!r} here; {hint} {', '.join(known)}")
