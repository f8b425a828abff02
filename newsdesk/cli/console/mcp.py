"""`newsdesk mcp`: what is stored, for an assistant that speaks the Model Context Protocol."""

from __future__ import annotations

import logging
import sys
from typing import Annotated

import typer

from newsdesk.cli.terminal.console import HarmlessFormatter, say
from newsdesk.cli.terminal.settings import settings_in_use

EXAMPLES = """[bold]Examples[/]

newsdesk mcp

newsdesk --database newsdesk_demo mcp

newsdesk mcp --port 8119

[bold]Exit codes[/]  0 the assistant closed it · 1 it could not start"""


def mcp(
    port: Annotated[
        int | None,
        typer.Option(
            help="Serve over HTTP on this port of 127.0.0.1 instead.",
            min=0,
            max=65535,
            metavar="PORT",
        ),
    ] = None,
) -> None:
    """Let an assistant ask what is stored: articles, stories, hot lists, topics, nights.

    The assistant's program starts this command and speaks the Model Context Protocol with it over
    the standard streams. It only reads; nothing is changed and nothing fetched. Over HTTP, it asks
    for a token of `newsdesk web token add` once there is one. Needs the extra `mcp`.
    """
    from newsdesk.exceptions import MissingExtra
    from pipelines.storage.server.kept import kept_open

    try:
        from newsdesk.web.mcp.over_http import serve_http
        from newsdesk.web.mcp.server import create_server
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("mcp", "mcp_types"):
            raise
        raise MissingExtra(
            "This needs mcp: install the extra `mcp` (pip install 'newsdesk[mcp]')."
        ) from error

    settings = settings_in_use()
    handler = logging.StreamHandler()
    handler.setFormatter(HarmlessFormatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler])
    with kept_open(settings):
        if port is not None:
            serve_http(settings, port, say)
            return
        if sys.stdin.isatty():
            say("Waiting for an assistant that speaks MCP; it starts this itself. Ctrl-C ends it.")
        create_server(settings).run("stdio")
