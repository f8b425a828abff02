"""The tables of the documents that are made from the code.

`python -m tests.support.dictionary` writes them into the documents anew.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from attrs import define

from pipelines import counters
from pipelines.storage.schema.collections import COLLECTIONS, field_rows, index_rows

DOCS = Path(__file__).resolve().parents[2] / "docs"


@define(frozen=True)
class Written:
    """A part of a document that is made from the code. name: in the comments around it."""

    document: Path
    name: str
    text: Callable[[], str]

    def into(self, document: str) -> str:
        """`document` with this part as it should be."""
        begin = f"<!-- {self.name}: written by python -m tests.support.dictionary -->"
        end = f"<!-- end of {self.name} -->"
        before, _, rest = document.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"{self.document.name} has no {begin!r} with its end")
        return f"{before}{begin}\n\n{self.text()}\n{end}{after}"


def dictionary() -> str:
    """All collections with their fields and indexes, as Markdown."""
    return "\n".join(line for name in COLLECTIONS for line in _section(name))


def _section(name: str) -> Iterator[str]:
    yield from (f"### {name}", "", COLLECTIONS[name].purpose, "")
    yield from ("| field | type | what it holds |", "|---|---|---|")
    for collection, field, kind, description in field_rows():
        if collection == name:
            yield f"| `{field}` | {kind} | {description} |"
    yield ""
    indexes = [row[1:] for row in index_rows() if row[0] == name]
    if indexes:
        yield from ("| index | keys | what for |", "|---|---|---|")
        for index, keys, purpose in indexes:
            yield f"| {index} | {keys} | {purpose} |"
        yield ""


def counter_table() -> str:
    """All counters, as Markdown."""
    lines = ["| key | in tables | counts | which |", "|---|---|---|---|"]
    for each in counters.ALL:
        keys = ", ".join(f"`{key}`" for key in each.keys)
        lines.append(f"| {keys} | {each.label} | {each.unit} | {each.meaning} |")
    return "\n".join(lines) + "\n"


PARTS = (
    Written(DOCS / "data.md", "dictionary", dictionary),
    Written(DOCS / "operators.md", "counters", counter_table),
)


if __name__ == "__main__":
    for part in PARTS:
        text = part.document.read_text(encoding="utf-8")
        part.document.write_text(part.into(text), encoding="utf-8")
