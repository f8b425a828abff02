"""On which line of a TOML file each key stands: what an error message has to say."""

from __future__ import annotations

import re
import tomllib

_HEADER = re.compile(r"\s*\[\s*([^\[\]]+?)\s*\]")
_ASSIGNMENT = re.compile(
    r"\s*((?:[\w-]+|\"[^\"]*\"|'[^']*')(?:\s*\.\s*(?:[\w-]+|\"[^\"]*\"))*)\s*="
)
_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")
_BLANKS = re.compile(r"[\s\"']")


def lines_of_keys(text: str) -> dict[str, int]:
    """The line, from 1, of every dotted key: {"schedules.night": 3, "schedules.night.cron": 4}."""
    found: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header, assignment = _HEADER.match(line), _ASSIGNMENT.match(line)
        if header:
            table = _BLANKS.sub("", header[1])
            found.setdefault(table, number)
        elif assignment:
            key = _BLANKS.sub("", assignment[1])
            found.setdefault(f"{table}.{key}" if table else key, number)
    return found


def line_of(lines: dict[str, int], key: str) -> int:
    """The line of a key, or of the nearest table around it; else 1."""
    while key:
        if key in lines:
            return lines[key]
        key = key.rpartition(".")[0]
    return 1


def place_of(error: tomllib.TOMLDecodeError, text: str) -> tuple[int, str]:
    """The line of a syntax error, and what is wrong there."""
    at = _PLACE.search(str(error))
    line = int(at[1]) if at and at[1] else max(1, text.rstrip("\n").count("\n") + 1)
    return line, _PLACE.sub("", str(error)).strip()
