"""The tables of the documents that are made from the code.

`python -m tests.support.dictionary` writes them into the documents anew.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Callable, Collection, Iterator
from pathlib import Path

import attrs
from attrs import define

from crawler.sources.base import Source
from crawler.sources.paging import Pages
from crawler.toml_sites.lists import kinds
from crawler.toml_sites.values import keys_of
from newsdesk.answers.export import columns
from newsdesk.answers.export.formats.cells import COLUMNS, HEADINGS
from pipelines.counting import counters
from pipelines.items import FLAGS
from pipelines.storage.schema.collections import COLLECTIONS
from pipelines.storage.schema.fields import Field

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


def counter_table() -> str:
    """All counters, as Markdown."""
    lines = ["| key | in tables | counts | which |", "|---|---|---|---|"]
    for each in counters.ALL:
        keys = ", ".join(f"`{key}`" for key in each.keys)
        lines.append(f"| {keys} | {each.label} | {each.unit} | {each.meaning} |")
    return "\n".join(lines) + "\n"


_KINDS = {
    "text": "text",
    "texts": "list of texts",
    "number": "number",
    "share": "number, 0 to 1",
    "time": "time, UTC",
    "json": "JSON text",
}


def column_table() -> str:
    """The columns of exported articles, as Markdown."""
    lines = ["| column | type | in CSV and XLSX |", "|---|---|---|"]
    shown = {column.name: heading for column, heading in zip(COLUMNS, HEADINGS, strict=True)}
    for column in columns.ARTICLES:
        heading = f"`{shown[column.name]}`" if column.name in shown else "–"
        lines.append(f"| `{column.name}` | {_KINDS[column.kind]} | {heading} |")
    return "\n".join(lines) + "\n"


def flag_table() -> str:
    """All flags of articles, as Markdown."""
    rows = (f"| `{flag}` | {meaning} |" for flag, meaning in FLAGS.items())
    return "\n".join(["| flag | says |", "|---|---|", *rows]) + "\n"


def kind_tables() -> str:
    """The kinds of lists that a TOML site may have, each with its keys, as Markdown."""
    shared = keys_of(Source)
    tables = [line for kind, cls in kinds().items() for line in _kind(kind, cls, shared)]
    return "\n".join(["### `Pages`", "", inspect.getdoc(Pages) or "", "", *tables])


def _kind(kind: str, cls: type[Source], shared: Collection[str]) -> Iterator[str]:
    said = inspect.getdoc(cls) or ""
    yield from (f"### `{kind}`", "", *said.splitlines(), "")
    for base in cls.__mro__[1:]:
        if "__attrs_attrs__" in vars(base) and base is not Source:
            about = (inspect.getdoc(base) or "").partition("\n\n")[2]
            yield from (f"As of `{base.__name__}`:", *about.splitlines(), "")
    yield from ("| key | is | by default |", "|---|---|---|")
    defaults = {field.name: field.default for field in attrs.fields(cls)}
    for key, words in keys_of(cls).items():
        if key not in shared:
            yield f"| `{key}` | {words} | {_default(defaults[key])} |"
    yield ""


def _default(value: object) -> str:
    if value is attrs.NOTHING:
        return "needed"
    empty = value is None or value in ("", (), {}) or type(value).__name__ == "Factory"
    if empty:
        return "none"
    plain = [*value] if isinstance(value, tuple) else value
    return f"`{str(plain).lower() if isinstance(plain, bool) else json.dumps(plain)}`"


PARTS = (
    Written(DOCS / "sites.md", "kinds", kind_tables),
    Written(DOCS / "data.md", "columns", column_table),
    Written(DOCS / "data.md", "flags", flag_table),
    Written(DOCS / "data.md", "dictionary", dictionary),
    Written(DOCS / "operators.md", "counters", counter_table),
)


if __name__ == "__main__":
    for part in PARTS:
        text = part.document.read_text(encoding="utf-8")
        part.document.write_text(part.into(text), encoding="utf-8")
