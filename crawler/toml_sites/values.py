"""Values of TOML as the annotations of attrs classes want them.

So a class that is declared anywhere, a new source for example, can be written in TOML without a
line here.
"""

from __future__ import annotations

import types
import typing
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta
from functools import cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

import attrs

from crawler.toml_sites.mistakes import Mistake, unknown
from pipelines.timing.durations import read_duration

Made = TypeVar("Made")

_PLAIN: Mapping[object, tuple[tuple[type, ...], str]] = {
    str: ((str,), "a text"),
    int: ((int,), "a whole number"),
    float: ((int, float), "a number"),
    bool: ((bool,), "true or false"),
    date: ((date,), "a day such as 2026-11-20"),
}
_LISTS = (tuple, list, frozenset)


def made(cls: type[Made], table: object, key: str, **others: Any) -> Made:  # noqa: ANN401
    """Makes an attrs class from a table. others: fields that the table does not give.

    Raises:
        Mistake: names the key, and what is known or expected.
    """
    if not isinstance(table, dict):
        raise Mistake(key, "must be a table")
    needed: type = cls
    values = {**others, **fields_of(cls, table, key)}
    missing = [
        name
        for name, field in _fields(needed).items()
        if field.default is attrs.NOTHING and name not in values
    ]
    if missing:
        raise Mistake(key, f"{missing[0]} is missing")
    try:
        return cls(**values)
    except (ValueError, TypeError) as error:
        raise Mistake(key, str(error)) from error


def fields_of(cls: type, table: Mapping[str, object], key: str) -> dict[str, Any]:
    """Returns the fields of an attrs class that a table gives. Raises: Mistake."""
    hints = _hints(cls)
    known = [*hints]
    for name in table:
        if name not in known:
            raise unknown(key, name, known)
    return {
        name: value_of(hints[name], value, f"{key}.{name}" if key else name)
        for name, value in table.items()
    }


@cache
def _fields(cls: type) -> dict[str, attrs.Attribute[Any]]:
    found = attrs.fields(typing.cast("type[attrs.AttrsInstance]", cls))
    return {field.name: field for field in found if field.init and field.name[0] != "_"}


def keys_of(cls: type) -> dict[str, str]:
    """Returns the keys that a table of a class may have, each with what is written there."""
    return {name: in_words(hint) for name, hint in _hints(cls).items()}


@cache
def _hints(cls: type) -> dict[str, Any]:
    """What is wanted for each key that can be written. Working it out takes a millisecond."""
    hints = typing.get_type_hints(cls)
    return {name: hints[name] for name in _fields(cls) if is_writable(hints[name])}


def is_writable(annotation: Any) -> bool:  # noqa: ANN401
    """Whether a value of this kind can be written in TOML."""
    if annotation in _PLAIN or annotation in (timedelta, object, Any, types.NoneType):
        return True
    origin, arguments = get_origin(annotation), get_args(annotation)
    if origin is Literal or attrs.has(annotation):
        return True
    if origin in (Union, types.UnionType, *_LISTS) or _is_mapping(origin):
        return all(is_writable(each) for each in arguments if each is not ...)
    return False


def _is_mapping(origin: object) -> bool:
    return isinstance(origin, type) and issubclass(origin, Mapping)


def value_of(annotation: Any, value: object, key: str) -> Any:  # noqa: ANN401
    """Returns a value as its annotation wants it. Raises: Mistake."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in (object, Any):
        return value
    if origin in (Union, types.UnionType):
        return _either(arguments, value, key)
    if attrs.has(annotation):
        return made(annotation, value, key)
    if annotation is timedelta and isinstance(value, str):
        return _duration(value, key)
    if origin in _LISTS and isinstance(value, list):
        return origin(_each(arguments[0], value, key))
    if _is_mapping(origin) and isinstance(value, dict):
        return {name: value_of(arguments[1], each, f"{key}.{name}") for name, each in value.items()}
    if not _is_plain(annotation, value):
        raise Mistake(key, f"must be {in_words(annotation)}")
    return value


def _is_plain(annotation: Any, value: object) -> bool:  # noqa: ANN401
    """Whether a value is one of a text, a number and so on, as the annotation wants it."""
    if get_origin(annotation) is Literal:
        return value in get_args(annotation)
    # By the very type: True is an int to Python, and a moment a day.
    return annotation in _PLAIN and type(value) in _PLAIN[annotation][0]


def _each(annotation: Any, values: Collection[object], key: str) -> Iterator[Any]:  # noqa: ANN401
    for number, each in enumerate(values):
        yield value_of(annotation, each, f"{key}.{number}")


def _either(annotations: Collection[Any], value: object, key: str) -> Any:  # noqa: ANN401
    """Returns a value as the first of several annotations that takes it."""
    first: Mistake | None = None
    for annotation in annotations:
        if annotation is types.NoneType:
            continue
        try:
            return value_of(annotation, value, key)
        except Mistake as mistake:
            first = first or mistake
    raise first or Mistake(key, "must be left out")


def _duration(text: str, key: str) -> timedelta:
    try:
        return read_duration(text)
    except ValueError as error:
        raise Mistake(key, str(error)) from error


def in_words(annotation: Any) -> str:  # noqa: ANN401
    """Returns what is written for a value of this kind: "a text", "a list of texts"."""
    origin, arguments = get_origin(annotation), get_args(annotation)
    if annotation in _PLAIN:
        return _PLAIN[annotation][1]
    if annotation is timedelta:
        return 'a length of time such as "3 days"'
    if origin is Literal:
        return " or ".join(f'"{each}"' for each in arguments)
    if origin in (Union, types.UnionType):
        words = (in_words(each) for each in arguments if each is not types.NoneType)
        return ", or ".join(dict.fromkeys(words))
    if origin in _LISTS:
        return f"a list, each {in_words(arguments[0])}"
    if _is_mapping(origin):
        return f"a table, each value {in_words(arguments[1])}"
    return "a table" if attrs.has(annotation) else "a value"
