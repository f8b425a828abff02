"""The tables of the documents that are made from the code, in both languages.

`python -m tests.support.dictionary` writes them into the documents anew.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from pathlib import Path

import attrs
from attrs import define

from crawler.sources.base import Source
from crawler.sources.paging import Pages
from crawler.toml_sites.lists import kinds
from crawler.toml_sites.values import keys_of
from newsdesk.answers.export import columns
from newsdesk.answers.export.formats.cells import COLUMNS, HEADINGS
from newsdesk.answers.plan import MEASURED, Workload, facts, planned
from pipelines.counting import counters
from pipelines.items import FLAGS
from pipelines.storage.schema.collections import COLLECTIONS
from pipelines.storage.schema.fields import Field
from pipelines.storage.schema.retention import RETENTION
from tests.support.translations import CHINESE_DOCS, DOCS, Say, chinese, english

SETTING = re.compile(r"^\| (`(?:MONGODB|NEWSDESK)_\w+` \| .*) \|$", re.MULTILINE)


@define(frozen=True)
class Written:
    """A part of a document that is made from the code, in the document's language.

    name: in the comments around it.
    """

    document: Path
    name: str
    text: Callable[[Say], str]
    say: Say

    def into(self, document: str) -> str:
        """`document` with this part as it should be."""
        begin = f"<!-- {self.name}: written by python -m tests.support.dictionary -->"
        end = f"<!-- end of {self.name} -->"
        before, _, rest = document.partition(begin)
        _, found, after = rest.partition(end)
        if not found:
            raise ValueError(f"{self.document} has no {begin!r} with its end")
        return f"{before}{begin}\n\n{self.text(self.say)}\n{end}{after}"


def field_rows(say: Say = english) -> Iterator[tuple[str, str, str, str]]:
    """(collection, dotted field as in a query, type, description) of every field."""
    for collection in COLLECTIONS.values():
        for field in collection.fields:
            for name, kind, description in _rows(field, say):
                yield collection.name, name, kind, description


def _rows(field: Field, say: Say, prefix: str = "") -> Iterator[tuple[str, str, str]]:
    kind = say(f"array of {field.items}") if field.items else field.kind
    name = f"{prefix}{field.name}"
    yield name, kind if field.required else f"{kind} {say('or null')}", say(field.description)
    for inner in field.fields:
        yield from _rows(inner, say, f"{name}.")


def index_rows(say: Say = english) -> Iterator[tuple[str, str, str, str]]:
    """(collection, index, its keys as "site, published_at desc", purpose) of every index."""
    for collection in COLLECTIONS.values():
        for index in collection.indexes:
            keys = (name if way > 0 else f"{name} {say('desc')}" for name, way in index.keys)
            yield collection.name, index.name, ", ".join(keys), say(index.purpose)


def dictionary(say: Say) -> str:
    """All collections with their fields and indexes, as Markdown."""
    return "\n".join(line for name in COLLECTIONS for line in _section(name, say))


def _section(name: str, say: Say) -> Iterator[str]:
    yield from (f"### {name}", "", say(COLLECTIONS[name].purpose), "")
    yield from _head(say, "field", "type", "what it holds")
    for collection, field, kind, description in field_rows(say):
        if collection == name:
            yield f"| `{field}` | {kind} | {description} |"
    yield ""
    indexes = [row[1:] for row in index_rows(say) if row[0] == name]
    if indexes:
        yield from _head(say, "index", "keys", "what for")
        for index, keys, purpose in indexes:
            yield f"| {index} | {keys} | {purpose} |"
        yield ""


def _head(say: Say, *columns: str) -> Iterator[str]:
    yield f"| {' | '.join(map(say, columns))} |"
    yield f"|{'---|' * len(columns)}"


def _table(head: Iterator[str], rows: Iterable[str]) -> str:
    return "\n".join([*head, *rows]) + "\n"


def counter_table(say: Say) -> str:
    """All counters, as Markdown; their labels as the commands print them."""
    rows = (
        f"| {', '.join(f'`{key}`' for key in each.keys)} | {each.label} | {say(each.unit)} "
        f"| {say(each.meaning)} |"
        for each in counters.ALL
    )
    return _table(_head(say, "key", "in tables", "counts", "which"), rows)


def settings_table(say: Say) -> str:
    """All settings with their defaults, as the table in English has them, which people write."""
    rows = []
    for row in SETTING.findall((DOCS / "operators.md").read_text(encoding="utf-8")):
        variable, default, meaning = row.split(" | ", 2)
        shown = default if default.startswith("`") else say(default)
        rows.append(f"| {variable} | {shown} | {say(meaning)} |")
    return _table(_head(say, "setting", "default", "meaning"), rows)


_KINDS = {
    "text": "text",
    "texts": "list of texts",
    "number": "number",
    "share": "number, 0 to 1",
    "time": "time, UTC",
    "json": "JSON text",
}


def retention_table(say: Say) -> str:
    """How long each collection keeps its documents, as Markdown."""
    rows = []
    for kept in RETENTION:
        setting = f"`NEWSDESK_{kept.setting.upper()}`" if kept.setting else "–"
        rows.append(f"| `{kept.collection}` | {say(kept.stays)} | {setting} |")
    return _table(_head(say, "collection", "what is in it stays", "setting"), rows)


def column_table(say: Say) -> str:
    """The columns of exported articles, as Markdown."""
    shown = {column.name: heading for column, heading in zip(COLUMNS, HEADINGS, strict=True)}
    rows = []
    for column in columns.ARTICLES:
        heading = f"`{shown[column.name]}`" if column.name in shown else "–"
        rows.append(f"| `{column.name}` | {say(_KINDS[column.kind])} | {heading} |")
    return _table(_head(say, "column", "type", "in CSV and XLSX"), rows)


_UNITS = {
    "start": ("a crawl of one page, started by a service", "{:.2f} CPU s", "`test_schedules.py`"),
    "request": ("a request for a list without news", "{:.3f} CPU s", "an estimate"),
    "article": ("an article, from request to receipt", "{:.3f} CPU s", "`test_nightly.py`"),
    "database": ("the same article in mongod", "{:.4f} CPU s", "`test_crawl.py`"),
    "crawl": ("memory of a crawl", "{:,} MB", "`test_nightly.py`"),
    "data": ("an article in MongoDB, all collections", "{:,} bytes", "`test_scale.py`"),
    "indexes": ("its indexes", "{:,} bytes", "`test_scale.py`"),
    "job": ("the record of a job", "{:,} bytes", "`test_scale.py`"),
    "page": ("a page in the archive, packed by its site", "{:,} bytes", "`test_archive.py`"),
    "list": ("a list in the archive", "{:,} bytes", "an estimate"),
}


def measured_table(say: Say) -> str:
    """What plans are computed from, as Markdown."""
    rows = (
        f"| {say(what)} | {form.format(getattr(MEASURED, name))} | {say(source)} |"
        for name, (what, form, source) in _UNITS.items()
    )
    return _table(_head(say, "what", "takes", "measured by"), rows)


def plan_table(say: Say) -> str:
    """What four numbers of sites take in a year, as Markdown."""
    counts = (10, 100, 1000, 10_000)
    plans = [dict(facts(planned(Workload(sites=sites)))) for sites in counts]
    rows = (f"| {say(name)} | {' | '.join(plan[name] for plan in plans)} |" for name in plans[0])
    return _table(_head(say, "sites", *(f"{count:,}" for count in counts)), rows)


def flag_table(say: Say) -> str:
    """All flags of articles, as Markdown."""
    rows = (f"| `{flag}` | {say(meaning)} |" for flag, meaning in FLAGS.items())
    return _table(_head(say, "flag", "says"), rows)


def kind_tables(say: Say) -> str:
    """The kinds of lists that a TOML site may have, each with its keys, as Markdown."""
    shared = keys_of(Source)
    tables = [line for kind, cls in kinds().items() for line in _kind(kind, cls, shared, say)]
    return "\n".join(["### `Pages`", "", *_paragraphs(inspect.getdoc(Pages), say), *tables])


def _kind(kind: str, cls: type[Source], shared: Collection[str], say: Say) -> Iterator[str]:
    yield from (f"### `{kind}`", "", *_paragraphs(inspect.getdoc(cls), say))
    for base in cls.__mro__[1:]:
        if "__attrs_attrs__" in vars(base) and base is not Source:
            yield from (say(f"As of `{base.__name__}`:"), "")
            yield from _paragraphs((inspect.getdoc(base) or "").partition("\n\n")[2], say)
    yield from _head(say, "key", "is", "by default")
    defaults = {field.name: field.default for field in attrs.fields(cls)}
    for key, words in keys_of(cls).items():
        if key not in shared:
            yield f"| `{key}` | {say(words)} | {_default(defaults[key], say)} |"
    yield ""


def _paragraphs(text: str | None, say: Say) -> Iterator[str]:
    """A docstring's paragraphs, a line each, with a blank line behind."""
    for paragraph in (text or "").split("\n\n"):
        yield from (say(" ".join(paragraph.split())), "")


