"""Texts that are hard for a regular expression, made from the expression itself.

Whatever a pattern repeats is repeated many times, after a text that leads the matcher there and
before one that lets it fail at the end. A pattern that tries the same characters in several ways
shows it by its cost.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import re._constants as codes  # type: ignore[import-not-found]
import re._parser as parser  # type: ignore[import-not-found]
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from types import FrameType
from typing import Any

ROOMS = ("crawler", "pipelines", "schedules", "newsdesk")
PLAIN = ("", " ", "\n", "x", "7", "中", "(", "[", "<", "/", ".", ",", ":")
ENDS = ("", "\0", "\n", " \0", "中")
OTHERS = 'x9 中,，\n:(a"<>/-_0甄'
REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}
ENDLESS_SECONDS = 2.0


class TooSlow(Exception):
    """Raised within a match that does not come to an end."""


def patterns() -> dict[str, re.Pattern[Any]]:
    """Every compiled pattern of the product by the place where it stands."""
    found: dict[int, tuple[str, re.Pattern[Any]]] = {}
    for room in ROOMS:
        package = importlib.import_module(room)
        for module in pkgutil.walk_packages(package.__path__, f"{room}."):
            if module.name.endswith(("__main__", "crawler.settings")):
                continue
            for name, value in vars(importlib.import_module(module.name)).items():
                for place, pattern in _inside(f"{module.name}.{name}", value, module.name):
                    found.setdefault(id(pattern), (place, pattern))
    return dict(sorted(found.values(), key=lambda each: each[0]))


def _inside(name: str, value: object, module: str) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif isinstance(value, Mapping):
        for key, each in value.items():
            yield from _inside(f"{name}[{key!r}]", each, module)
    elif isinstance(value, tuple | list | set | frozenset):
        for number, each in enumerate(value):
            yield from _inside(f"{name}[{number}]", each, module)
    elif isinstance(value, type) and value.__module__ == module:
        for key, each in vars(value).items():
            if not key.startswith("__") and not isinstance(each, type):
                yield from _inside(f"{name}.{key}", each, module)


def hard_texts(pattern: re.Pattern[Any], length: int) -> Iterator[str]:
    """Texts of about that many characters."""
    tree = parser.parse(pattern.pattern, pattern.flags)
    pumped = {(head, unit) for head, unit in _pumps(tree, "") if unit}
    pumped |= {("", head + unit) for head, unit in pumped} | {("", unit) for unit in PLAIN if unit}
    for head, unit in sorted(pumped):
        for end in ENDS:
            yield head + unit * (length // len(unit)) + end


def _pumps(tree: Sequence[tuple[Any, Any]], before: str) -> Iterator[tuple[str, str]]:
    """What leads to each repetition of a pattern, and what it repeats."""
    for number, (code, argument) in enumerate(tree):
        head = before + _sample(tree[:number], 0)
        if code in REPEATS:
            yield from ((head, _sample(argument[2], way)) for way in range(3))
            yield from _pumps(argument[2], head)
        for part in _parts(code, argument):
            yield from _pumps(part, head)


def _parts(code: object, argument: Any) -> Sequence[Sequence[tuple[Any, Any]]]:
    if code is codes.BRANCH:
        return list(argument[1])
    if code is codes.SUBPATTERN:
        return [argument[-1]]
    if code is codes.ATOMIC_GROUP:
        return [argument]
    return [argument[1]] if code in (codes.ASSERT, codes.ASSERT_NOT) else []


def _sample(tree: Sequence[tuple[Any, Any]], way: int) -> str:
    """A text that the tree matches; `way` chooses among its alternatives."""
    out = []
    for code, argument in tree:
        if code is codes.LITERAL:
            out.append(chr(argument))
        elif code in (codes.ANY, codes.NOT_LITERAL):
            out.append("x" if argument != ord("x") else "y")
        elif code is codes.IN:
            out.append(_one_of(argument))
        elif code in REPEATS:
            out.append(_sample(argument[2], way) * max(argument[0], way % 2))
        elif code not in (codes.ASSERT, codes.ASSERT_NOT):
            parts = _parts(code, argument)
            out.append(_sample(parts[way % len(parts)], way) if parts else "")
    return "".join(out)


def _one_of(items: Sequence[tuple[Any, Any]]) -> str:
    """A character of a set: its first one, or one that a negated set does not name."""
    if items[0][0] is codes.NEGATE:
        named = {chr(each) for code, each in items if code is codes.LITERAL}
        ranges = [each for code, each in items if code is codes.RANGE]
        kinds = [_CATEGORIES[each] for code, each in items if code is codes.CATEGORY]
        return next(
            (
                each
                for each in OTHERS
                if each not in named
                and not any(low <= ord(each) <= high for low, high in ranges)
                and not any(re.match(kind, each) for kind in kinds)
            ),
            "\u3400",
        )
    code, first = items[0]
    if code is codes.CATEGORY:
        return next(each for each in OTHERS if re.match(_CATEGORIES[first], each))
    return chr(first if code is codes.LITERAL else first[0])


_CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}


def cost(pattern: re.Pattern[Any], text: str) -> float:
    """CPU seconds that searching and matching take: the better of two tries.

    One that takes seconds is broken off and costs ENDLESS_SECONDS.
    """
    subject = text.encode("latin-1", "replace") if isinstance(pattern.pattern, bytes) else text
    tries = []
    before = signal.signal(signal.SIGALRM, _break_off)
    try:
        for _ in range(2):
            signal.setitimer(signal.ITIMER_REAL, ENDLESS_SECONDS)
            begun = time.process_time()
            pattern.search(subject)
            pattern.fullmatch(subject)
            tries.append(time.process_time() - begun)
            if tries[-1] < ENDLESS_SECONDS / 1000:
                break
    except TooSlow:
        return ENDLESS_SECONDS
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
    return min(tries)


def _break_off(number: int, frame: FrameType | None) -> None:
    raise TooSlow
