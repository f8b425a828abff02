"""Reads TOML files so that every mistake in one can be named by line and key."""

from __future__ import annotations

import contextlib
import logging
import os
import re
import tempfile
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import define, field

logger = logging.getLogger(__name__)

_HEADER = re.compile(r"\A\s*+\[([^\[\]]++)\]")
_PART = r"(?:[\w-]++|\"[^\"]*+\"|'[^']*+')"
_ELEMENT = re.compile(r"\A\s*+\[\[([^\[\]]++)\]\]")
_ASSIGNMENT = re.compile(rf"\A\s*+({_PART}(?:\s{{0,9}}+\.\s{{0,9}}+{_PART})*+)\s{{0,9}}+=")
_PLACE = re.compile(r"\(at (?:line (\d+), column \d+|end of document)\)")
_BLANKS = re.compile(r"[\s\"']")


class NoToml(Exception):
    """Raised when a file cannot be read as TOML.

    line: counted from 1, 0 where the file itself cannot be had; key: may be empty.
    """

    def __init__(self, line: int, key: str, problem: str) -> None:
        super().__init__(f"line {line}: {problem}")
        self.line = line
        self.key = key
        self.problem = problem


def place_in(path: Path, line: int, key: str) -> str:
    """Says where a mistake stands: "topics.toml, line 3, topics.chips.query"."""
    return ", ".join([str(path), *([f"line {line}"] if line else []), *([key] if key else [])])


@define(frozen=True)
class TomlDocument:
    """The values of a TOML text and their lines. Keys are dotted: "schedules.night.cron"."""

    text: str
    values: dict[str, Any]
    _lines: dict[str, int] = field(factory=dict)

    def line_of(self, key: str, value: object = None) -> int:
        """Returns the line of a key, else of the nearest table around it, else 1.

        value: a text in the list of the key, whose line is returned if it is found.
        """
        start = self._line_of_key(key)
        if isinstance(value, str):
            for number, line in enumerate(self.text.splitlines()[start - 1 :], start=start):
                if f'"{value}"' in line or f"'{value}'" in line:
                    return number
        return start

    def _line_of_key(self, key: str) -> int:
        while key:
            if key in self._lines:
                return self._lines[key]
            key = key.rpartition(".")[0]
        return 1


def read_text(path: Path) -> str:
    """Reads the text of a file.

    Raises:
        NoToml: the file is missing or not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise NoToml(0, "", f"cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        line = error.object[: error.start].count(b"\n") + 1
        raise NoToml(line, "", "is not UTF-8: save the file as UTF-8") from error


def keep_copy(path: Path, copy: Path) -> None:
    """Copies a file that can be used, for the day when it cannot.

    A full disk costs only the copy, and is said.
    """
    temporary = None
    try:
        data = path.read_bytes()
        if copy.is_file() and copy.read_bytes() == data:
            return
        copy.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=copy.parent, prefix=f".{copy.name}.")
        with os.fdopen(handle, "wb") as file:
            file.write(data)
        Path(temporary).replace(copy)
    except OSError as error:
        logger.warning("No copy of %s was kept at %s: %s", path.name, copy, error)
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def parse_toml(text: str) -> TomlDocument:
    """Parses a text.

    Raises:
        NoToml: the text is no TOML.
    """
    text = text.removeprefix("\ufeff")
    try:
        return TomlDocument(text, tomllib.loads(text), _lines_of_keys(text))
    except tomllib.TOMLDecodeError as error:
        at = _PLACE.search(str(error))
        line = int(at[1]) if at and at[1] else max(1, text.rstrip("\n").count("\n") + 1)
        problem = _PLACE.sub("", str(error)).strip()
        raise NoToml(line, _key_at(text, line), f"is not TOML: {problem}") from error
    except RecursionError as error:
        raise NoToml(1, "", "is not TOML: its values are nested too deeply") from error
    except ValueError as error:  # for example, a number with thousands of digits
        raise NoToml(1, "", f"is not TOML: {error}") from error


def _lines_of_keys(text: str) -> dict[str, int]:
    """Returns the line of every table and key: {"night": 3, "night.cron": 4}.

    The tables of a list are counted from 0: {"lists.0": 6, "lists.0.url": 7}.
    """
    found: dict[str, int] = {}
    latest: dict[str, int] = {}
    table = ""
    for number, line in enumerate(text.splitlines(), start=1):
        header, assignment = _HEADER.match(line), _ASSIGNMENT.match(line)
        if element := _ELEMENT.match(line):
            name = _numbered(_BLANKS.sub("", element[1]), latest)
            latest[name] = latest.get(name, -1) + 1
            table = f"{name}.{latest[name]}"
            found.setdefault(name, number)
            found[table] = number
        elif header:
            table = _numbered(_BLANKS.sub("", header[1]), latest)
            found.setdefault(table, number)
        elif assignment:
            key = _BLANKS.sub("", assignment[1])
            found.setdefault(f"{table}.{key}" if table else key, number)
    return found


def _numbered(name: str, latest: Mapping[str, int]) -> str:
    """Returns a table's name with the number of the list's table that it belongs to."""
    parts = name.split(".")
    for end in range(len(parts) - 1, 0, -1):
        if (above := ".".join(parts[:end])) in latest:
            return ".".join([above, str(latest[above]), *parts[end:]])
    return name


def _key_at(text: str, line: int) -> str:
    """Guesses the table and key to which a line of a broken file belongs."""
    lines = text.splitlines()[:line]
    table = next((m[1] for m in map(_HEADER.match, reversed(lines)) if m), "")
    key = next((m[1] for m in map(_ASSIGNMENT.match, reversed(lines)) if m), "")
    return ".".join(_BLANKS.sub("", part) for part in (table, key) if part)
