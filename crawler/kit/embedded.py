"""The data that a page carries in its scripts: JSON-LD, `__NEXT_DATA__`, `var x = {…}`."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice

from crawler.pages.html import Element, find_all, raw_text

JSON_LD = "ld+json"
MOST_VALUES = 3_000
"""Of a page's scripts that are looked at: a list of a hundred articles has some thousand."""
_MOST_SCRIPTS = 100
_LONGEST_SCRIPT = 2_000_000
_DEEPEST = 12
_MOST_ENTRIES = 200
_ASSIGNED = re.compile(
    r"(?:^|[\s;{(,])(?:(?:var|let|const)\s{1,4})?(?P<name>(?:window\.)?[A-Za-z_$][\w$]{1,60})"
    r"\s{0,4}=\s{0,4}(?=[\[{])"
)
_MOST_ASSIGNED = 30


def embedded_data(root: Element | None) -> dict[str, object]:
    """The data of a page by the name that it bears: "ld+json", "window.DATA", "__NEXT_DATA__"."""
    found: dict[str, object] = {}
    for script in islice(find_all(root, "//script[not(@src)]"), _MOST_SCRIPTS):
        text = raw_text(script)
        if len(text) > _LONGEST_SCRIPT:
            continue
        kind = (script.get("type") or "").lower()
        if kind.endswith("json"):
            data = _whole(text)
            name = JSON_LD if kind == "application/ld+json" else script.get("id") or kind
            if data is not None:
                found.setdefault(name, _main(data) if name == JSON_LD else data)
        else:
            for name, data in _assigned(text):
                found.setdefault(name, data)
    return found


def value_at(data: object, path: Sequence[str]) -> str | None:
    """The text or number at a path, None if there is none."""
    for step in path:
        if isinstance(data, dict):
            data = data.get(step)
        elif isinstance(data, list) and step.isdigit() and int(step) < len(data):
            data = data[int(step)]
        else:
            return None
    if isinstance(data, str):
        return data
    is_number = isinstance(data, int | float) and not isinstance(data, bool)
    return str(data) if is_number else None


def scalars(data: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, str]]:
    """The path and text of each value that is no list of many."""
    if depth > _DEEPEST:
        return
    if isinstance(data, dict):
        for key, value in islice(data.items(), _MOST_ENTRIES):
            if isinstance(key, str) and "." not in key:
                yield from scalars(value, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(data, list):
        for number, value in enumerate(data[:2]):
            yield from scalars(value, f"{path}.{number}" if path else str(number), depth + 1)
    elif (text := value_at(data, ())) is not None:
        yield path, text


def arrays(data: object, path: str = "", depth: int = 0) -> Iterator[tuple[str, list[object]]]:
    """The path of each list of objects, the list itself with it."""
    if depth > _DEEPEST:
        return
    if isinstance(data, dict):
        for key, value in islice(data.items(), _MOST_ENTRIES):
            if isinstance(key, str) and "." not in key:
                yield from arrays(value, f"{path}.{key}" if path else key, depth + 1)
    elif isinstance(data, list) and any(isinstance(each, dict) for each in data):
        yield path, data


def _whole(text: str) -> object:
    try:
        data: object = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return data


def _main(data: object) -> object:
    """Of JSON-LD the object that speaks of the article."""
    nodes = data.get("@graph", data) if isinstance(data, dict) else data
    for node in nodes if isinstance(nodes, list) else [nodes]:
        if isinstance(node, dict) and re.search("Article|Posting", str(node.get("@type"))):
            return node
    return data


def _assigned(text: str) -> Iterator[tuple[str, object]]:
    """What a script assigns to names as strict JSON."""
    decoder = json.JSONDecoder()
    for match in islice(_ASSIGNED.finditer(text), _MOST_ASSIGNED):
        try:
            data, _ = decoder.raw_decode(text, match.end())
        except (ValueError, RecursionError):
            continue
        if data:
            yield match["name"], data
