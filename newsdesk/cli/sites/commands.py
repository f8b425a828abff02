"""`newsdesk site`: propose a site from its pages, mend it, record it and check it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from newsdesk.cli.terminal.console import EXIT_FAILED, fail, out, print_json, say, say_warning
from newsdesk.cli.terminal.options import AsJson
from newsdesk.cli.terminal.settings import settings_in_use

if TYPE_CHECKING:
    from newsdesk.answers.kit.proposing import Proposed

app = typer.Typer(
    help="Add sites of your own: propose one from its pages, mend it, record it, check it.",
    no_args_is_help=True,
)
NEW_EXAMPLES = """[bold]Examples[/]

newsdesk site new https://news.example.com/

newsdesk site new https://news.example.com/ --key example --title 示例网

newsdesk site new --from-stored example   [dim]# its pages look different now[/]

newsdesk site new https://news.example.com/ --replay recordings/example"""
RECORD_EXAMPLES = """[bold]Examples[/]

newsdesk site record example

newsdesk crawl example --replay sites/example/recording"""
CHECK_EXAMPLES = """[bold]Examples[/]

newsdesk site check example

newsdesk site check --all --json

[bold]Exit codes[/]  0 all as declared · 1 something gives nothing any more · 2 wrong usage"""
_NAMED = 3


_Url = Annotated[
    str | None, typer.Argument(help="Where to begin: a home page or a list.", metavar="URL")
]
_Key = Annotated[str | None, typer.Option(help="The site's name in commands.", metavar="KEY")]
_Title = Annotated[str | None, typer.Option(help="Its name for people.", metavar="TEXT")]
_FromStored = Annotated[
    str | None,
    typer.Option(
        help="A site whose pages have changed: find its stored articles in them.", metavar="KEY"
    ),
]
_Since = Annotated[
    str | None,
    typer.Option(help="With --from-stored: the day of the change.", metavar="DATE"),
]
_PagesOf = Annotated[
    str | None,
    typer.Option(
        help="Take pages from this recording, or from the archive (archive).", metavar="DIR"
    ),
]
_Replay = Annotated[
    Path | None, typer.Option(help="Take pages from this recording.", metavar="DIR")
]


@app.command("new", epilog=NEW_EXAMPLES)
def new(
    url: _Url = None,
    key: _Key = None,
    title: _Title = None,
    from_stored: _FromStored = None,
    since: _Since = None,
    replay: _PagesOf = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the site's file.")] = False,
    json: AsJson = False,
) -> None:
    """Look at a site and write what it takes to crawl it: sites/KEY.toml.

    At most forty pages are asked for, politely, as by a crawl. Articles are read without rules;
    what stands where on most of the pages is proposed, and what is unsure says so in the file.

    With --from-stored the articles in the database say what is to be found: the file gets another
    look of the pages, and the old one stays for old pages.
    """
    from newsdesk.answers.kit.proposing import propose_layout, propose_new
    from newsdesk.answers.kit.summary import proposal_data

    settings = settings_in_use()
    if (url is None) == (from_stored is None):
        raise fail("Give the address of a new site, or --from-stored KEY.", 2)

    def remark() -> None:
        if not replay and not json:
            say("Looking at the site: up to forty pages, politely. That takes a minute or two.")

    if from_stored is not None:
        found = propose_layout(
            settings, from_stored, since=_day(since), replay=replay, begin=remark
        )
    else:
        found = propose_new(
            settings,
            url or "",
            key=key,
            title=title,
            replay=replay,
            force=force,
            begin=remark,
        )
    if json:
        print_json(proposal_data(found))
        return
    _show(found)


def _day(text: str | None) -> date | None:
    from newsdesk.answers.moments import read_moment

    if text is None:
        return None
    return read_moment(text, "--since").astimezone(ZoneInfo("Asia/Shanghai")).date()


