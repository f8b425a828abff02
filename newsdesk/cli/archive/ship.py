"""`newsdesk archive ship`: brings finished files to the archive's target."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import attrs
import typer

from newsdesk.cli.terminal.console import EXIT_FAILED, err, fail, print_json, say, say_error
from newsdesk.cli.terminal.options import AsJson
from newsdesk.cli.terminal.settings import settings_in_use

if TYPE_CHECKING:
    from crawler.archive.shipped.shipping import Tally

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
    local copy goes NEWSDESK_ARCHIVE_KEEP_DAYS after that. At the target goes what is too old, or
    more than NEWSDESK_ARCHIVE_TARGET_MEGABYTES.
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
        print_json(attrs.asdict(tally))
    else:
        say(f"{settings.archive_target}: {_about(tally)}.")
    for problem in tally.problems:
        say_error(f"{problem}.")
    if tally.problems:
        raise typer.Exit(EXIT_FAILED)


def _about(tally: Tally) -> str:
    number = len(tally.shipped)
    said = (
        f"{number:,} {'file' if number == 1 else 'files'}, {tally.size / 1024**2:,.1f} MB, shipped"
    )
    parts = [said if number else "nothing was left to ship"]
    if tally.dropped:
        parts.append(f"local copies dropped: {len(tally.dropped):,}")
    if tally.removed:
        parts.append(f"removed there by age or size: {len(tally.removed):,}")
    if tally.swept:
        parts.append(f"what killed sendings had left there, removed: {tally.swept:,}")
    return "; ".join(parts)


def _tell(name: str, size: int) -> None:
    if err.is_terminal:
        say(f"{name}, {size / 1024**2:,.1f} MB ...")
