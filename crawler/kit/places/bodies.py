"""Where the text stands: the smallest box that holds it, and what in it is none of the text."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from attrs import define

from crawler.kit.page import squeeze
from crawler.kit.places.carried import held_page
from crawler.kit.places.fields import Sample
from crawler.kit.places.names import own_names, selectors, strength
from crawler.kit.places.place import select
from crawler.pages.html import Element, raw_text

WHOLE = 0.8
"""The share of a text's characters that a box must hold: its pictures' texts may stand apart."""
_SHARES = (0.97, 0.9, WHOLE)
_SHORTEST_LINE = 4
_MOST_LINES = 200
_HIGHER = 3
_MOST_FIELDS = 100
_DEEPEST = 100
_MOST_SELECTORS = 60
_MOST_DROPPED = 12
_NO_TEXT = frozenset({"head", "script", "style", "noscript", "template", "textarea"})


@define(frozen=True, kw_only=True)
class Box:
    """A selector of texts. right: pages whose text it holds. fit: how far what stands in it and
    the text are the same. drop: what is left out in it, with the pages that have it."""

    css: str
    right: frozenset[int]
    of: int
    fit: float
    drop: tuple[tuple[str, int], ...] = ()

    @property
    def support(self) -> int:
        return len(self.right)

    @property
    def score(self) -> float:
        """Pages first, then fit and lasting names."""
        return len(self.right) / max(1, self.of) + 0.8 * self.fit + 0.3 * strength(self.css)


@define(frozen=True, kw_only=True)
class BodyProposal:
    """Boxes to be tried in this order, and the best of the rest."""

    boxes: tuple[Box, ...]
    of: int
    runner_up: Box | None

    @property
    def support(self) -> int:
        return len(frozenset().union(*(box.right for box in self.boxes)))


def propose_body(samples: Sequence[Sample]) -> BodyProposal | None:
    """The boxes of the text, best first; None if no box holds it on any page."""
    counted: Counter[str] = Counter()
    for page, known in samples:
        if page.root is not None:
            counted.update(dict.fromkeys(_boxes(page.root, _lines(known.body))).keys())
    usual = sorted(counted, key=lambda css: (-counted[css], len(css)))[:_MOST_SELECTORS]
    ranked = sorted(filter(None, (_judge(css, samples) for css in usual)), key=lambda b: -b.score)
    if not ranked:
        return None
    best = [ranked[0]]
    others = [box for box in ranked[1:] if len(box.right - ranked[0].right) >= min(2, len(samples))]
    best += sorted(others, key=lambda box: len(box.right - ranked[0].right))[-1:]
    rest = next((box for box in ranked[1:] if box not in best), None)
    boxes = tuple(_with_drops(box, samples) for box in best)
    return BodyProposal(boxes=boxes, of=len(samples), runner_up=rest)


def _lines(body: Iterable[str]) -> list[str]:
    lines = (squeeze(line) for line in body)
    return [line for line in islice(lines, _MOST_LINES) if len(line) >= _SHORTEST_LINE]


def held(text: str, lines: Sequence[str]) -> float:
    """The share of the lines' characters whose lines stand in a text."""
    whole = sum(map(len, lines))
    return sum(len(line) for line in lines if line in text) / whole if whole else 0.0


def _boxes(root: Element, lines: Sequence[str]) -> Iterator[str]:
    """Selectors of the smallest element with the whole text and of some around it."""
    for share in _SHARES:
        box, smaller = root, root if held(squeeze(shown_text(root)), lines) >= share else None
        for _ in range(_DEEPEST):
            if smaller is None:
                break
            box = smaller
            inner = (each for each in box if isinstance(each.tag, str))
            smaller = next((e for e in inner if held(squeeze(shown_text(e)), lines) >= share), None)
        for element in (box, *islice(box.iterancestors(), _HIGHER)):
            if element.tag not in {"html", "body"}:
                yield from selectors(element)
    for field in islice(root.iter("textarea"), _MOST_FIELDS):
        if held(squeeze(_text_in(field)), lines) >= WHOLE:
            yield from selectors(field)


def _text_in(box: Element) -> str:
    """The text of a box, or of the page that stands in a field nobody sees."""
    page = held_page(box)
    return shown_text(box if page is None else page)


def _judge(css: str, samples: Sequence[Sample]) -> Box | None:
    right, fit = set(), 0.0
    for number, (page, known) in enumerate(samples):
        lines = _lines(known.body)
        text = "".join(squeeze(_text_in(box)) for box in _outermost(page.root, css))
        share = held(text, lines)
        if share >= WHOLE:
            right.add(number)
            fit += 2 * share / (share + max(1.0, len(text) / sum(map(len, lines))))
    if not right:
        return None
    return Box(css=css, right=frozenset(right), of=len(samples), fit=fit / len(right))


def _outermost(root: Element | None, css: str) -> list[Element]:
    """The elements of a selector, none within another: all of them are the text."""
    found = select(root, css)
    known = set(found)
    return [node for node in found if known.isdisjoint(node.iterancestors())]


def _with_drops(box: Box, samples: Sequence[Sample]) -> Box:
    """The box with what is left out in it: blocks that none of the known texts has."""
    strange: Counter[str] = Counter()
    needed: set[str] = set()
    for number in box.right:
        page, known = samples[number]
        elements = _outermost(page.root, box.css)
        for element in elements:
            for around in (element, *element.iterancestors()):
                needed.update(own_names(around))
        body = "".join(_lines(known.body))
        found: set[str] = set()
        used: set[str] = set()
        for element in elements:
            _sort(element, body, found, used)
        strange.update(sorted(found))
        needed |= used
    least = 1 if len(box.right) < 3 else 2
    drop = [(css, n) for css, n in strange.most_common() if n >= least and css not in needed]
    return Box(
        css=box.css,
        right=box.right,
        of=box.of,
        fit=box.fit,
        drop=tuple(drop[:_MOST_DROPPED]),
    )


def _sort(node: Element, body: str, strange: set[str], needed: set[str]) -> None:
    """Names of elements without a word of the text, and of those that hold some of it."""
    for child in node:
        if not isinstance(child.tag, str) or child.tag in _NO_TEXT:
            continue
        text = squeeze(shown_text(child))
        names = list(own_names(child))
        if not text:
            continue
        if text in body or any(piece in body for piece in _pieces(child)):
            needed.update(names)
            _sort(child, body, strange, needed)
        elif names:
            strange.add(names[0])


def _pieces(node: Element) -> Iterator[str]:
    """Texts of an element that are long enough to be known by."""
    for text in node.itertext():
        piece = squeeze(text)
        if len(piece) >= _SHORTEST_LINE:
            yield piece


def shown_text(node: Element) -> str:
    """The text of an element without scripts in it."""
    if node.tag in _NO_TEXT:
        return ""
    if next(node.iter(*_NO_TEXT), None) is None:
        return raw_text(node)
    pieces = [node.text or ""]
    for child in node:
        if isinstance(child.tag, str):
            pieces.append(shown_text(child))
        pieces.append(child.tail or "")
    return "".join(pieces)
