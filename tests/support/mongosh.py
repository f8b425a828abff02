"""Queries written for mongosh, asked of MongoDB from Python: their text is read, no more."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any

from pymongo.database import Database

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_KEY = re.compile(r"(?<=[{,])(\s*)([$\w]+)\s*:")
_PATTERN = re.compile(r"(?<=[:\s(])/((?:[^/\\\n]|\\.)+)/")
_FIRST_WORDS = re.compile(r"^const ", re.MULTILINE)


class Collection:
    """A collection as mongosh has it: what is asked for is a list in the end."""

    def __init__(self, database: Database[Any], name: str) -> None:
        self._collection = database[name]

    def find(self, wanted: dict[str, Any] | None = None, shown: Any = None) -> Found:
        return Found(self._collection.find(wanted, shown))

    def aggregate(self, steps: list[Any]) -> list[Any]:
        return self._collection.aggregate(steps).to_list()


class Found(list[Any]):
    """What a query finds. It is asked when all is said about it."""

    def __init__(self, cursor: Any) -> None:
        self.cursor = cursor

    def sort(self, by: dict[str, int]) -> Found:  # type: ignore[override]
        self.cursor.sort([*by.items()])
        return self

    def limit(self, number: int) -> Found:
        self.cursor.limit(number)
        return self


class Shell:
    """`db` of mongosh."""

    def __init__(self, database: Database[Any]) -> None:
        self._database = database

    def __getattr__(self, name: str) -> Collection:
        return Collection(self._database, name)


def ask(database: Database[Any], example: str) -> Iterable[Any]:
    """Returns what the last query of an example finds."""
    *before, query = _statements(in_python(example))
    names: dict[str, Any] = {"db": Shell(database), "ISODate": datetime.fromisoformat, "re": re}
    for line in before:
        exec(line, names)  # noqa: S102 - the project's own documents
    found: Iterable[Any] = eval(query, names)  # noqa: S307 - likewise
    return found.cursor.to_list() if isinstance(found, Found) else found


def in_python(example: str) -> str:
    """Returns the same in the signs of Python."""
    example = _outside_of_texts(example, lambda code: _PATTERN.sub(r're.compile("\1")', code))
    return _outside_of_texts(example, _signs)


def _signs(code: str) -> str:
    code = _FIRST_WORDS.sub("", _KEY.sub(r'\1"\2":', code))
    return re.sub(r"\bnull\b", "None", re.sub(r"\btrue\b", "True", code))


def _outside_of_texts(code: str, change: Callable[[str], str]) -> str:
    parts, begin = [], 0
    for text in _TEXT.finditer(code):
        parts += [change(code[begin : text.start()]), text[0]]
        begin = text.end()
    return "".join([*parts, change(code[begin:])])


def _statements(code: str) -> list[str]:
    """A line that begins at the margin begins a statement, unless brackets or a dot go on."""
    joined = re.sub(r"\n\s+", " ", code.strip())
    lines: list[str] = []
    for line in joined.splitlines():
        if lines and line[:1] in ")]}.":
            lines[-1] += line
        else:
            lines.append(line)
    return lines
