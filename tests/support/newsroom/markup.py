"""Helpers that write HTML: escaping, repeated parts and the template files."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import TypeVar

TEMPLATES = Path(__file__).parent / "templates"
_PART = re.compile(r"^=== (\w+)\n", re.MULTILINE)

T = TypeVar("T")


def esc(value: str) -> str:
    """Text for an element or a double-quoted attribute."""
    return html.escape(value, quote=True)


def each(items: Iterable[T], render: Callable[[T], str], between: str = "\n") -> str:
    """All items rendered, one below the other."""
    return between.join(render(item) for item in items)


def fill(template: str, /, **parts: str) -> str:
    """A template file ("name.html"), or a part of one ("name.html#part"), filled in.

    In a file of parts each begins with a line "=== name".

    Raises:
        KeyError: there is no such part, or a placeholder that nobody fills.
    """
    return _template(template).substitute(parts)


@lru_cache(maxsize=256)
def _template(name: str) -> Template:
    file, _, part = name.partition("#")
    text = (TEMPLATES / file).read_text(encoding="utf-8")
    if not part:
        return Template(text)
    _, *found = _PART.split(text)
    return Template(dict(zip(found[::2], found[1::2], strict=True))[part].removesuffix("\n"))
