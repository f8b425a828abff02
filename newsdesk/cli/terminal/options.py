"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, and nothing else.")]
OfSite = Annotated[str | None, typer.Option("--site", help="Only this site's.", metavar="SITE")]
OfTopic = Annotated[
    str | None, typer.Option("--topic", help="Only what belongs to this topic.", metavar="TOPIC")
]
OfSource = Annotated[
    str | None, typer.Option("--source", help="Only what credits this medium.", metavar="NAME")
]
OfSection = Annotated[
    str | None, typer.Option("--section", help="Only this section's.", metavar="NAME")
]
Edited = Annotated[bool, typer.Option("--edited", help="Only what its site has changed since.")]
Gone = Annotated[bool, typer.Option("--gone", help="Only what its site shows no more.")]
Since = Annotated[
    str | None,
    typer.Option("--since", help="Only what was published from then on (Beijing).", metavar="TIME"),
]
Until = Annotated[
    str | None,
    typer.Option(
        "--until",
        help="Only what was published before (Beijing). A day is left out: name the next one.",
        metavar="TIME",
    ),
]
After = Annotated[
    str | None,
    typer.Option("--after", help="Go on behind this place, as said before.", metavar="CURSOR"),
]
KeepUnmatched = Annotated[
    bool | None,
    typer.Option(
        "--keep-unmatched/--topics-only",
        help="Store what matches no topic, or turn it away; else as set.",
        show_default=False,
    ),
]
AsTsv = Annotated[
    bool,
    typer.Option("--tsv", help="Print lines with tabs between fields, their names above them."),
]
DrainSeconds = Annotated[
    float,
    typer.Option(
        "--drain",
        help="At a stop, let running jobs go on for so long; then they are handed back.",
        min=0,
        metavar="SECONDS",
    ),
]
