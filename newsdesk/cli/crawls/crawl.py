"""`newsdesk crawl`: run the sites' spiders now, all at the same time, and show what came in."""

from __future__ import annotations

import os
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from newsdesk.cli.terminal.console import say
from newsdesk.cli.terminal.options import AsJson, KeepUnmatched

if TYPE_CHECKING:
    from pipelines.config import Settings

EXAMPLES = """[bold]Examples[/]

newsdesk crawl guancha sina

newsdesk crawl sina --since 2026-03-01 --limit 50 --sections finance,tech

newsdesk crawl guancha --since 2026-02-01 --until 2026-02-14

newsdesk crawl guancha sina --replay fixtures/recordings/night-1

newsdesk crawl sina --replay archive --night 2026-11-20

[bold]Exit codes[/]  0 ok · 1 failed · 2 wrong usage · 3 partial · 4 blocked · 130 stopped"""
DEADLINE_SECONDS = 7200.0
REPLAY_DATABASE = "newsdesk_replay"
ARCHIVE = Path("archive")
"""What people type for the archive of their database; a folder so called has a longer path."""

Replay = Annotated[
    Path | None,
    typer.Option(
        help="Answer all requests from a recording, into a database of its own: a folder, a "
        "WARC file, or `archive` for what was archived here.",
        metavar="PATH",
    ),
]
Night = Annotated[
    str | None,
    typer.Option(
        help="With WARC files: as of the night that begins at noon of this day (Beijing).",
        metavar="DAY",
    ),
]


def crawl(
    sites: Annotated[list[str], typer.Argument(help="Sites to crawl.", metavar="SITE")],
    since: Annotated[
        str | None, typer.Option(help="Only what was published from then on.", metavar="TIME")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(
            help="Only what was published before. A day is included, all of it.", metavar="TIME"
        ),
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(help="Ask for at most so many articles per site.", min=1, metavar="N"),
    ] = None,
    sections: Annotated[
        str | None,
        typer.Option(help="Only these lists of a site (newsdesk sites).", metavar="A,B"),
    ] = None,
    replay: Replay = None,
    night: Night = None,
    keep_unmatched: KeepUnmatched = None,
    deadline: Annotated[
        float, typer.Option(help="Stop a crawl after so long.", min=1, metavar="SECONDS")
    ] = DEADLINE_SECONDS,
    json: AsJson = False,
) -> None:
    """Crawl sites now, side by side, and store their articles.

    TIME is a date or time such as 2026-03-01 or 2026-03-01T06:00, Beijing's unless it has a zone.
    With --since lists are walked back to that time, however far it is, and a bar shows how far it
    has come; repeated, it fetches only what is not stored. Ctrl-C finishes what is under way and
    keeps it; twice stops at once. What is missing comes with the next run.

    A recording goes into the database newsdesk_replay, unless --database or NEWSDESK_DATABASE names
    another one. It is no night: no alarm, list or status changes by it. What was not fetched then
    counts as not recorded.
    """
    from newsdesk.answers.sites import check_arguments
    from newsdesk.cli.crawls.running import finish, topic_environment
    from newsdesk.cli.terminal.settings import settings_in_use
    from schedules.job import JobSpec

    given = {"since": since, "until": until, "limit": limit, "sections": sections}
    arguments = {name: str(value) for name, value in given.items() if value is not None}
    check_arguments(sites, arguments)
    settings = settings_in_use()
    recording = recording_meant(settings, replay, night)
    spec = partial(
        JobSpec,
        arguments=arguments,
        environment=topic_environment(keep_unmatched),
        replay=recording,
        night=night or "",
        deadline_seconds=deadline,
    )
    specs = [spec(site=site) for site in dict.fromkeys(sites)]
    finish(specs, replay_settings(settings, replay), as_json=json)


def recording_meant(settings: Settings, replay: Path | None, night: str | None) -> Path | None:
    """Returns where the recording lies: `archive` is that of the database in use.

    Raises:
        UsageProblem: there is no recording of which a night could be meant.
    """
    from newsdesk.exceptions import UsageProblem

    if replay is None and night is not None:
        raise UsageProblem("--night says which night of a recording is meant: add --replay archive")
    return settings.archive_path if replay == ARCHIVE else replay


def replay_settings(settings: Settings, replay: Path | None) -> Settings:
    """Returns the settings for a replay: with a database of its own, unless the environment names
    one.

    A database that the settings file names is that of the nights; so is the one whose own archive
    is replayed.
    """
    if replay is None or (os.environ.get("NEWSDESK_DATABASE") and replay != ARCHIVE):
        return settings
    say(
        f"The recording goes into the database {REPLAY_DATABASE}: "
        f"newsdesk --database {REPLAY_DATABASE} articles list"
    )
    return settings.model_copy(update={"database": REPLAY_DATABASE})
