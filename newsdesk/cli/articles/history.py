"""`newsdesk articles history`: all states of an article, what changed in each marked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, Any

import typer
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from newsdesk.answers.articles.changes import ArticleState, DiffPiece, FieldChange
from newsdesk.answers.moments import stamp
from newsdesk.cli.terminal.console import out, print_json
from newsdesk.cli.terminal.options import AsJson
from newsdesk.cli.terminal.settings import settings_in_use
from pipelines.text.harmless import harmless

EXAMPLES = "[bold]Example[/]  newsdesk articles history guancha:900001"
CONTEXT = 24
"""Characters of unchanged text that are shown on either side of a change."""
_STYLES = {"same": "", "gone": "red strike", "new": "green"}
_SIGNS = {"same": ("", ""), "gone": ("[-", "-]"), "new": ("{+", "+}")}


def history(
    article: Annotated[
        str, typer.Argument(help="The article's id (site:key) or its URL.", metavar="ARTICLE")
    ],
    json: AsJson = False,
) -> None:
    """Show how an article changed, and since when the site has it no more.

    What is re-extracted was read anew out of the archive: the page is the same, the rules are
    others. [-what was taken away-] and {+what was added+} are marked so, or by colours where there
    are.
    """
    from newsdesk.answers.articles.stored import history_data, history_of

    found, known = history_of(settings_in_use(), article)
    if json:
        print_json(history_data(found, known))
        return
    for line in page(found, known):
        out.print(line, soft_wrap=not out.is_terminal)


def page(article: dict[str, Any], known: list[ArticleState]) -> Iterator[RenderableType]:
    """Yields the lines of the history."""
    yield Text(harmless(str(article["title"])), style="bold")
    yield Text(f"{article['_id']}  {harmless(str(article['url']))}", style="dim")
    for state in known:
        what, at = "stored" if not state.changes else "changed", state.stored_at
        if state.re_extracted_at is not None:
            what, at = "re-extracted", state.re_extracted_at
        yield Text(f"\nRevision {state.revision}, {what} {stamp(at)}", style="cyan")
        for change in state.changes:
            yield from _change(change)
    gone: datetime | None = article.get("gone_at")
    if gone is not None:
        yield Text(f"\nGone since {stamp(gone)}", style="red")


def _change(change: FieldChange) -> Iterator[RenderableType]:
    """Yields a line for each that changed; a terminal shows the field's name beside its text."""
    label = Text(f"  {change.field.replace('_', ' '):<12} ", style="dim")
    for pieces in change.lines:
        text = Text()
        for place, piece in enumerate(pieces):
            text.append_text(_piece(piece, first=place == 0, last=place == len(pieces) - 1))
        if not out.is_terminal:
            yield label + text
            continue
        grid = Table.grid()
        grid.add_column(no_wrap=True)
        grid.add_column(overflow="fold")
        grid.add_row(label, text)
        yield grid


def _piece(piece: DiffPiece, *, first: bool, last: bool) -> Text:
    text = harmless(piece.text)
    if piece.mark == "same":
        text = _shortened(text, first=first, last=last)
    if out.no_color or out.color_system is None:
        begin, end = _SIGNS[piece.mark]
        text = f"{begin}{text}{end}"
    return Text(text, style=_STYLES[piece.mark])


def _shortened(text: str, *, first: bool, last: bool) -> str:
    """Shortens unchanged text to the parts beside the changes."""
    head = "" if first else text[:CONTEXT]
    tail = "" if last else text[-CONTEXT:]
    if len(text) <= len(head) + len(tail) + 1:
        return text
    return f"{head}…{tail}"