def _show(found: Proposed) -> None:
    from newsdesk.answers.kit.summary import field_rows, list_rows
    from newsdesk.cli.sites.tables import proposal_table, tried_sentence

    if found.since is None:
        out.print(proposal_table(list_rows(found), "List", "Articles"))
    out.print(proposal_table(field_rows(found), "Field", "Pages"))
    say(tried_sentence(found.tried))
    refused = {**found.survey.refused, **found.tried.refused}
    for url, why in [*refused.items()][:_NAMED]:
        say_warning(f"No article: {url}: {why}")
    if len(refused) > _NAMED:
        say_warning(f"{len(refused) - _NAMED} more pages that look like articles give none.")
    if found.why_not_loaded:
        say_warning(f"The file will not be loaded: {found.why_not_loaded}.")
    if found.is_shipped:
        say_warning("This file comes with Newsdesk: the next release replaces it.")
    if found.since is None:
        say(f"Written: {found.path}. Look at what it calls unsure, then:")
        say(f"newsdesk crawl {found.key} --limit 20")
        say(f"newsdesk site record {found.key}")
    else:
        if found.lost:
            say_warning(
                f"Not found on the new pages: {', '.join(found.lost)}. If the site has them no "
                "more, take them out of [expectations]."
            )
        say(f"Added to {found.path}: how pages look since {found.since}. Then:")
        say(f"newsdesk site check {found.key}")
        say(f"newsdesk crawl {found.key}")


@app.command("record", epilog=RECORD_EXAMPLES)
def record(
    site: Annotated[str, typer.Argument(help="A site of your own.", metavar="KEY")],
    output: Annotated[
        Path | None,
        typer.Option(help="Where the recording goes (sites/KEY/recording).", metavar="DIR"),
    ] = None,
    replay: _Replay = None,
    force: Annotated[bool, typer.Option("--force", help="Record anew.")] = False,
    json: AsJson = False,
) -> None:
    """Record a site: pages for --replay, and fixtures that say what its articles must give.

    The first two pages of each list are kept, and up to sixty articles. Look the output.json of
    the fixtures over by eye: from then on newsdesk site test holds the site's file to them.
    """
    from newsdesk.answers.kit.recording import record_site

    found = record_site(settings_in_use(), site, folder=output, replay=replay, force=force)
    if json:
        print_json({name: _plain(getattr(found, name)) for name in type(found).__annotations__})
        return
    say(f"{found.pages} pages: {found.recording}")
    say(f"{found.articles} articles, {len(found.refused)} refusals: {found.fixtures}")
    for sentence in [*found.failed, *found.refused][:_NAMED]:
        say_warning(sentence)
    say(f"newsdesk site test {site}")
    say(f"newsdesk crawl {site} --replay {found.recording}")


def _plain(value: object) -> object:
    return str(value) if isinstance(value, Path) else value


@app.command("check", epilog=CHECK_EXAMPLES)
def check(
    sites: Annotated[
        list[str] | None, typer.Argument(help="Sites to check.", metavar="KEY")
    ] = None,
    every: Annotated[
        bool, typer.Option("--all", help="All sites of your own.", show_default=False)
    ] = False,
    replay: _Replay = None,
    json: AsJson = False,
) -> None:
    """Check that sites still look as they are declared; nothing is stored.

    Some articles that the lists show are read. What gives nothing any more is named, with a page
    and with what would give it now. Once a day is enough: newsdesk site check --all.
    """
    from newsdesk.answers.kit.checking import check_site, own_sites
    from newsdesk.cli.sites.tables import check_lines

    chosen = own_sites() if every else sites or []
    if not chosen:
        raise fail("Name sites, or --all for all of your own (newsdesk sites).", 2)
    settings = settings_in_use()
    found = [check_site(settings, site, replay=replay) for site in dict.fromkeys(chosen)]
    if json:
        print_json([each.as_dict() for each in found])
    else:
        for each in found:
            out.print(check_lines(each))
        for each in found:
            if each.missed:
                say(f"newsdesk site new --from-stored {each.site}")
    if not all(each.is_sound for each in found):
        raise typer.Exit(EXIT_FAILED)
