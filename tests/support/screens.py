"""What a terminal shows of a table or a text."""

from __future__ import annotations

import io

from rich.cells import cell_len
from rich.console import Console, RenderableType

EVIL = "[red]标题[/red] \x1b[2J\x9b31m\u202e反\u2028新\x00\x07\r\nend"
"""What could steer a terminal, or be taken for markup."""


def printed(what: RenderableType, width: int = 80) -> str:
    """The text of a terminal of that width, which it must not exceed."""
    console = Console(file=io.StringIO(), width=width, force_terminal=True, color_system=None)
    console.print(what)
    text = console.file.getvalue()  # type: ignore[attr-defined]
    assert isinstance(text, str)
    assert max(map(cell_len, text.splitlines())) <= width
    return text


def lines_of(what: RenderableType, width: int = 80) -> list[str]:
    """Its lines, without blanks around them."""
    return [line.strip() for line in printed(what, width).splitlines()]
