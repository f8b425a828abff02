"""Output of `newsdesk topics test`, `apply` and `trend`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING

from rich import box
from rich.table import Table
from rich.text import Text

from newsdesk.answers.moments import beijing
from newsdesk.cli.terminal.console import out, print_json, print_rows, say, shown
from newsdesk.cli.terminal.listing import below

if TYPE_CHECKING:
    from newsdesk.answers.topics.trials import Trial, Word
    from pipelines.topics.trends import Rising

BAR_WIDTH = 40
SHOWN_DAYS = 31
SHOWN_WORDS = 20


def show_trial(trial: Trial, topic: str | None) -> None:
    """Shows what a query finds."""
    from newsdesk.answers.topics.trials import days_between

    days = list(days_between(trial.days))
    out.print(
        f"{trial.matched:,} of {trial.stored:,} stored articles match, in {trial.hits:,} places; "
        f"{trial.counts['returned']:,} of {trial.rejected:,} turned away would come back."
    )
    if topic is not None:
        out.print(
            f"{topic} would gain {trial.counts['gained']:,} of the stored articles and lose "
            f"{trial.counts['lost']:,}."
        )
    show_words(trial.deciding, with_topic=topic is not None)
    for each in trial.samples:
        when = Text(f"{beijing(each.published_at)} (Beijing)", "dim")
        pieces = (shown(part.text, "reverse" if part.marked else "") for part in each.excerpt.parts)
        name = below(shown(each.title, "bold"), shown(each.id, "cyan"), when)
        out.print("", name, Text.assemble(*pieces), sep="\n", soft_wrap=not out.is_terminal)
    if days:
        out.print()
        out.print(bars(dict(days[-SHOWN_DAYS:])))
        if len(days) > SHOWN_DAYS:
            say(f"The last {SHOWN_DAYS} of {len(days)} days; --json gives all.")


def show_words(words: Sequence[Word], *, with_topic: bool) -> None:
    """Shows which words of a query decide."""
    if not words:
        return
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    table.add_column("Word", style="cyan", overflow="fold")
    columns = {"articles": "Articles", "places": "Places", "alone": "Alone"}
    columns |= {"gained": "Gained", "lost": "Lost"} if with_topic else {}
    columns |= {"returned": "Back"}
    for heading in columns.values():
        table.add_column(heading, justify="right")
    for word in words[:SHOWN_WORDS]:
        table.add_row(shown(word.term), *(f"{getattr(word, name):,}" for name in columns))
    out.print()
    out.print(table)
    if len(words) > SHOWN_WORDS:
        say(f"The first {SHOWN_WORDS} of {len(words)} words; --json gives all.")


def show_tagging(counts: Mapping[str, int], *, dry_run: bool, as_json: bool) -> None:
    """Shows what applying topics did, or would do."""
    if as_json:
        print_json({"dry_run": dry_run, "counts": dict(counts)})
        return
    would = "would be " if dry_run else ""
    lines = [
        ("looked at", counts.get("looked_at", 0)),
        (f"{would}tagged differently", counts.get("changed", 0)),
        (f"{would}brought back from those turned away", counts.get("returned", 0)),
        (f"{would}left without any topic", counts.get("unmatched", 0)),
    ]
    for kind, words in (("added/", "added to"), ("lost/", "taken out of")):
        names = sorted(name for name in counts if name.startswith(kind))
        lines += [(f"{would}{words} {name.removeprefix(kind)}", counts[name]) for name in names]
    unreadable = sum(number for name, number in counts.items() if name.startswith("unreadable/"))
    if unreadable:
        lines.append(("turned away and not readable any more", unreadable))
    if not out.is_terminal:
        print_rows(lines)
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(justify="right", style="bold")
    table.add_column()
    for label, number in lines:
        table.add_row(f"{number:,}", shown(label))
    out.print(table)


def bars(counts: Mapping[date, int]) -> Table:
    """Shows a line with a bar for each day that has articles."""
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim", no_wrap=True)
    table.add_column(justify="right")
    table.add_column(style="cyan", no_wrap=True)
    most = max(counts.values(), default=0)
    gap = False
    for day, number in counts.items():
        if not number:
            gap = bool(table.rows)
            continue
        if gap:
            table.add_row("...")
        table.add_row(day.isoformat(), f"{number:,}", "█" * round(BAR_WIDTH * number / most))
        gap = False
    return table


def show_rising(rising: Sequence[Rising], recent: int) -> None:
    """Shows the rising words with their numbers."""
    if not rising:
        say(f"No word has risen clearly in the last {recent} days.")
        return
    table = Table.grid(padding=(0, 2))
    table.add_column(style="bold", no_wrap=True)
    table.add_column(justify="right")
    table.add_column(justify="right", style="dim")
    for each in rising:
        table.add_row(
            shown(each.word),
            f"{each.recent} of {each.recent_of} articles ({each.recent / each.recent_of:.0%})",
            f"before: {each.before} of {each.before_of} ({each.before / each.before_of:.1%})",
        )
    out.print(Text(f"\nRising in the last {recent} days, against the 30 days before:", "bold"))
    out.print(table)
