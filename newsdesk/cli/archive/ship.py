"""`newsdesk archive ship`: brings finished files to the archive's target."""

from __future__ import annotations

from typing import Annotated

import typer

from newsdesk.cli.terminal.console import EXIT_FAILED, err, fail, print_json, say, say_error
from newsdesk.cli.terminal.options import AsJson
from newsdesk.cli.terminal.settings import settings_in_use

EXAMPLES = """[bold]Examples[/]

newsdesk archive ship

newsdesk archive ship --now   [dim]# before this machine goes: today's files, too[/]"""


def ship(
    now: Annotated[
        bool,
        typer.Option("--now", help="Also files that the next crawl of today would go on with."),
    ] = False,
    json: AsJson = False,
) -> None:
    """Ship finished files to NEWSDESK_ARCHIVE_TARGET, and read each back to compare it.

    newsdesk up does it by itself. It may be stopped at any time, and goes on when called again. The
    local copy goes NEWSDESK_ARCHIVE_KEEP_DAYS after that; what is too old goes at the target, too.
    """
    from crawler.archive.shipped.shipping import Busy
    from crawler.archive_settings import shipper_of

    settings = settings_in_use()
    shipper = shipper_of(settings)
    if shipper is None:
        raise fail("Nothing is shipped: set NEWSDESK_ARCHIVE_TARGET, s3://BUCKET/FOLDER for one.")
    try:
        tally = shipper.run(all_closed=now, progress=_tell)
    except Busy as busy:
        say(f"{busy}: nothing is left to do here.")
        return
    if json:
        print_json(
            {
                "shipped": tally.shipped,
                "size": tally.size,
                "dropped": tally.dropped,
                "removed": tally.removed,
                "problems": tally.problems,
            }
        )
    else:
        parts = [f"{len(tally.shipped):,} files shipped, {tally.size / 1024**2:,.1f} MB"]
        parts += [f"{len(tally.dropped):,} local copies dropped"] if tally.dropped else []
        parts += [f"{len(tally.removed):,} removed there by age"] if tally.removed else []
        say(f"{settings.archive_target}: {'; '.join(parts)}.")
    for problem in tally.problems:
        say_error(f"{problem}.")
    if tally.problems:
        raise typer.Exit(EXIT_FAILED)


def _tell(name: str, size: int) -> None:
    if err.is_terminal:
        say(f"{name}, {size / 1024**2:,.1f} MB ...")
