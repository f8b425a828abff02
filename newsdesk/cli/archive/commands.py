"""`newsdesk archive`: what it holds, a page as it was sent, a page as a file for others."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table

from newsdesk.answers.moments import beijing, read_moment
from newsdesk.cli.terminal.console import fail, out, print_json, print_text, say, shown
from newsdesk.cli.terminal.listing import Columns, field, show_list
from newsdesk.cli.terminal.options import AsJson, AsTsv
from newsdesk.cli.terminal.settings import settings_in_use
from pipelines.text.harmless import harmless

if TYPE_CHECKING:
    from newsdesk.answers.archive.pages import ArchivedPage

app = typer.Typer(
    help="What sites sent, as they sent it, in WARC files.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
Page = Annotated[
    str,
    typer.Argument(
        help="An article's id (site:key), or an address; also of a page that gave no article.",
        metavar="PAGE",
    ),
]
At = Annotated[
    str | None,
    typer.Option("--at", help="As it was then (Beijing), not as of last.", metavar="TIME"),
]

FILE_COLUMNS: Columns = {
    name: field(name)
    for name in ("file", "kind", "day", "site", "answers", "size", "state", "place")
}
ANSWER_COLUMNS: Columns = {
    name: field(name) for name in ("at", "status", "type", "length", "url", "file", "offset")
}


@app.command(
    "list",
    epilog="""[bold]Examples[/]

newsdesk archive list   [dim]# its files[/]

newsdesk archive list guancha:900001   [dim]# the answers for an article[/]

newsdesk archive list "https://www.guancha.cn/politics/*" --tsv""",
)
def list_(
    page: Annotated[
        str | None,
        typer.Argument(
            help="An article's id, an address, or the beginning of addresses and a *.",
            metavar="PAGE",
        ),
    ] = None,
    json: AsJson = False,
    tsv: AsTsv = False,
) -> None:
    """List the archive's files, or all answers for a page, the earliest first."""
    from crawler.archive.cdxj import as_data
    from newsdesk.answers.archive.holdings import answers_of, files_listed, sizes_by_kind

    settings = settings_in_use()
    if page is not None:
        answers = [dict(as_data(entry)) for entry in answers_of(settings, page)]
        show_list(answers, ANSWER_COLUMNS, answers_table, as_json=json, as_tsv=tsv)
        if not answers:
            say(f"{page} is not in the archive {settings.archive_path}.")
        return
    found = files_listed(settings)
    files = [each.as_dict() for each in found]
    show_list(files, FILE_COLUMNS, files_table, as_json=json, as_tsv=tsv)
    if files and out.is_terminal and not (json or tsv):
        sizes = sizes_by_kind(found)
        say(" · ".join(f"{kind}: {_megabytes(size)}" for kind, size in sizes.items()))
    elif not files:
        off = "" if settings.archive else ": NEWSDESK_ARCHIVE is off"
        say(f"The archive {settings.archive_path} is empty{off}.")


@app.command(
    epilog="""[bold]Examples[/]

newsdesk archive show guancha:900001

newsdesk archive show https://www.guancha.cn/mainnews-sp/list_1.shtml --at 2026-11-20T03:30

newsdesk archive show sina:abc --output page.html"""
)
def show(
    page: Page,
    at: At = None,
    headers: Annotated[
        bool, typer.Option("--headers", help="Its headers instead of its text.")
    ] = False,
    output: Annotated[
        Path | None,
        typer.Option(help="Write the page there, byte for byte, unpacked.", metavar="FILE"),
    ] = None,
    json: AsJson = False,
) -> None:
    """Show a page as its site sent it.

    An article's id without --at means the page of which its stored text was read.
    """
    from crawler.archive.cdxj import as_data
    from newsdesk.answers.archive.pages import page_of

    found = page_of(settings_in_use(), page, read_moment(at, "--at") if at else None)
    if output is not None:
        output.write_bytes(found.body)
        say(f"{len(found.body):,} bytes of {found.entry.url} are in {output}.")
    if json:
        print_json({**as_data(found.entry), "headers": _header_rows(found)})
    elif headers:
        for name, value in _header_rows(found):
            print_text(f"{name}: {value}")
    elif output is None:
        if found.text is None:
            raise fail(f"{found.entry.url} is {found.entry.mime}, no text: use --output FILE.")
        print_text(found.text)


@app.command(epilog="[bold]Example[/]  newsdesk archive export guancha:900001 --output page.wacz")
def export(
    page: Page,
    output: Annotated[
        Path, typer.Option(help="The new file; its name ends in .wacz.", metavar="FILE")
    ],
    at: At = None,
) -> None:
    """Write a page with its request into one file (WACZ) that archive viewers open."""
    from newsdesk.answers.archive.pages import export_page

    moment = read_moment(at, "--at") if at else None
    entry = export_page(settings_in_use(), page, moment, output)
    say(f"{entry.url} as of {entry.date} is in {output}.")


def files_table(files: Sequence[dict[str, Any]]) -> Table:
    """Lists files: kind and day, site, how many answers they hold, size, state; once anything was
    shipped, also where each lies."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("File", overflow="fold")
    table.add_column("Answers", justify="right")
    table.add_column("Size", justify="right", no_wrap=True)
    table.add_column("State")
    is_shipped = any(each["place"] != "here" for each in files)
    if is_shipped:
        table.add_column("Where")
    for each in files:
        where = (shown(each["place"], "dim"),) if is_shipped else ()
        table.add_row(
            shown(each["file"], "cyan"),
            f"{each['answers']:,}",
            _megabytes(each["size"]),
            shown(each["state"], "dim" if each["state"] in {"closed", "shipped"} else "yellow"),
            *where,
        )
    return table


def answers_table(answers: Sequence[dict[str, Any]]) -> Table:
    """Lists answers: when, what it was, and the address."""
    from datetime import datetime

    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("At (Beijing)", no_wrap=True)
    table.add_column("Status", justify="right")
    table.add_column("Type")
    table.add_column("Bytes", justify="right")
    table.add_column("Address", overflow="fold")
    for each in answers:
        table.add_row(
            beijing(datetime.fromisoformat(each["at"]), "%Y-%m-%d %H:%M:%S"),
            str(each["status"]),
            shown(each["type"]),
            f"{each['length']:,}",
            shown(each["url"], "cyan"),
        )
    return table


def _header_rows(page: ArchivedPage) -> list[tuple[str, str]]:
    http = [
        (name.decode("latin-1"), harmless(value.decode("latin-1"))) for name, value in page.headers
    ]
    return [*page.record.fields.items(), *http]


def _megabytes(size: int) -> str:
    return f"{size / 1024 / 1024:,.1f} MB"
