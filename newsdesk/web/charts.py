"""Small pictures made here as SVG: strips of nights, sparklines, histograms.

No colour says anything by itself: each state has its own shape. Nothing is styled inline, which the
policy of the pages forbids.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define
from markupsafe import Markup

CELL, GAP, TALL = 10, 4, 26
BAR, BAR_GAP, HIGH = 12, 3, 64
_SVG = Markup(
    '<svg class="{}" viewBox="0 0 {} {}" width="{}" height="{}" role="{}" aria-label="{}">{}</svg>'
)


@define(frozen=True)
class Cell:
    """One place of a strip. state: class of its look. title: what it says on touching it."""

    state: str
    title: str
    href: str | None = None


@define(frozen=True)
class Bar:
    """One bar of a histogram. doubtful: hatched, as a day of which something is missing."""

    label: str
    value: float
    doubtful: bool = False
    href: str | None = None


def strip(cells: Sequence[Cell], label: str) -> Markup:
    """Returns a strip: the oldest on the left. label: the whole in words, for who cannot see it."""
    drawn = [_cell(number * (CELL + GAP), cell) for number, cell in enumerate(cells)]
    width = max(1, len(cells) * (CELL + GAP) - GAP)
    return _svg("strip", width, TALL, label, drawn)


def _cell(left: float, cell: Cell) -> Markup:
    shape = _SHAPES.get(cell.state, _SHAPES["none"]).format(x=left)
    # The whole height answers to the pointer, however small the shape.
    area = Markup('<rect class="area" x="{}" y="0" width="{}" height="{}"/>').format(
        left - GAP / 2, CELL + GAP, TALL
    )
    drawn = Markup('<g class="cell {}"><title>{}</title>{}{}</g>').format(
        cell.state, cell.title, area, shape
    )
    if cell.href is None:
        return drawn
    return Markup('<a href="{}" aria-label="{}">{}</a>').format(cell.href, cell.title, drawn)


_SHAPES: dict[str, Markup] = {
    state: Markup(shape)  # noqa: S704 - ours
    for state, shape in {
        "ok": '<rect x="{x}" y="3" width="10" height="20" rx="2"/>',
        "partial": '<rect class="hollow" x="{x}" y="3" width="10" height="20" rx="2"/>'
        '<rect x="{x}" y="13" width="10" height="10" rx="2"/>',
        "failed": '<rect class="hollow" x="{x}" y="3" width="10" height="20" rx="2"/>'
        '<g transform="translate({x} 0)"><path d="M2.5 9.5l5 7m0-7l-5 7"/></g>',
        "missed": '<rect class="dashed" x="{x}" y="3" width="10" height="20" rx="2"/>',
        "running": '<rect class="hollow" x="{x}" y="3" width="10" height="20" rx="2"/>'
        '<g transform="translate({x} 0)"><circle cx="5" cy="13" r="2.5"/></g>',
        "none": '<g transform="translate({x} 0)"><circle cx="5" cy="13" r="1.5"/></g>',
    }.items()
}


def sparkline(values: Sequence[float], label: str, width: int = 96, height: int = 24) -> Markup:
    """Returns a line of values without axes."""
    if not values:
        return Markup("")
    most = max(values) or 1
    step = (width - 4) / max(1, len(values) - 1)
    places = [
        (2 + number * step, height - 3 - value / most * (height - 6))
        for number, value in enumerate(values)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
    x, y = places[-1]
    drawn = Markup('<polyline points="{}"/><circle cx="{:.1f}" cy="{:.1f}" r="2"/>').format(
        line, x, y
    )
    return _svg("sparkline", width, height, label, [drawn])


def histogram(bars: Sequence[Bar], label: str, height: int = HIGH) -> Markup:
    """Returns bars over a base line. A doubtful one is hatched, and one of nothing still shows
    where it stands."""
    most = max((bar.value for bar in bars), default=0) or 1
    drawn = []
    for number, bar in enumerate(bars):
        left, tall = number * (BAR + BAR_GAP), bar.value / most * (height - 4)
        tall = max(tall, 2 if bar.value else 0.75)
        drawn.append(_bar(bar, left, height - 1 - tall, tall))
    width = max(1, len(bars) * (BAR + BAR_GAP) - BAR_GAP)
    return _svg("histogram", width, height, label, drawn)


def _bar(bar: Bar, left: float, top: float, tall: float) -> Markup:
    rect = Markup('<rect x="{}" y="{:.1f}" width="{}" height="{:.1f}"/>').format(
        left, top, BAR, tall
    )
    lines = [
        Markup('<path d="M{} {:.1f}l{} -{}"/>').format(left, top + at, BAR, min(BAR, at))
        for at in range(6, int(tall) + 1, 6)
    ]
    drawn = Markup('<g class="bar{}"><title>{}</title>{}{}</g>').format(
        " doubtful" if bar.doubtful else "",
        bar.label,
        rect,
        Markup("").join(lines) if bar.doubtful else "",
    )
    if bar.href is None:
        return drawn
    return Markup('<a href="{}" aria-label="{}">{}</a>').format(bar.href, bar.label, drawn)


@define(frozen=True)
class Stay:
    """A stretch of time, from 0 to 1 of the picture, at a rank."""

    begin: float
    end: float
    rank: int
    title: str


def ranks(
    stays: Sequence[Stay], label: str, width: int = 640, height: int = 120, worst: int | None = None
) -> Markup:
    """Returns the way of an article through a ranked list: the first rank is at the top, the worst
    one, or a given one, at the bottom."""
    worst = max((stay.rank for stay in stays), default=1) if worst is None else worst
    step = (height - 16) / max(1, worst - 1)
    drawn, last = [], None
    for stay in stays:
        left, right = 4 + stay.begin * (width - 8), 4 + stay.end * (width - 8)
        high = 8 + (stay.rank - 1) * step
        right = max(right, left + 2)
        line = Markup('<path d="M{:.1f} {:.1f}L{:.1f} {:.1f}H{:.1f}"/>').format(
            *(last or (left, high)), left, high, right
        )
        drawn.append(Markup('<g class="stay"><title>{}</title>{}</g>').format(stay.title, line))
        last = right, high
    return _svg("ranks", width, height, label, drawn)


@define(frozen=True)
class Dot:
    """A moment, from 0 to 1 of the picture. marked: the one that all others follow."""

    place: float
    title: str
    href: str
    marked: bool = False


def lane(dots: Sequence[Dot], label: str) -> Markup:
    """Returns moments on a line that is as wide as its room; each leads somewhere."""
    drawn = [Markup('<line x1="0" x2="100%" y1="14" y2="14"/>')]
    for dot in dots:
        ring = Markup('<circle class="ring" cx="{0}%" cy="14" r="9"/>') if dot.marked else ""
        point = Markup('{1}<circle cx="{0}%" cy="14" r="5"/>').format(
            f"{2 + 96 * dot.place:.2f}", ring and ring.format(f"{2 + 96 * dot.place:.2f}")
        )
        drawn.append(
            Markup('<a href="{}" aria-label="{}"><title>{}</title>{}</a>').format(
                dot.href, dot.title, dot.title, point
            )
        )
    return Markup(
        '<svg class="lane" width="100%" height="28" role="group" aria-label="{}">{}</svg>'
    ).format(label, Markup("").join(drawn))


def _svg(kind: str, width: float, height: float, label: str, parts: Sequence[Markup]) -> Markup:
    inside = Markup("").join(parts)
    role = "group" if "<a " in inside else "img"  # an image holds nothing to click on
    return _SVG.format(kind, width, height, width, height, role, label, inside)
