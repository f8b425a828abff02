"""Where a value stands on a page, as `[article.fields]` says it.

A place is a CSS selector, the name of a meta tag, or the way through JSON: in JSON-LD, in a script
or as the page's own answer. Several are tried in order.
"""

from __future__ import annotations

import re
from functools import cache
from string import Formatter

from attrs import define
from cssselect import SelectorError
from parsel.csstranslator import css2xpath

from crawler.toml_sites.mistakes import Mistake
from crawler.toml_sites.patterns import Pattern, pattern_of
from crawler.toml_sites.values import made

WAYS = ("css", "meta", "json_ld", "script", "json")
MARK = re.compile(r"[a-z0-9]{0,20}[.#][A-Za-z_][\w-]{0,80}")
"""Selectors that all are found in one walk over the tree; each other one costs a walk."""
_SCRIPT = re.compile(r"[A-Za-z_$][\w$.]{0,80}")
_HAS_CLASS = re.compile(r"@class and contains\(concat\([^()]*+\(@class\), ' '\), ' ([^' ]++) '\)")
"""How the XPath of a selector asks for a class."""
_MOST_PLACES = 20


@define(frozen=True, kw_only=True)
class Written:
    """One place as it is written; exactly one of css, meta, json_ld, script and json is given.

    css: a selector. attribute: of the element, instead of its text. meta: name or property of a
    meta tag. json_ld: way into the page's JSON-LD, "author.name". script: the variable that a
    script sets to JSON ("allData"), or the selector of a script that is JSON ("#__NEXT_DATA__");
    path: the way in it. json: way into an answer that is JSON. In a way `*` stands for each of a
    list. pattern: the part of the text that counts: its first group, or all that matches. form:
    puts the named groups of the pattern together, "{year}-{day}".
    """

    css: str | None = None
    attribute: str | None = None
    meta: str | None = None
    json_ld: str | None = None
    script: str | None = None
    path: str | None = None
    json: str | None = None
    pattern: str | None = None
    form: str | None = None


@define(frozen=True, kw_only=True)
class Place:
    """The same, checked and compiled. way: one of WAYS; where: its value."""

    way: str
    where: str
    path: tuple[str, ...] = ()
    attribute: str | None = None
    pattern: Pattern | None = None
    form: str | None = None

    def part_of(self, text: str) -> str:
        """Returns the part of a text that counts; "" if the pattern is not in it."""
        if self.pattern is None:
            return text
        found = self.pattern.part(text)
        if found is None:
            return ""
        return self.form.format_map(found[1]) if self.form else found[0]


def read_places(value: object, key: str) -> tuple[Place, ...]:
    """Reads a field: a selector, a table, or a list of both in order of trial. Raises: Mistake."""
    values = value if isinstance(value, list) else [value]
    if not values or len(values) > _MOST_PLACES:
        raise Mistake(key, f"must be a selector, a table, or a list of 1 to {_MOST_PLACES} of both")
    return tuple(_place(each, key) for each in values)


def _place(value: object, key: str) -> Place:
    if isinstance(value, str):
        value = {"css": value}
    if not isinstance(value, dict):
        raise Mistake(key, 'must be a selector, a table such as { meta = "..." }, or a list')
    said = made(Written, value, key)
    ways = [way for way in WAYS if getattr(said, way) is not None]
    if len(ways) != 1:
        raise Mistake(key, f"needs one of {', '.join(WAYS)}, not {' and '.join(ways) or 'none'}")
    way = ways[0]
    where = getattr(said, way)
    _check(said, way, where, key)
    return Place(
        way=way,
        where=where,
        path=_steps(said.path if way == "script" else where, way),
        attribute=said.attribute,
        pattern=pattern_of(said.pattern, f"{key}.pattern") if said.pattern is not None else None,
        form=said.form,
    )


def _check(said: Written, way: str, where: str, key: str) -> None:
    if way == "css":
        check_selector(where, f"{key}.css")
    elif said.attribute is not None:
        raise Mistake(f"{key}.attribute", "belongs to css")
    if way == "script":
        if where.startswith(("#", ".")):
            check_selector(where, f"{key}.script")
        elif not _SCRIPT.fullmatch(where):
            raise Mistake(f"{key}.script", "must be a variable's name, or begin with # or .")
    elif said.path is not None:
        raise Mistake(f"{key}.path", "belongs to script")
    if said.form is not None:
        _check_form(said, key)


def _check_form(said: Written, key: str) -> None:
    pattern = pattern_of(said.pattern, f"{key}.pattern")
    try:
        names = [name for _, name, _, _ in Formatter().parse(said.form or "") if name is not None]
    except ValueError as error:
        raise Mistake(f"{key}.form", f"is no template: {error}") from error
    for name in names:
        if name not in pattern.groups:
            raise Mistake(f"{key}.form", f"there is no group {name!r} in the pattern")


def _steps(path: str | None, way: str) -> tuple[str, ...]:
    return tuple(path.split(".")) if path and way in ("json_ld", "script", "json") else ()


def read_selectors(value: object, key: str) -> tuple[str, ...]:
    """Reads selectors that count together, not in order of trial. Raises: Mistake."""
    values = value if isinstance(value, list) else [value]
    for each in values:
        if not isinstance(each, str):
            raise Mistake(key, "must be selectors")
        check_selector(each, key)
    return tuple(values)


def check_selector(css: str, key: str) -> None:
    """Raises: Mistake; it is no CSS selector."""
    try:
        xpath_of(css)
    except (SelectorError, ValueError) as error:
        raise Mistake(key, f"{css!r} is no CSS selector: {error}") from error


@cache
def xpath_of(css: str) -> str:
    """Returns a selector as XPath. Selectors are constants of the sites.

    Nearly all elements lack a class that is looked for, which is cheap to see.
    """
    return _HAS_CLASS.sub(r"contains(@class, '\1') and \g<0>", css2xpath(css))
