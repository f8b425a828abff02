"""JSON that stands in a web page: in a variable of a script, in an element, in an attribute."""

from __future__ import annotations

import json
import re
from collections import Counter
from functools import lru_cache
from itertools import islice

from crawler.exceptions import SourceError
from crawler.sources.json.answers import loads

MOST_CHARACTERS = 4_000_000
_MOST_PLACES = 50
_TOKEN = re.compile(
    r"\"(?:[^\"\\]|\\.)*+(?:\"|\\?\Z)|'(?:[^'\\]|\\.)*+(?:'|\\?\Z)|[\[\]{}]", re.DOTALL
)
_DEEPEST = 200


def value_of(script: str, variable: str, url: str) -> tuple[object, Counter[str]]:
    """What a script puts into a variable, and what had to be mended in it; the rest is not read.

    Raises:
        SourceError: the variable is not there, or holds nothing that can be read.
    """
    for match in islice(_assignment(variable).finditer(script), _MOST_PLACES):
        begin = match.end()
        if script[begin] in "\"'":
            return loads(_literal(script, begin), url)
        try:
            data, _ = json.JSONDecoder().raw_decode(script, begin)
        except (ValueError, RecursionError):  # a program's object, and no strict JSON
            return loads(_balanced(script, begin), url)
        return data, Counter()
    raise SourceError(f"{url} holds no variable {variable}: has the page changed?")


def props_of(value: object, depth: int = 0) -> object:
    """The data of an Astro island's `props`, where each value is written as [kind, value].

    Raises:
        ValueError: it is nested too deeply.
    """
    if depth > _DEEPEST:
        raise ValueError("nested too deeply")
    if isinstance(value, dict):
        return {name: props_of(each, depth + 1) for name, each in value.items()}
    if not isinstance(value, list) or len(value) not in (1, 2) or not isinstance(value[0], int):
        return value
    held = value[1] if len(value) == 2 else None
    if value[0] == 1 and isinstance(held, str):  # an array as text
        held = json.loads(held)
    if value[0] == 1 and isinstance(held, list):
        return [props_of(each, depth + 1) for each in held]
    return props_of(held, depth + 1) if isinstance(held, dict) else held


@lru_cache(maxsize=64)
def _assignment(variable: str) -> re.Pattern[str]:
    name = re.escape(variable)
    return re.compile(
        rf"(?<![\w$.])(?:window\.|self\.)?{name}\s{{0,9}}+=\s{{0,9}}+(?:JSON\.parse\(\s{{0,9}}+)?(?=[\[{{\"'])"
    )


def _literal(script: str, begin: int) -> str:
    """The text of a string that is JSON itself."""
    match = _TOKEN.match(script, begin)
    return match[0] if match else ""


def _balanced(script: str, begin: int) -> str:
    """The text from a bracket to the one that closes it."""
    open_brackets = 0
    for match in _TOKEN.finditer(script, begin, begin + MOST_CHARACTERS):
        if match[0] in "[{":
            open_brackets += 1
        elif match[0] in "]}":
            open_brackets -= 1
            if open_brackets == 0:
                return script[begin : match.end()]
    return script[begin : begin + MOST_CHARACTERS]
