"""`newsdesk web` serves the console; below it accounts and tokens are kept."""

from __future__ import annotations

import logging
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table

from newsdesk.cli.terminal.console import HarmlessFormatter, out, say, shown
from newsdesk.cli.terminal.listing import Columns, field, show_list
from newsdesk.cli.terminal.options import AsJson, AsTsv
from newsdesk.cli.terminal.settings import settings_in_use

if TYPE_CHECKING:
    from newsdesk.web.security.accounts import Accounts

EXAMPLES = """[bold]Examples[/]

newsdesk web

newsdesk web --port 9000

newsdesk --database newsdesk_demo web

[bold]Exit codes[/]  0 stopped as asked · 1 it could not start"""

app = typer.Typer(
    help="The console in a browser; who may use it.",
    epilog=EXAMPLES,
    rich_markup_mode="rich",
    invoke_without_command=True,
)
users = typer.Typer(help="Accounts of people.", no_args_is_help=True, rich_markup_mode="rich")
tokens = typer.Typer(help="Tokens of programs.", no_args_is_help=True, rich_markup_mode="rich")
app.add_typer(users, name="user")
app.add_typer(tokens, name="token")

COLUMNS: Columns = {name: field(name) for name in ("name", "role", "created_at")}
Name = Annotated[str, typer.Argument(help="Its name.", metavar="NAME")]
Role = Annotated[
    str, typer.Option(help="What it may do: read, or operate as well.", metavar="ROLE")
]


@app.callback()
def web(
    context: typer.Context,
    host: Annotated[
        str | None, typer.Option(help="Address to answer on (else as set).", metavar="ADDRESS")
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(help="Port to answer on (else as set).", min=0, max=65535, metavar="PORT"),
    ] = None,
    beside_service: Annotated[
        bool, typer.Option("--beside-service", help="End when standard input does.")
    ] = False,
) -> None:
    """Serve the console: how the nights stand, jobs, articles, topics, in a browser.

    Ctrl-C stops. `newsdesk up` serves it as well. On this machine nobody is asked for a password
    until there is an account.
    """
    if context.invoked_subcommand is not None:
        return
    from newsdesk.web.serving import serve

    changes = {"web_host": host, "web_port": port}
    given = {name: value for name, value in changes.items() if value is not None}
    settings = settings_in_use().model_copy(update=given)
    handler = logging.StreamHandler()
    handler.setFormatter(HarmlessFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=settings.log_level, handlers=[handler])
    logging.getLogger("pymongo").setLevel(logging.INFO)  # below, it tells each command whole
    serve(settings, say, beside_service=beside_service)


@users.command("add", epilog="[bold]Example[/]  newsdesk web user add wang --role read")
def add_user(name: Name, role: Role = "operate") -> None:
    """Add an account, or give one another password and role.

    The password is asked for, or read as one line of standard input. Sessions of before end.
    """
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    _accounts().add(name, role, password)
    say(f"{name} may {role} now.")


@users.command("list", epilog="[bold]Example[/]  newsdesk web user list")
def list_users(json: AsJson = False, tsv: AsTsv = False) -> None:
    """List the accounts."""
    found = _accounts().known().accounts
    _show(found, as_json=json, as_tsv=tsv)
    if not found:
        say("There is no account: whoever reaches the port operates. newsdesk web user add NAME")


@users.command("remove", epilog="[bold]Example[/]  newsdesk web user remove wang")
def remove_user(name: Name) -> None:
    """Remove an account; its sessions end."""
    _accounts().remove(name)
    say(f"{name} is removed.")


@tokens.command("add", epilog="[bold]Example[/]  newsdesk web token add dashboard --role read")
def add_token(name: Name, role: Role = "read") -> None:
    """Make a token for a program and show it, this once.

    The program sends it as `Authorization: Bearer TOKEN`.
    """
    token = _accounts().add_token(name, role)
    say(f"{name} may {role} with this token. It is not shown again:")
    out.print(token, markup=False, soft_wrap=True)


@tokens.command("list", epilog="[bold]Example[/]  newsdesk web token list")
def list_tokens(json: AsJson = False, tsv: AsTsv = False) -> None:
    """List the tokens by name; none is shown."""
    found = _accounts().known().tokens
    _show(found, as_json=json, as_tsv=tsv)
    if not found:
        say("There is no token: newsdesk web token add NAME")


@tokens.command("revoke", epilog="[bold]Example[/]  newsdesk web token revoke dashboard")
def revoke_token(name: Name) -> None:
    """Revoke a token."""
    _accounts().revoke(name)
    say(f"{name} is revoked.")


def _accounts() -> Accounts:
    from newsdesk.web.security.accounts import Accounts

    return Accounts.of(settings_in_use())


def _show(known: dict[str, Any], *, as_json: bool, as_tsv: bool) -> None:
    rows = [
        {"name": each.name, "role": each.role, "created_at": each.created_at}
        for each in known.values()
    ]
    show_list(rows, COLUMNS, _table, as_json=as_json, as_tsv=as_tsv)


def _table(rows: Sequence[Mapping[str, str]]) -> Table:
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for heading in ("Name", "May", "Since"):
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(shown(row["name"], "cyan"), row["role"], row["created_at"][:10])
    return table
