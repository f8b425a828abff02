"""`newsdesk topics`: which topics are in force, whether a file or a query is right, overrides."""

from __future__ import annotations

from collections.abc import Sequence
from getpass import getuser
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import attrs
import typer
from rich import box
from rich.table import Table

from newsdesk.cli.terminal.console import out, print_json, print_rows, say, say_warning, shown
from newsdesk.cli.terminal.options import AsJson
from newsdesk.exceptions import BadTopic, NoSuchTopic

if TYPE_CHECKING:
    from pipelines.topics.overrides import Override
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
def list_(
    json: AsJson = False,
) -> None:
    """List the topics in force: the file's, and over them what operators decided."""
    from newsdesk.answers.topics import topics_now
    from pipelines.config import load_settings
    from pipelines.topics.file import topics_path

    settings = load_settings()
    state = topics_now(settings)
    for problem in state.problems:
        say_warning(f"{problem}.")
    show_topics(state.topics.topics, json)
    for note in state.notes:
        say(note)
    say(f"From {topics_path(settings)}.")


@app.command(epilog="[bold]Example[/]  newsdesk topics check topics.toml")
def check(
    file: Annotated[Path, typer.Argument(help="A topics file.", metavar="FILE")],
    json: AsJson = False,
) -> None:
    """Check a topics file before it is used; what is wrong is named by line and key."""
    from pipelines.topics.topics import load_topics

    topics = load_topics(file)
    show_topics(topics.topics, json)
    say(f"{file} is right. To use it: NEWSDESK_TOPICS={file}")


@app.command(
    epilog="""[bold]Example[/]

newsdesk topics explain '芯片 NEAR/20 (出口 OR 管制) NOT section:体育'"""
)
def explain(query: QueryText, json: AsJson = False) -> None:
    """Show how a query is read, as a tree, and in which words each term is searched.

    What is wrong with it is shown by column.
    """
    from newsdesk.answers.topics import read_query
    from newsdesk.cli.topics.query_tree import drawn, tree_data

    root = read_query(query).root
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
    from pipelines.clock import now
    from pipelines.config import load_settings
    from pipelines.storage.queries import opened
    from pipelines.storage.schema.ensure import ensure_schema
    from pipelines.storage.topics.overrides import TopicRepository
    from pipelines.topics.overrides import Override

    changes: dict[str, Any] = {"title": title, "note": note, "enabled": on}
    changes = {key: value for key, value in changes.items() if value is not None}
    if query is not None or term:
        changes |= {"query": query, "terms": tuple(term) if term else None}
    if not changes:
        raise BadTopic("Say what is to change: --query, --term, --title, --on, --off or --note.")
    with opened(load_settings()) as database:
        ensure_schema(database)
        store = TopicRepository(database)
        before = store.get(name) or Override(name=name)
        override = attrs.evolve(before, **changes, updated_by=getuser())
        sentence = usable(override)
        store.put(override, now())
    say(f"{sentence} To apply it to what is stored: newsdesk topics apply {name}")


@app.command(epilog="[bold]Example[/]  newsdesk topics unset rail")
def unset(name: Name) -> None:
    """Drop what `set` decided about a topic: the topics file decides again."""
    from pipelines.config import load_settings
    from pipelines.storage.queries import opened
    from pipelines.storage.topics.overrides import TopicRepository

    with opened(load_settings()) as database:
        if not TopicRepository(database).remove(name):
            raise NoSuchTopic(f"Nothing was set for {name}: newsdesk topics list shows what was.")
    say(f"{name} is as in the topics file. For what is stored: newsdesk topics apply {name}")


def usable(override: Override) -> str:
    """What an override will do, in a sentence.

    Raises:
        BadTopic: it cannot be used.
    """
    from pipelines.config import load_settings
    from pipelines.topics.file import topics_in_force
    from pipelines.topics.overrides import with_overrides

    topics, _broken = topics_in_force(load_settings())
    state = with_overrides(topics, [override])
    if state.problems:
        raise BadTopic(f"Nothing was changed. {state.problems[0]}.")
    if not len(state.topics):
        say_warning("No topic is left: crawls will turn every article away.")
    return state.notes[0]


def show_topics(topics: Sequence[Topic], as_json: bool) -> None:
    """The topics as a table, as lines for a pipe, or as JSON."""
    if as_json:
        print_json(
            [
                {
                    "topic": topic.name,
                    "title": topic.title,
                    "terms": list(topic.terms),
                    "query": topic.query,
                    "wording": topic.wording,
                    "origin": topic.origin,
                }
                for topic in topics
            ]
        )
    elif not out.is_terminal:
        print_rows([topic.name, topic.title, found_by(topic, " ")] for topic in topics)
    else:
        table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
        table.add_column("Topic", style="cyan", no_wrap=True)
        table.add_column("Title", overflow="fold")
        table.add_column("Found by", overflow="fold")
        for topic in topics:
            text = found_by(topic, " · ")
            if len(text) > LONGEST_SHOWN:
                text = f"{text[:LONGEST_SHOWN]}… ({len(topic.terms):,} terms)"
            table.add_row(shown(topic.name), shown(topic.title), shown(text))
        out.print(table)


def found_by(topic: Topic, between: str) -> str:
    """Terms and query in one line."""
    return between.join([*topic.terms, *([" ".join(topic.query.split())] if topic.query else [])])
