"""`newsdesk topics`: which topics are in force, and whether a topics file is right."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich import box
from rich.table import Table

from newsdesk.cli.console import out, print_json, print_rows, say, say_warning, shown
from newsdesk.cli.options import AsJson

if TYPE_CHECKING:
    from pipelines.text.topics import Topic

app = typer.Typer(
    help="Show the topics by which articles are kept, and check a topics file.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)


@app.command("list", epilog="[bold]Example[/]  newsdesk topics list --json")
def list_(
    json: AsJson = False,
) -> None:
    """List the topics in force with their terms."""
    from pipelines.config import load_settings
    from pipelines.topics_file import topics_in_force, topics_path

    settings = load_settings()
    topics, problem = topics_in_force(settings)
    if problem is not None:
        say_warning(f"{problem}. The last good topics are in force until it is corrected.")
    show_topics(topics.topics, json)
    say(f"From {topics_path(settings)}.")


@app.command(epilog="[bold]Example[/]  newsdesk topics check topics.toml")
def check(
    file: Annotated[Path, typer.Argument(help="A topics file.", metavar="FILE")],
    json: AsJson = False,
) -> None:
    """Check a topics file before it is used; what is wrong is named by line and key."""
    from pipelines.text.topics import load_topics

    topics = load_topics(file)
    show_topics(topics.topics, json)
    say(f"{file} is right. To use it: NEWSDESK_TOPICS={file}")


def show_topics(topics: Sequence[Topic], as_json: bool) -> None:
    """The topics as a table, as lines for a pipe, or as JSON."""
    if as_json:
        print_json(
            [
                {"topic": topic.name, "title": topic.title, "terms": list(topic.terms)}
                for topic in topics
            ]
        )
    elif not out.is_terminal:
        print_rows([topic.name, topic.title, " ".join(topic.terms)] for topic in topics)
    else:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        table.add_column("Topic", style="cyan", no_wrap=True)
        table.add_column("Title", overflow="fold")
        table.add_column("Terms", overflow="fold")
        for topic in topics:
            table.add_row(shown(topic.name), shown(topic.title), shown(" · ".join(topic.terms)))
        out.print(table)
