"""Where a field stands: places tried on all pages, and how many of them each explains."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import islice

from attrs import define

from crawler.kit.embedded import MOST_VALUES, scalars
from crawler.kit.page import Page, short_text
from crawler.kit.places.known import FIELDS, Known, agreement
from crawler.kit.places.names import selectors, strength
from crawler.kit.places.place import Place
from crawler.pages.html import Element, attribute

Sample = tuple[Page, Known]
ENOUGH = 0.5
"""From this agreement on a place counts as holding the field."""
_LONGEST_TEXT = 300
_ATTRIBUTES = (
    *("content", "value", "datetime", "data-val", "data-time", "data-title", "data-source"),
    *("data-author", "data-count", "data-publish-time", "data-article-publish-time"),
)
_MOST_PLACES = 60
_FEW = 4
_LONGEST_COUNT = 24
_OFTEN = 0.8
_COUNT = re.compile(r"\D{0,8}\d{1,7}\D{0,8}")
_WORDS = {
    "title": re.compile("title|tit(?![a-z])|headline|biaoti", re.IGNORECASE),
    "published_at": re.compile("time|date|pub", re.IGNORECASE),
    "source": re.compile("source|from|media|laiyuan", re.IGNORECASE),
    "authors": re.compile("author|writer|byline|zuozhe", re.IGNORECASE),
    "editors": re.compile("edit|bianji", re.IGNORECASE),
    "keywords": re.compile("keyword|tag", re.IGNORECASE),
    "section": re.compile("crumb|section|channel|column|position|location|nav", re.IGNORECASE),
    "summary": re.compile("desc|summary|abstract|lead|intro", re.IGNORECASE),
    "comment_count": re.compile("comment|reply|cmt|pinglun", re.IGNORECASE),
}
"""Names that say what stands there: of two places with the same text they are the one meant."""


@define(frozen=True, kw_only=True)
class FoundPlace:
    """A place of `field`, and how it fared.

    right: pages on which it holds the field; wrong: on which it holds something else; of: pages of
    which the field is known. sureness: mean agreement. alone: how rarely more than one element is
    given. stands: the very elements, page by page.
    """

    field: str
    place: Place
    right: frozenset[int]
    wrong: int
    of: int
    sureness: float
    alone: float
    example: str
    stands: frozenset[tuple[int, str]] = frozenset()

    @property
    def score(self) -> float:
        """What places are ordered by: pages first, then exactness, loneliness, lasting names."""
        share = (len(self.right) - 0.7 * self.wrong) / max(1, self.of)
        meant = bool(_WORDS[self.field].search(str(self.place)))
        steady = 0.7 if self.place.script else strength(str(self.place))
        return share + 0.6 * self.sureness + 0.1 * self.alone + 0.25 * steady + 0.05 * meant


@define(frozen=True, kw_only=True)
class Proposal:
    """Where a field stands. places: to be tried in this order; runner_up: the best of the rest."""

    field: str
    places: tuple[FoundPlace, ...]
    of: int
    runner_up: FoundPlace | None

    @property
    def support(self) -> int:
        """Pages that the places explain together."""
        return len(frozenset().union(*(each.right for each in self.places)))


def propose_fields(samples: Sequence[Sample]) -> dict[str, Proposal]:
    """The places of each field that stands anywhere."""
    found = {field: propose(field, samples) for field in FIELDS}
    found["comment_count"] = found["comment_count"] or propose_counts(samples)
    return {field: proposal for field, proposal in found.items() if proposal is not None}


def propose(field: str, samples: Sequence[Sample]) -> Proposal | None:
    """The places of a field, best first; None if none explains two pages (or the only one)."""
    samples = [(page, known) for page, known in samples if known.has(field)]
    ranked = rank(field, samples)
    if not ranked:
        return None
    best, least = [ranked[0]], min(2, len(samples))
    if len(ranked[0].right) < least:
        return None
    covered = set(ranked[0].right)
    more = max(ranked[1:], key=lambda each: len(each.right - covered), default=None)
    if more is not None and len(more.right - covered) >= least and not more.wrong:
        best.append(more)
    taken = frozenset().union(*(each.stands for each in best))
    rest = (each for each in ranked[1:] if not (each.stands and each.stands <= taken))
    return Proposal(field=field, places=tuple(best), of=len(samples), runner_up=next(rest, None))


def propose_counts(samples: Sequence[Sample]) -> Proposal | None:
    """Where numbers of comments stand, by their names alone: no reading without rules gives any.

    The numbers must differ from page to page: what scripts fill in is 0 on all.
    """
    counted: dict[str, dict[int, str]] = {}
    for number, (page, _) in enumerate(samples):
        for node in page.root.iter() if page.root is not None else ():
            is_small = isinstance(node.tag, str) and len(node) < _FEW
            text = short_text(node, _LONGEST_COUNT) if is_small else ""
            if not text or not _COUNT.fullmatch(text):
                continue
            for css in selectors(node):
                if _WORDS["comment_count"].search(css):
                    counted.setdefault(css, {}).setdefault(number, text)
    able = [
        (len(texts), strength(css), css, texts)
        for css, texts in counted.items()
        if len(texts) >= _OFTEN * len(samples) and len(set(texts.values())) > 1
    ]
    if not able:
        return None
    _, _, css, texts = max(able, key=lambda each: each[:2])
    found = FoundPlace(
        field="comment_count",
        place=Place(css=css),
        right=frozenset(texts),
        wrong=0,
        of=len(samples),
        sureness=ENOUGH,
        alone=1.0,
        example=next(iter(texts.values())),
    )
    return Proposal(field="comment_count", places=(found,), of=len(samples), runner_up=None)


def rank(field: str, samples: Sequence[Sample]) -> list[FoundPlace]:
    """All places of a field, best first."""
    places: dict[Place, int] = {}
    for page, known in samples:
        for place in dict.fromkeys(places_of(field, page, known)):
            places[place] = places.get(place, 0) + 1
    usual = sorted(places, key=lambda place: (-places[place], len(str(place))))[:_MOST_PLACES]
    found = [judge(field, place, samples) for place in usual]
    return sorted((each for each in found if each.right), key=lambda f: f.score, reverse=True)


def judge(field: str, place: Place, samples: Sequence[Sample]) -> FoundPlace:
    """How a place fares on all pages: what it gives first counts, as it will in a crawl."""
    right, wrong, sure, alone, example = set(), 0, 0.0, 0.0, ""
    stands: set[tuple[int, str]] = set()
    for number, (page, known) in enumerate(samples):
        values = place.values(page)
        value = next((each for each in values if each), "")
        if not value:
            continue
        agrees = agreement(field, known, value, page)
        if agrees < ENOUGH:
            wrong += 1
            continue
        right.add(number)
        sure += agrees
        alone += 1 / len(values)
        example = example or value
        stands.update((number, where(node)) for node in place.elements(page)[:1])
    number = max(1, len(right))
    return FoundPlace(
        field=field,
        place=place,
        right=frozenset(right),
        wrong=wrong,
        of=len(samples),
        sureness=sure / number,
        alone=alone / number,
        example=example,
        stands=frozenset(stands),
    )


def where(node: Element) -> str:
    """Which element of its page this is, for telling elements apart."""
    return node.getroottree().getpath(node)


def places_of(field: str, page: Page, known: Known) -> Iterator[Place]:
    """Every place on a page where the field stands as it is known."""
    for node in page.root.iter() if page.root is not None else ():
        if isinstance(node.tag, str):
            yield from _places_at(node, field, page, known)
    for script, data in page.data.items():
        for path, text in islice(scalars(data), MOST_VALUES):
            if agreement(field, known, text, page) >= ENOUGH:
                yield Place(script=script, path=path)


def _places_at(node: Element, field: str, page: Page, known: Known) -> Iterator[Place]:
    if node.tag == "meta":
        name = node.get("name") or node.get("property")
        kind = "name" if node.get("name") else "property"
        if name and agreement(field, known, attribute(node, "content"), page) >= ENOUGH:
            yield Place(css=f'meta[{kind}="{name}"]', attribute="content")
        return
    if node.tag in {"script", "style", "head", "html", "body", "title", "option"}:
        return
    for name in _ATTRIBUTES:
        if node.get(name) and agreement(field, known, attribute(node, name), page) >= ENOUGH:
            yield from (Place(css=css, attribute=name) for css in selectors(node))
    if not node.text and not len(node):
        return
    text = short_text(node, _LONGEST_TEXT)
    if text and agreement(field, known, text, page) >= ENOUGH:
        yield from (Place(css=css) for css in selectors(node))
