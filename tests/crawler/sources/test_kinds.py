"""What holds for all kinds of sources: a name, and fields that a file can hold."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from datetime import timedelta
from types import NoneType, UnionType
from typing import Union, get_args, get_origin, get_type_hints

import attrs
import pytest

from crawler import sources
from crawler.sources.base import Source
from crawler.sources.html import plain_title

PLAIN = {str, int, bool, float, NoneType, object, timedelta}


def kinds() -> list[type[Source]]:
    """The classes that have a KIND of their own."""
    modules = [
        importlib.import_module(each.name)
        for each in pkgutil.walk_packages(sources.__path__, f"{sources.__name__}.")
    ]
    return [
        each
        for module in modules
        for each in vars(module).values()
        if isinstance(each, type) and each.__module__ == module.__name__ and _is_kind(each)
    ]


def _is_kind(each: type) -> bool:
    return issubclass(each, Source) and bool(vars(each).get("KIND"))


def is_plain(kind: object) -> bool:
    if get_origin(kind) in (Union, UnionType, tuple, Mapping):
        return all(is_plain(each) for each in get_args(kind) if each is not Ellipsis)
    return kind in PLAIN


def test_each_kind_has_a_name() -> None:
    names = [each.KIND for each in kinds()]
    assert len(set(names)) == len(names)
    assert {"page", "links", "json", "script-json", "feed", "sitemap", "rendered"} <= set(names)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.KIND)
def test_its_fields_are_plain(kind: type[Source]) -> None:
    hints = get_type_hints(kind)
    fields = attrs.fields(kind)
    assert [each.name for each in fields if not is_plain(hints[each.name])] == []
    assert all(each.kw_only for each in fields)


@pytest.mark.parametrize(
    ("markup", "title"),
    [
        ("石桥", "石桥"),
        ('<a href="/1"><b>石桥</b>修好了</a>', "石桥修好了"),
        ("A&amp;B &quot;C&quot;", 'A&B "C"'),
        ("1 < 2 & 3", "1 < 2 & 3"),
        (" \x00", ""),
        ("<b></b>", ""),
    ],
)
def test_markup_in_a_title_is_none_of_it(markup: str, title: str) -> None:
    assert plain_title(markup) == title
