"""Output of the command line: results go to stdout, everything else to stderr.

What comes from web pages may hold escape sequences and markup. It is shown as `Text`, never
parsed as markup, and without control characters.
"""

from __future__ import annotations

import json
import logging
import os
import sys
from collections.abc import Iterable, Sequence
from datetime import datetime

import typer
from rich.console import Console, ConsoleOptions, RenderableType
from rich.segment import Segment
from rich.text import Text

from pipelines.text.harmless import escaped_json, harmless

EXIT_FAILED = 1
EXIT_USAGE = 2
EXIT_PARTIAL = 3
EXIT_BLOCKED = 4
EXIT_STOPPED = 130

PLAIN_WIDTH = 100


class HarmlessFormatter(logging.Formatter):
    """Writes lines of a log for a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return harmless(super().format(record), lines=True)


class HarmlessConsole(Console):
    """Prints no character that could steer a terminal, whatever is to be printed holds."""

    def render(
        self, renderable: RenderableType, options: ConsoleOptions | None = None
    ) -> Iterable[Segment]:
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield Segment(harmless(segment.text, lines=True), segment.style)


out = HarmlessConsole(highlight=False, emoji=False)
err = HarmlessConsole(highlight=False, emoji=False, stderr=True)


def prepare_streams() -> None:
    """Makes odd characters visible instead of fatal, and gives pipes a fixed width."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    for console in (out, err):
        if not console.is_terminal:
            console.width = PLAIN_WIDTH


def shown(text: object, style: str = "", *, lines: bool = False) -> Text:
    """Returns a value from outside, safe to print; None as a dim dash."""
    if text is None or text == "":
        return Text("–", style="dim")
    return Text(harmless(str(text), lines=lines), style=style)


def print_json(data: object) -> None:
    """Prints one readable JSON document on stdout."""
    text = json.dumps(data, ensure_ascii=False, indent=2, default=_jsonable)
    _write(escaped_json(text) + "\n")


def _jsonable(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def print_text(text: str) -> None:
    """Prints a text as it is; on a terminal without what could steer it."""
    shown_text = harmless(text, lines=True) if out.is_terminal else text
    _write(shown_text.encode("utf-8", "backslashreplace").decode("utf-8") + "\n")


def print_rows(rows: Iterable[Sequence[object]]) -> None:
    """Prints a line for each row, with tabs between its fields."""
    lines = ("\t".join(map(_in_row, row)) for row in rows)
    _write("".join(f"{line}\n" for line in lines))


def _in_row(value: object) -> str:
    return "" if value is None else harmless(str(value))


def print_log(texts: Iterable[str]) -> None:
    """Prints a log as it comes, line by line."""
    for text in texts:
        _write(harmless(text, lines=True))


def _write(text: str) -> None:
    """Writes to stdout; a reader who has enough (`head`, say) ends the command quietly."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        # Python flushes once more at its end, and that must not fail.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        raise typer.Exit(0) from None


def say_error(message: str) -> None:
    """Prints a red sentence on stderr."""
    _say(Text.assemble(("✗ ", "bold red"), (harmless(message, lines=True), "red")))


def say_warning(message: str) -> None:
    """Prints a yellow sentence on stderr."""
    _say(Text.assemble(("! ", "bold yellow"), (harmless(message, lines=True), "yellow")))


def say(message: str) -> None:
    """Prints a remark on stderr."""
    _say(Text(harmless(message, lines=True), style="dim"))


def _say(text: Text) -> None:
    """Wraps lines between words on a terminal; keeps them whole in a pipe."""
    err.print(text, soft_wrap=not err.is_terminal)


def fail(message: str, code: int = EXIT_FAILED) -> typer.Exit:
    """Says what went wrong; the caller raises what this returns."""
    say_error(message)
    return typer.Exit(code)
