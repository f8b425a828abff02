"""`newsdesk extract`: read one saved page and print the article; nothing is stored."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from newsdesk.cli.terminal.console import print_json, say_warning
from newsdesk.cli.terminal.settings import settings_in_use

EXAMPLES = """[bold]Examples[/]

newsdesk extract page.html --url https://www.guancha.cn/politics/2026_03_01_900001.shtml

newsdesk extract post.md | jq .body"""


def extract(
    file: Annotated[
        Path, typer.Argument(help="A saved page.", exists=True, dir_okay=False, metavar="FILE")
    ],
    url: Annotated[
        str | None,
        typer.Option(help="The page's address: it says whose rules read it.", metavar="URL"),
    ] = None,
    saved_at: Annotated[
        str | None,
        typer.Option(help="When it was saved: 55分钟前 counts from then.", metavar="TIME"),
    ] = None,
) -> None:
    """Read a saved page as a crawl would and print the article as JSON.

    Without --url the file is read as `newsdesk import` would: a mirror's post or a saved text.
    """
    import asyncio

    from newsdesk.answers.crawls.extracting import article_data, extract_article, shortcomings
    from newsdesk.answers.moments import read_moment

    moment = read_moment(saved_at, "--saved-at") if saved_at else None
    article = asyncio.run(extract_article(file, file.read_bytes(), url, moment, settings_in_use()))
    print_json(article_data(article))
    for shortcoming in shortcomings(article):
        say_warning(shortcoming)
