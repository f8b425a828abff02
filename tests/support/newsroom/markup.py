"""Helpers that write HTML: escaping, repeated parts and the template files."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from string import Template
from typing import TypeVar

TEMPLATES = Path(__file__).parent / "templates"

T = TypeVar("T")


def text(value: str) -> str:
    """Text for an element; a no-break space is written as the entity the sites use."""
    return html.escape(value, quote=False).replace("\xa0", "&nbsp;")


def attr(value: str) -> str:
    """Text for a double-quoted attribute."""
    return html.escape(value, quote=True)


def each(items: Iterable[T], render: Callable[[T], str], between: str = "\n") -> str:
    """All items rendered, one below the other."""
    return between.join(render(item) for item in items)


def fill(template: str, **parts: str) -> str:
    """A template file with its $placeholders filled in.

    Raises:
        KeyError: the template has a placeholder that nobody fills.
    """
    return _template(template).substitute(parts)


@lru_cache(maxsize=64)
def _template(name: str) -> Template:
    return Template((TEMPLATES / name).read_text(encoding="utf-8"))
