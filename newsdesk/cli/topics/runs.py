"""`newsdesk topics test`, `apply`, `trend`: topics against all that is stored."""

from __future__ import annotations

from typing import Annotated

import typer

from newsdesk.cli.terminal.console import out, print_json, print_rows, say, say_warning
from newsdesk.cli.terminal.options import AsJson
from newsdesk.cli.terminal.progress import progress_bar
from newsdesk.cli.terminal.settings import settings_in_use
from newsdesk.cli.topics.tables import (
    bars,
    show_rising,
    show_tagging,
    show_trial,
)
from newsdesk.exceptions import BadTopic

TEST_EXAMPLES = """[bold]Examples[/]

newsdesk topics test '芯片 NEAR/20 出口' --topic integrated-circuits

newsdesk topics test --topic integrated-circuits --since 2026-01-01 --json"""
APPLY_EXAMPLES = """[bold]Examples[/]

newsdesk topics apply --dry-run

newsdesk topics apply rail"""
TREND_EXAMPLES = """[bold]Example[/]

newsdesk topics trend integrated-circuits --by week"""


def try_(
    query: Annotated[
        str | None,
        typer.Argument(help="A query; else the topic's own definition.", metavar="QUERY"),
    ] = None,
    topic: Annotated[
        str | None,
        typer.Option(help="What this topic would gain and lose by it.", metavar="NAME"),
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(help="Only what was published from then on (Beijing).", metavar="TIME"),
    ] = None,
    samples: Annotated[
        int, typer.Option(help="Articles to show.", min=0, max=100, metavar="N")
    ] = 5,
    json: AsJson = False,
) -> None:
    """Try a query on all that is stored or was turned away: what it finds, and when that was.

    Of each word it says in how many articles it stands, in how many of these alone, and what would
    be gained, lost and brought back by it. Nothing is changed.
    """
    from newsdesk.answers.moments import read_moment
    from newsdesk.answers.topics.in_force import topic_named, topics_now
    from newsdesk.answers.topics.trials import trial_data, try_query
    from pipelines.storage.topics.queries import article_count
    from pipelines.text.query.parser import parse_query

    settings = settings_in_use()
    if query is None and topic is None:
        raise BadTopic("Give a query, or --topic NAME for the definition of a topic, or both.")
    if topic is not None:
        root = topic_named(topics_now(settings).topics, topic).tree()
    if query is not None:
        root = parse_query(query, shortest=2).root
    moment = read_moment(since, "--since") if since else None
    with progress_bar("Trying", article_count(settings, moment)) as advance:
        trial = try_query(
            settings, root, topic=topic, since=moment, samples=samples, progress=advance
        )
    if json:
        print_json(trial_data(trial, topic))
    else:
        show_trial(trial, topic)


def apply(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Only these topics; else all in force.", metavar="NAME"),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only count what would change.")
    ] = False,
    json: AsJson = False,
) -> None:
    """Apply the topics in force to all that is stored, and bring back what was turned away.

    Interrupted, the same command goes on where it was. Nothing stored is removed: an article
    that belongs to no topic any more stays without one.
    """
    import asyncio

    from newsdesk.answers.topics.applying import apply_topics, check_names, note_application
    from newsdesk.answers.topics.in_force import topics_now
    from pipelines.storage.topics.queries import article_count, running_jobs

    settings = settings_in_use()
    state = topics_now(settings)
    for problem in state.problems:
        say_warning(f"{problem}.")
    check_names(settings, names)
    if not dry_run:
        note_application(settings, names)
    with progress_bar("Counting" if dry_run else "Applying", article_count(settings)) as advance:
        work = apply_topics(settings, state.topics, names, dry_run=dry_run, progress=advance)
        tagging = asyncio.run(work)
    if tagging.resumed:
        say(f"Went on with {tagging.id}, which was interrupted; the figures are of both.")
    show_tagging(tagging.counts, dry_run=dry_run, as_json=json)
    running = running_jobs(settings)
    if running and not dry_run:
        say_warning(
            f"{running} jobs are running with the topics of when they began: apply again when "
            "they have ended."
        )


def trend(
    name: Annotated[str, typer.Argument(help="Name of a topic.", metavar="NAME")],
    by: Annotated[str, typer.Option(help="day, week or month.", metavar="UNIT")] = "day",
    since: Annotated[
        str | None,
        typer.Option(
            help="From then on (Beijing); else 30 days, 26 weeks, 2 years.", metavar="TIME"
        ),
    ] = None,
    recent: Annotated[
        int,
        typer.Option(
            help="Days whose words are compared with the 30 days before.",
            min=1,
            max=30,
            metavar="N",
        ),
    ] = 7,
    json: AsJson = False,
) -> None:
    """Show how many articles of a topic were published when, and the words that are rising.

    A word rises if a larger share of the topic's articles has it in the last days than in the
    30 days before, by three standard deviations at least.
    """
    from newsdesk.answers.moments import read_moment
    from newsdesk.answers.topics.trends import (
        UNITS,
        counts_over_time,
        read_unit,
        rising_data,
        rising_in,
    )
    from pipelines.timing.clock import now

    unit = read_unit(by)
    settings = settings_in_use()
    moment = read_moment(since, "--since") if since else now() - UNITS[unit]
    counts = counts_over_time(settings, name, moment, unit)
    rising = rising_in(settings, name, recent)
    if json:
        print_json(
            {
                "topic": name,
                "by": by,
                "articles": {day.isoformat(): number for day, number in counts.items()},
                "rising": [rising_data(each) for each in rising],
            }
        )
    elif not out.is_terminal:
        print_rows([day.isoformat(), number] for day, number in counts.items())
    else:
        out.print(bars(counts))
        show_rising(rising, recent)
    if not any(counts.values()):
        say(f"No article of {name} in that time: newsdesk topics list shows the topics.")
