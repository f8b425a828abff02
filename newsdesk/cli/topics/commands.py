"""`newsdesk topics`: which topics are in force, whether a file or a query is right, overrides."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich import box
from rich.table import Table

from newsdesk.cli.terminal.console import out, print_json, say, say_warning, shown
from newsdesk.cli.terminal.listing import Columns, show_list
from newsdesk.cli.terminal.options import AsJson, AsTsv
from newsdesk.cli.terminal.settings import settings_in_use

if TYPE_CHECKING:
    from pipelines.topics.topics import Topic

app = typer.Typer(
    help="Topics: by what articles are kept; check, change, try and apply them.",
    no_args_is_help=True,
    rich_markup_mode="rich",
)
LONGEST_SHOWN = 200
Name = Annotated[str, typer.Argument(help="Name of a topic.", metavar="NAME")]
QueryText = Annotated[str, typer.Argument(help="A query, in quotes.", metavar="QUERY")]


@app.command("list", epilog="[bold]Example[/]  newsdesk topics list --json")
def list_(json: AsJson = False, tsv: AsTsv = False) -> None:
    """List the topics in force: the file's, and over them what operators decided."""
    from newsdesk.answers.topics.in_force import topics_now
    from pipelines.topics.file import topics_path

    settings = settings_in_use()
    state = topics_now(settings)
    for problem in state.problems:
        say_warning(f"{problem}.")
    show_topics(state.topics.topics, as_json=json, as_tsv=tsv)
    for note in state.notes:
        say(note)
    say(f"From {topics_path(settings)}.")


@app.command(epilog="[bold]Example[/]  newsdesk topics check topics.toml")
def check(
    file: Annotated[Path, typer.Argument(help="A topics file.", metavar="FILE")],
    json: AsJson = False,
    tsv: AsTsv = False,
) -> None:
    """Check a topics file before it is used; what is wrong is named by line and key."""
    from pipelines.topics.topics import load_topics

    topics = load_topics(file)
    show_topics(topics.topics, as_json=json, as_tsv=tsv)
    say(f"{file} is right. To use it: NEWSDESK_TOPICS={file}")


@app.command(
    epilog="""[bold]Example[/]

newsdesk topics explain '芯片 NEAR/20 (出口 OR 管制) NOT section:体育'"""
)
def explain(query: QueryText, json: AsJson = False) -> None:
    """Show how a query is read, as a tree, and in which words each term is searched.

    What is wrong with it is shown by column.
    """
    from newsdesk.answers.topics.queries import tree_data
    from newsdesk.cli.topics.query_tree import drawn
    from pipelines.text.query.parser import parse_query

    root = parse_query(query).root
    if json:
        print_json(tree_data(root))
    else:
        out.print(drawn(root))


@app.command(
    "set",
    epilog="""[bold]Examples[/]

newsdesk topics set rail --query '高铁 NEAR/20 开通' --note 'asked for by the desk'

newsdesk topics set rail --term 高铁 --term 动车

newsdesk topics set rail --off""",
)
def set_(
    name: Name,
    query: Annotated[
        str | None, typer.Option(help="What it is found by, instead.", metavar="QUERY")
    ] = None,
    term: Annotated[
        list[str] | None,
        typer.Option(help="A term that it is found by, instead; may be repeated.", metavar="TERM"),
    ] = None,
    title: Annotated[str | None, typer.Option(help="Its name for people.", metavar="TITLE")] = None,
    on: Annotated[
        bool | None,
        typer.Option("--on/--off", help="Use it, or switch it off.", show_default=False),
    ] = None,
    note: Annotated[str | None, typer.Option(help="Why.", metavar="TEXT")] = None,
) -> None:
    """Change a topic, or add one, over the topics file. Crawls use it from their next start on.

    What is given replaces what an earlier `set` gave; --query or --term replace all that the
    topic is found by.
    """
    from newsdesk.answers.topics.overrides import set_topic

    changes: dict[str, Any] = {"title": title, "note": note, "enabled": on}
    changes = {key: value for key, value in changes.items() if value is not None}
    if query is not None or term:
        changes |= {"query": query, "terms": tuple(term) if term else None}
    state = set_topic(settings_in_use(), name, **changes)
    if not len(state.topics):
        say_warning("No topic is left: crawls will turn every article away.")
    say(f"{state.notes[0]} To apply it to what is stored: newsdesk topics apply {name}")


@app.command(epilog="[bold]Example[/]  newsdesk topics unset rail")
def unset(name: Name) -> None:
    """Drop what `set` decided about a topic: the topics file decides again."""
    from newsdesk.answers.topics.overrides import unset_topic

    in_file = unset_topic(settings_in_use(), name)
    now = "as in the topics file" if in_file else "no topic any more"
    say(f"{name} is {now}. For what is stored: newsdesk topics apply {name}")


def show_topics(topics: Sequence[Topic], *, as_json: bool, as_tsv: bool) -> None:
    """Shows the topics as a table, as lines for a program, or as JSON."""
    fields = ("title", "terms", "query", "wording", "origin")
    data = [
        {"topic": topic.name, **{name: getattr(topic, name) for name in fields}} for topic in topics
    ]
    show_list(topics, COLUMNS, topics_table, as_json=as_json, as_tsv=as_tsv, data=data)


def topics_table(topics: Sequence[Topic]) -> Table:
    """Lists topics with what they are found by, shortened."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("Topic", style="cyan", no_wrap=True)
    table.add_column("Title", overflow="fold")
    table.add_column("Found by", overflow="fold")
    for topic in topics:
        text = found_by(topic, " · ")
        if len(text) > LONGEST_SHOWN:
            text = f"{text[:LONGEST_SHOWN]}… ({len(topic.terms):,} terms)"
        table.add_row(shown(topic.name), shown(topic.title), shown(text))
    return table


def found_by(topic: Topic, between: str) -> str:
    """Returns terms and query in one line."""
    return between.join([*topic.terms, *([" ".join(topic.query.split())] if topic.query else [])])


COLUMNS: Columns = {
    "topic": lambda topic: topic.name,
    "title": lambda topic: topic.title,
    "found_by": lambda topic: found_by(topic, " "),
}
