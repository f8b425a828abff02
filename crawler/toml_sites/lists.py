"""`[[lists]]` of a TOML site: any class of `crawler.sources` that bears a `kind`."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

from crawler import sources
from crawler.sources.base import Source
from crawler.toml_sites.mistakes import Mistake
from crawler.toml_sites.places import check_selector
from crawler.toml_sites.values import keys_of, made
from crawler.urls.parts import web_address

KIND = "kind"
ADDRESSES = ("url", "first")
"""Fields that are addresses of the web."""


def kinds(wanted: str | None = None) -> dict[str, type[Source]]:
    """Returns the sources that can be declared, by the kind that stands on the class.

    wanted: no more modules are loaded once this kind is known.
    """
    modules = pkgutil.walk_packages(sources.__path__, f"{sources.__name__}.")
    while wanted not in (known := _loaded()) and (module := next(modules, None)):
        importlib.import_module(module.name)
    return known


def _loaded() -> dict[str, type[Source]]:
    found = [*_below(Source)]
    return {each.kind: each for each in sorted(found, key=lambda each: each.kind)}


def _below(cls: type[Any]) -> Iterator[type[Source]]:
    for each in cls.__subclasses__():
        if each.__dict__.get(KIND) and each.__module__.startswith(f"{sources.__name__}."):
            yield each
        yield from _below(each)


def read_lists(tables: object, zone: str) -> tuple[Source, ...]:
    """Reads `[[lists]]`. zone: of the site, for lists that print times. Raises: Mistake."""
    if not isinstance(tables, list) or not tables:
        raise Mistake("lists", "a site needs at least one table [[lists]]")
    found: list[Source] = []
    for number, table in enumerate(tables):
        source = _read(table, f"lists.{number}", zone)
        if any(source.name == other.name for other in found):
            raise Mistake(f"lists.{number}.name", f"two lists have the name {source.name!r}")
        found.append(source)
    return tuple(found)


def _read(table: object, key: str, zone: str) -> Source:
    if not isinstance(table, dict):
        raise Mistake(key, "must be a table [[lists]]")
    kind = table.get(KIND)
    known = kinds(str(kind))
    if kind not in known:
        raise Mistake(f"{key}.{KIND}", f"must be one of {', '.join(known)}")
    cls = known[str(kind)]
    others = {"zone": zone} if "zone" in keys_of(cls) else {}
    source = made(cls, {k: v for k, v in table.items() if k != KIND}, key, **others)
    for name in cls.selectors:
        if getattr(source, name) is not None:
            check_selector(getattr(source, name), f"{key}.{name}")
    for name in ADDRESSES:
        address = getattr(source, name, None)
        if address is not None and web_address(address) is None:
            raise Mistake(f"{key}.{name}", f"{address!r} is no address: write https://...")
    return source
