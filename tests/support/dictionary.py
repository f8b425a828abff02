"""The tables of docs/data.md, made from the declarations of the collections.

`python -m tests.support.dictionary` writes them into the document anew.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from pipelines.storage.schema.collections import COLLECTIONS
from pipelines.storage.schema.fields import Field

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "data.md"
BEGIN = "<!-- dictionary: written by python -m tests.support.dictionary -->"
END = "<!-- end of dictionary -->"


def field_rows() -> Iterator[tuple[str, str, str, str]]:
    """(collection, dotted field as in a query, type, description) of every field."""
    for collection in COLLECTIONS.values():
        for field in collection.fields:
            for name, kind, description in _rows(field):
                yield collection.name, name, kind, description


def _rows(field: Field, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    kind = f"array of {field.items}" if field.items else field.kind
    name = f"{prefix}{field.name}"
    yield name, kind if field.required else f"{kind} or null", field.description
    for inner in field.fields:
        yield from _rows(inner, f"{name}.")


def index_rows() -> Iterator[tuple[str, str, str, str]]:
    """(collection, index, its keys as "site, published_at desc", purpose) of every index."""
    for collection in COLLECTIONS.values():
        for index in collection.indexes:
            keys = ", ".join(name if way > 0 else f"{name} desc" for name, way in index.keys)
            yield collection.name, index.name, keys, index.purpose


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


def written(text: str) -> str:
    """The document `text` with the dictionary as it should be."""
    parts = re.split(f"{re.escape(BEGIN)}.*{re.escape(END)}", text, flags=re.DOTALL)
    return f"{BEGIN}\n\n{dictionary()}\n{END}".join(parts)


if __name__ == "__main__":
    DOCUMENT.write_text(written(DOCUMENT.read_text(encoding="utf-8")), encoding="utf-8")
