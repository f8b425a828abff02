"""Finds what changed between two states of an article, in pieces that can be marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from difflib import SequenceMatcher
from typing import Any, Literal

from attrs import define

from newsdesk.answers.moments import stamp

LONGEST_COMPARED = 4_000
"""Characters of a paragraph that are compared one by one; a longer one is shown whole, twice."""
LEAST_ALIKE = 0.3
"""Lines that have less in common are another text, not an edit of the same one."""

Mark = Literal["same", "gone", "new"]


@define(frozen=True, kw_only=True)
class DiffPiece:
    """A stretch of text, and whether it was taken away or added."""

    mark: Mark
    text: str


@define(frozen=True, kw_only=True)
class FieldChange:
    """A field that changed: its changed lines, each in pieces."""

    field: str
    before: Any
    after: Any
    lines: list[list[DiffPiece]]


@define(frozen=True, kw_only=True)
class ArticleState:
    """A state of an article. changes: from the one before; none for the first. re_extracted_at:
    when Newsdesk read it so, out of the archive; None: the site published it so."""

    revision: int
    stored_at: datetime
    job: str | None
    changes: list[FieldChange]
    re_extracted_at: datetime | None = None

    def as_dict(self) -> dict[str, Any]:
        """Plain values, for JSON."""
        return {
            "revision": self.revision,
            "stored_at": self.stored_at,
            "re_extracted_at": self.re_extracted_at,
            "job": self.job,
            "changes": {
                change.field: {"before": change.before, "after": change.after}
                for change in self.changes
            },
        }


def states(
    revisions: Sequence[Mapping[str, Any]], article: Mapping[str, Any]
) -> list[ArticleState]:
    """Returns all states of an article, the oldest first.

    revisions: its documents in `revisions`, in order. article: the present one.
    """
    documents = [*(each["document"] for each in revisions), article]
    numbers = [*(each["revision"] for each in revisions), article["revision"]]
    found = []
    for place, (number, document) in enumerate(zip(numbers, documents, strict=True)):
        before = revisions[place - 1] if place else {"changed": []}
        changed = [field_change(name, documents[place - 1], document) for name in before["changed"]]
        found.append(
            ArticleState(
                revision=number,
                stored_at=document["stored_at"],
                job=document.get("job"),
                changes=changed,
                re_extracted_at=before.get("re_extracted_at"),
            )
        )
    return found


def field_change(name: str, before: Mapping[str, Any], after: Mapping[str, Any]) -> FieldChange:
    """Compares one field of two states."""
    old, new = before.get(name), after.get(name)
    prose = isinstance(old, str) and isinstance(new, str)
    lines = list(_lines(_text(old).split("\n"), _text(new).split("\n"), prose=prose))
    return FieldChange(field=name, before=old, after=new, lines=lines)


def _lines(old: Sequence[str], new: Sequence[str], *, prose: bool) -> Iterator[list[DiffPiece]]:
    """Yields the lines that differ; an edited line of prose comes once, with both readings."""
    for tag, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        gone, come = list(old[a:b]), list(new[c:d])
        while prose and gone and come:
            yield from _line(gone.pop(0), come.pop(0))
        yield from ([DiffPiece(mark="gone", text=line)] for line in gone if line)
        yield from ([DiffPiece(mark="new", text=line)] for line in come if line)


def _line(old: str, new: str) -> Iterator[list[DiffPiece]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    if max(len(old), len(new)) > LONGEST_COMPARED or matcher.ratio() < LEAST_ALIKE:
        if old:
            yield [DiffPiece(mark="gone", text=old)]
        if new:
            yield [DiffPiece(mark="new", text=new)]
        return
    pieces = []
    for tag, a, b, c, d in matcher.get_opcodes():
        if tag == "equal":
            pieces.append(DiffPiece(mark="same", text=old[a:b]))
            continue
        if a < b:
            pieces.append(DiffPiece(mark="gone", text=old[a:b]))
        if c < d:
            pieces.append(DiffPiece(mark="new", text=new[c:d]))
    yield pieces


def _text(value: object) -> str:
    """A field's value as lines for people."""
    if value is None or value == []:
        return ""
    if isinstance(value, datetime):
        return stamp(value) or ""
    if isinstance(value, list):
        return "\n".join(map(_in_one_line, value))
    if isinstance(value, Mapping):
        return "\n".join(f"{name} {_text(part)}" for name, part in value.items() if part)
    return str(value)


def _in_one_line(entry: object) -> str:
    """Returns an entry of a list, such as an author, as one line."""
    if isinstance(entry, Mapping):
        return " ".join(_text(part) for part in entry.values() if part)
    return _text(entry)
