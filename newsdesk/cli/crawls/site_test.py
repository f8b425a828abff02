"""`newsdesk site test`: run the fixtures of sites."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated

import attrs
import typer
from rich.text import Text

from newsdesk.cli.terminal.console import EXIT_FAILED, out, print_json, say, shown
from newsdesk.cli.terminal.options import AsJson

if TYPE_CHECKING:
    from newsdesk.answers.crawls.fixtures import SiteTest

EXAMPLES = """[bold]Examples[/]

newsdesk site test example

newsdesk site test example --json | jq .[].differences"""
LONGEST = 600
"""Characters of a value that are shown around the place where two values part."""


def try_(
    sites: Annotated[list[str], typer.Argument(help="Sites to test.", metavar="KEY")],
    json: AsJson = False,
) -> None:
    """Run the fixtures of sites: saved pages, each with the article that it must give.

    Every field is compared, and the reason where a page must be refused; so are the addresses
    that a TOML site gives as examples. Exit code 1 if anything differs.
    """
    from newsdesk.answers.crawls.fixtures import try_site

    found = [try_site(site) for site in dict.fromkeys(sites)]
    if json:
        print_json([attrs.asdict(each) for each in found])
    else:
        for each in found:
            for line in _lines(each):
                out.print(line)
            say(_sentence(each))
    if any(each.differences for each in found):
        raise typer.Exit(EXIT_FAILED)


def _sentence(found: SiteTest) -> str:
    if not found.cases:
        return f"{found.site} has no fixtures."
    wrong = len(found.differences)
    rest = f"{wrong} not as they should be" if wrong else "all as they should be"
    return f"{found.site}: {found.cases} cases, {found.fields} fields, {rest}."


def _lines(found: SiteTest) -> Iterator[Text]:
    for each in found.differences:
        expected, given = _apart(str(each.expected), str(each.found))
        yield Text.assemble(("✗ ", "bold red"), shown(each.case), " ", shown(each.field, "bold"))
        yield Text.assemble(("  expected ", "dim"), shown(expected, "green"))
        yield Text.assemble(("  found    ", "dim"), shown(given, "red"))


def _apart(one: str, other: str) -> tuple[str, str]:
    """Returns two values from a little before the place where they part."""
    same = next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), None)
    start = max(0, (min(len(one), len(other)) if same is None else same) - LONGEST // 10)
    lead = "…" if start else ""
    return _cut(lead + one[start:]), _cut(lead + other[start:])


def _cut(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"
