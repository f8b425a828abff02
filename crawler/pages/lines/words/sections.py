"""Read lists of words from the files beside the modules."""

from __future__ import annotations

from pathlib import Path


def read_sections(path: Path) -> dict[str, str]:
    """The text below each `[name]` of a file; lines that begin with # are comments."""
    sections: dict[str, list[str]] = {}
    name = ""
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("["):
            name = line.strip("[]")
        elif not line.startswith("#"):
            sections.setdefault(name, []).append(line)
    return {name: "\n".join(lines) for name, lines in sections.items()}