def _default(value: object, say: Say) -> str:
    if value is attrs.NOTHING:
        return say("needed")
    empty = value is None or value in ("", (), {}) or type(value).__name__ == "Factory"
    if empty:
        return say("none")
    plain = [*value] if isinstance(value, tuple) else value
    return f"`{str(plain).lower() if isinstance(plain, bool) else json.dumps(plain)}`"


TABLES: tuple[tuple[str, str, Callable[[Say], str]], ...] = (
    ("sites.md", "kinds", kind_tables),
    ("data.md", "columns", column_table),
    ("data.md", "flags", flag_table),
    ("data.md", "retention", retention_table),
    ("data.md", "dictionary", dictionary),
    ("operators.md", "counters", counter_table),
)
CHINESE_TABLES = (*TABLES, ("operators.md", "settings", settings_table))
ENGLISH_TABLES = (
    *TABLES,
    ("scale.md", "measured", measured_table),
    ("scale.md", "plan", plan_table),
)
PARTS = tuple(
    Written(folder / document, name, table, say)
    for folder, say, tables in (
        (DOCS, english, ENGLISH_TABLES),
        (CHINESE_DOCS, chinese, CHINESE_TABLES),
    )
    for document, name, table in tables
)


def sentences() -> Sequence[str]:
    """Everything that the tables say in a language, each once, in their order."""
    said: dict[str, None] = {}

    def note(sentence: str) -> str:
        said[sentence] = None
        return sentence

    for _, _, table in CHINESE_TABLES:
        table(note)
    return tuple(said)


if __name__ == "__main__":
    for part in PARTS:
        text = part.document.read_text(encoding="utf-8")
        part.document.write_text(part.into(text), encoding="utf-8")
