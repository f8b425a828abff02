"""`newsdesk extract`: read one saved page and print the article; nothing is stored."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from newsdesk.cli.console import fail, print_json, say_warning
from newsdesk.extracting import article_data, extract_article, shortcomings
from newsdesk.moments import read_moment
from pipelines.config import load_settings

EXAMPLES = (
    "[bold]Examples[/]  newsdesk extract page.html --url "
    "https://www.guancha.cn/politics/2026_03_01_900001.shtml   ·   "
    "newsdesk extract post.md | jq .body"
)


def extract(
    file: Annotated[
        Path, typer.Argument(help="A saved page.", exists=True, dir_okay=False, metavar="FILE")
    ],
    url: Annotated[
        str | None,
        typer.Option(help="The page's address; it decides whose rules read it."),
    ] = None,
    saved_at: Annotated[
        str | None,
        typer.Option(help='When it was saved: relative times ("55分钟前") count from then.'),
    ] = None,
) -> None:
    """Read a saved page as a crawl would and print the article as JSON.

    Without --url the file is read as `newsdesk import` would: a mirror's post or a saved text.
    """
    moment = read_moment(saved_at, "--saved-at") if saved_at else None
    article = asyncio.run(extract_article(file, url, moment, load_settings()))
    print_json(article_data(article))
    for shortcoming in shortcomings(article):
        say_warning(shortcoming)
