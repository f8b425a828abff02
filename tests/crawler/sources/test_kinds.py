"""What holds for all kinds of sources: a name, and fields that a file can hold."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from types import NoneType, UnionType
from typing import Union, get_args, get_origin, get_type_hints

import attrs
import pytest

from crawler import sources
from crawler.sources.base import Source
from crawler.sources.html import plain_title
from crawler.sources.json_items import JsonItems
from crawler.sources.list_page import ListPage
from crawler.sources.script_json import ScriptJson
from crawler.sources.sitemap import Sitemap

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
    return issubclass(each, Source) and bool(vars(each).get("kind"))


def is_plain(kind: object) -> bool:
    if get_origin(kind) in (Union, UnionType, tuple, Mapping):
        return all(is_plain(each) for each in get_args(kind) if each is not Ellipsis)
    return kind in PLAIN


def test_each_kind_has_a_name() -> None:
    names = [each.kind for each in kinds()]
    assert len(set(names)) == len(names)
    assert {"pages", "links", "json", "script-json", "feed", "sitemap", "rendered"} <= set(names)


@pytest.mark.parametrize("kind", kinds(), ids=lambda kind: kind.kind)
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


@pytest.mark.parametrize(
    ("kind", "declared", "why"),
    [
        (JsonItems, {"url": "https://a.cn/{id}", "items": ""}, "{id} has no value: cursor says"),
        (JsonItems, {"body": {"a": [{"b": "{id}"}]}, "items": ""}, "{id} has no value"),
        (JsonItems, {"url": "https://a.cn/?n={offset}", "items": ""}, "{offset} needs page_size"),
        (JsonItems, {"form": {"n": "{offset}"}, "items": ""}, "{offset} needs page_size"),
        (JsonItems, {"form": {"n": "1"}, "body": {"n": 1}, "items": ""}, "both body and form"),
        (ListPage, {"url": "https://a.cn/?n={offset}", "entry": "li"}, "{offset} needs page_size"),
        (Sitemap, {"where": "("}, "where='(' is no regular expression"),
        (ScriptJson, {"items": ""}, "name the variable or the element"),
    ],
)
def test_a_declaration_that_cannot_be_carried_out_says_why(
    kind: Callable[..., Source], declared: dict[str, object], why: str
) -> None:
    with pytest.raises(ValueError, match=re.escape(f"latest: {why}")):
        kind(**{"name": "latest", "title": "L", "url": "https://a.cn/", **declared})
