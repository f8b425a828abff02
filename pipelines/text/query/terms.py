"""Terms with all that they are searched as: their own wording, and those of other regions."""

from __future__ import annotations

import re

from attrs import evolve

from pipelines.text.query.sought import SOUGHT_VERSION, sought
from pipelines.text.query.tree import TEXT_FIELDS, Node, Term, terms_of, with_terms
from pipelines.text.regions.words import REGIONS_VERSION, Wording, wordings

TERMS_VERSION = SOUGHT_VERSION * 1000 + REGIONS_VERSION
"""Goes up whenever terms find other texts; `FOLD_VERSION` tells what folding changes."""
WORDING_SIGNS: dict[str, Wording] = {"=": "exact", "~": "all"}
"""What a sign before a term says."""
_WORDED = frozenset(TEXT_FIELDS)
"""Fields in which words may be those of another region; the others hold names."""
_PLAIN = re.compile(r"(?<![\d.,])[1-9]\d{3,14}(?![\d,])")
_GROUPED = re.compile(r"(?<![\d.,])[1-9]\d{0,2}(?:,\d{3}){1,4}(?![\d,])")


def term_of(
    text: str,
    wording: Wording = "usual",
    *,
    fields: tuple[str, ...] = TEXT_FIELDS,
    start: int = 0,
    end: int = 0,
) -> Term:
    """A term as it is searched. wording: which of its wordings are; start, end: its place."""
    folded = sought(text)
    known = wordings(folded)
    others = known.of(wording) if _WORDED.issuperset(fields) else ()
    forms = dict.fromkeys(form for each in (folded, *others) for form in (each, *_numbers(each)))
    del forms[folded]
    named = known.ambiguous if _WORDED.issuperset(fields) and wording == "usual" else ()
    return Term(
        text=text,
        folded=folded,
        wordings=tuple(form for form in forms if folded not in form),
        ambiguous=named,
        fields=fields,
        start=start,
        end=end,
    )


def listed_term(text: str, wording: Wording = "usual") -> Term:
    """A term of a list, before which a sign may stand."""
    sign = WORDING_SIGNS.get(text[:1])
    return term_of(text[1:].lstrip(), sign) if sign else term_of(text, wording)


def told_apart(root: Node) -> Node:
    """A query whose terms have no wording that is another of its terms: who names both means
    each as it is written."""
    named = {term.folded for term in terms_of(root)}

    def with_own(term: Term) -> Term:
        if named.isdisjoint(term.wordings):
            return term
        return evolve(term, wordings=tuple(form for form in term.wordings if form not in named))

    return with_terms(root, with_own)


def exceptions_of(text: str, wording: Wording) -> tuple[str, ...]:
    """A text in which a term does not count, in all its wordings."""
    folded = sought(text)
    return (folded, *wordings(folded).of(wording))


def _numbers(folded: str) -> list[str]:
    """The text with its numbers written the other way: 1000 as 1,000, and 1,000 as 1000."""
    ways = (
        _PLAIN.sub(lambda match: f"{int(match[0]):,}", folded),
        _GROUPED.sub(lambda match: match[0].replace(",", ""), folded),
    )
    return [each for each in ways if each != folded]
