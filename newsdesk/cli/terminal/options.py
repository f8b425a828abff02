"""Options that several commands have."""

from __future__ import annotations

from typing import Annotated

import typer

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON on stdout, and nothing else.")]
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
