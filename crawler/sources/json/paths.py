"""Ways to a value in JSON data: `data.list`, `news.*`, `data.list.-1.id`.

A step is the name of a member, a number for an element (-1 is the last), or `*` for all of them.
A way may also be a tuple of steps, for names with dots in them.
"""

from __future__ import annotations

import re

Way = str | tuple[str, ...]
_INDEX = re.compile(r"-?[0-9]{1,6}")
_MOST_VALUES = 10_000
_LONGEST = 20


def values_at(data: object, way: Way) -> list[object]:
    """All values to which a way leads; none where it ends early."""
    if isinstance(way, str):
        if isinstance(data, dict) and way in data:  # a name with dots in it
            return [data[way]]
        way = tuple(way.split(".")) if way else ()
    found = [data]
    for step in way[:_LONGEST]:
        found = [value for each in found for value in _step(each, step)][:_MOST_VALUES]
    return found


def value_at(data: object, way: Way) -> object:
    """The first value to which a way leads; None where it ends early."""
    found = values_at(data, way)
    return found[0] if found else None


def entries_at(data: object, way: Way) -> list[object] | None:
    """The entries of a list: the elements of the array at the way's end.

    With `*` in it, all to which it leads: those of several arrays, too. None: there is no list.
    """
    steps = way.split(".") if isinstance(way, str) else way
    if "*" in steps:
        return values_at(data, way) or None
    found = value_at(data, way)
    return found if isinstance(found, list) else None


def text_at(data: object, way: Way) -> str:
    """The text or number at a way's end, as text; "" for anything else."""
    value = value_at(data, way)
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip()


def as_written(way: Way) -> str:
    """A way for people to read."""
    return way if isinstance(way, str) else ".".join(way)


def _step(value: object, step: str) -> list[object]:
    if isinstance(value, dict):
        if step in value:
            return [value[step]]
        return list(value.values()) if step == "*" else []
    if isinstance(value, list):
        if step == "*":
            return list(value)
        if _INDEX.fullmatch(step) and -len(value) <= int(step) < len(value):
            return [value[int(step)]]
    return []
