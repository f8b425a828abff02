"""Reads only documents that are as their collection declares them.

MongoDB checks what is written by its validators, and whoever may write there can pass them by.
What they left in another form (a date that is a text, an operator in place of a name) is as if it
were not there, so that it ends no crawl and no beat of the service; `misfits` names what steers,
and `newsdesk doctor --deep` all of it.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable, Mapping, Set
from datetime import datetime
from functools import lru_cache, partial
from math import isfinite
from typing import Any

from bson import ObjectId
from pymongo.database import Database

from pipelines.records import JOB_ID
from pipelines.storage.documents import Document
from pipelines.storage.schema.collections import COLLECTIONS
from pipelines.storage.schema.fields import Field

logger = logging.getLogger(__name__)

STEERING = ("jobs", "slots", "schedules", "topics", "alerts", "silences", "hosts")
"""Collections whose documents decide what the service and its crawls do."""
MOST_NAMED = 5
_NAMED: dict[str, Document] = {"jobs": {"_id": {"$regex": JOB_ID}}}
"""How ids must look besides, where they name more than a document."""


def declared(name: str, wanted: Document) -> Document:
    """Returns the filter `wanted` over the documents of a collection that are as declared."""
    return {"$and": [wanted, _form_of(name)]}


def undeclared(name: str, wanted: Document) -> Document:
    """Returns the filter `wanted` over all others of a collection."""
    return {"$and": [wanted, {"$nor": [_form_of(name)]}]}


def misfits(database: Database[Document], names: Iterable[str] = STEERING) -> dict[str, list[str]]:
    """Returns the ids of documents that are not as declared, by collection; some of each."""
    found = {}
    for name in names:
        others = database[name].find(undeclared(name, {}), {"_id": 1}).limit(MOST_NAMED)
        ids = [str(each["_id"])[:100] for each in others]
        if ids:
            found[name] = ids
    return found


@lru_cache
def _form_of(name: str) -> Document:
    schema: Document = COLLECTIONS[name].validator()["$jsonSchema"]
    return {"$and": [{"$jsonSchema": _open(schema)}, _NAMED.get(name, {})]}


def _open(schema: Mapping[str, Any]) -> Document:
    """Returns a schema that lets unknown fields be: those of another version do no harm."""
    kept = {name: value for name, value in schema.items() if value is not False}
    return {
        name: _open(value) if isinstance(value, dict) else value for name, value in kept.items()
    }


def sound(
    name: str, documents: Iterable[Document], shown: Mapping[str, Any] | None = None
) -> list[Document]:
    """Returns the documents that are as declared, judged here, for where many are read: of 10,000
    articles MongoDB takes 0.2 s of CPU time for it whatever is read of them, this 0.13 s if they
    are whole and 0.01 s if only titles are (`tests/benchmarks/test_reading.py`).

    shown: the projection by which they were read; what it leaves out cannot be missed.
    """
    judge = _judge_of(name, tuple(sorted((shown or {}).items(), key=str)))
    kept = []
    for each in documents:
        if judge(each):
            kept.append(each)
        else:
            _tell(name, str(each.get("_id"))[:100])
    return kept


@lru_cache(maxsize=1000)
def _tell(name: str, id_: str) -> None:
    """Says once of a document that it is left out."""
    logger.warning(
        "%s of %s has another form than declared and is left out: see newsdesk doctor --deep",
        id_,
        name,
    )


Judge = Callable[[Any], bool]


@lru_cache(maxsize=64)
def _judge_of(name: str, shown: tuple[tuple[str, Any], ...]) -> Judge:
    fields = COLLECTIONS[name].fields
    kept = {field for field, value in shown if value}
    partly = {field.partition(".")[0] for field, _value in shown if "." in field}
    left = {field for field, value in shown if not value}
    return _object(
        {field.name: _judge(field, whole=field.name not in partly) for field in fields},
        {
            field.name
            for field in fields
            if field.required
            and field.name not in partly | left
            and (not kept or field.name in kept | {"_id"})
        },
    )


def _judge(field: Field, *, whole: bool = True) -> Judge:
    is_kind = _KINDS[field.kind]
    if field.choices:
        is_kind = field.choices.__contains__
    elif field.minimum is not None:
        is_kind = partial(_is_number_from, field.minimum)
    elif field.pattern is not None:
        is_kind = partial(_is_text_like, re.compile(field.pattern))
    elif field.fields:
        inside = _object(
            {each.name: _judge(each, whole=whole) for each in field.fields},
            {each.name for each in field.fields if each.required and whole},
        )
        is_kind = partial(_is_list_of, inside) if field.kind == "array" else inside
    elif field.items:
        is_kind = partial(_is_list_of, _KINDS[field.items])
    elif field.values and field.values != "any":
        is_kind = partial(_is_table_of, _KINDS[field.values])
    return is_kind if field.required else lambda value: value is None or is_kind(value)


def _object(judges: Mapping[str, Judge], required: Set[str]) -> Judge:
    def judge(value: Any) -> bool:  # noqa: ANN401 - whatever stands there
        if not isinstance(value, dict) or not required <= value.keys():
            return False
        return all(judges[name](found) for name, found in value.items() if name in judges)

    return judge


def _is_number_from(least: int, value: object) -> bool:
    return isinstance(value, int) and value is not True and value is not False and value >= least


def _is_text_like(pattern: re.Pattern[str], value: object) -> bool:
    return isinstance(value, str) and pattern.search(value) is not None


def _is_list_of(judge: Judge, value: object) -> bool:
    return isinstance(value, list) and all(map(judge, value))


def _is_table_of(judge: Judge, value: object) -> bool:
    return isinstance(value, dict) and all(map(judge, value.values()))


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and isfinite(value)


def _is_int(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _is(*kinds: type) -> Judge:
    return lambda value: isinstance(value, kinds)


_KINDS: dict[str, Judge] = {
    "string": _is(str),
    "int": _is_int,
    "number": _is_number,
    "bool": _is(bool),
    "date": _is(datetime),
    "binData": _is(bytes),
    "object": _is(dict),
    "array": _is(list),
    "id": _is(str, ObjectId),
}
