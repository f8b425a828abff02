"""Names by which an element can be found again: ids and classes that people gave it.

What a build made (css-1x8k2z, _3fGh2, item_90418) is another name tomorrow, and the place in a row
(div[3]) another one after the next advertisement: neither is ever proposed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from crawler.pages.html import Element

_GOOD = re.compile(r"[A-Za-z][A-Za-z_-]{0,40}(?:[_-]?\d{1,3}){0,2}")
_MANY_PIECES = re.compile(r"(?:[_-][A-Za-z0-9]{1,20}){5}")
_MADE = re.compile(
    r"^(?:css|sc|jsx|svelte|data-v|jss|ng|ember|react)-|[_-]{2}[A-Za-z0-9]{5,8}$"
    r"|[bcdfghjklmnpqrstvwxz]{7}|(?:[a-z][A-Z]){4}"
)
"""What a program gave: a prefix of one, a hash behind two dashes, no syllable, cAmElIzEd."""
_HASHED = re.compile(
    r"(?P<name>[a-z][A-Za-z]{3,20}+(?:[_-][A-Za-z]{1,20}+){0,4}?[_-]{1,2})"
    r"(?=[a-z-]{0,7}[A-Z0-9])[A-Za-z0-9-]{4,8}"
)
"""A name that people gave, and what a build hung on it: index_text_D0U1y, index_text__D0U1y."""
_LOOKS = re.compile(
    r"^(?:clear(?:fix)?|cf|fl|fr|left|right|pull-\w+|float\w*|on|active|current|show|hide|hidden"
    r"|mt|mb|ml|mr|pt|pb|p|m|w|h|f|bold|blue|red|gr[ae]y|black|white|font\w*|fs|fz|col|row|grid"
    r"|container|wrapper|inner|box|first|last|odd|even|item|text-\w+)[-_]?\d{0,4}$",
    re.IGNORECASE,
)
"""Says how it looks or where it stands: any other element may bear it tomorrow."""
_PLAIN_TAGS = frozenset(
    {"h1", "h2", "h3", "time", "article", "em", "i", "b", "strong", "a", "p", "span", "li", "dd"}
    | {"td", "ul", "dl", "tr", "dt", "div"}
)
_ALONE = frozenset({"h1", "h2", "time", "article"})
"""Tags that say by themselves what stands in them."""
_BOXES = frozenset({"div", "ul", "dl", "tr", "td"})
_HIGHEST = 6
_MOST_CLASSES = 6


def is_stable(name: str) -> bool:
    """Whether a name looks as if people gave it, and gave it for good."""
    made = _MADE.search(name) or _MANY_PIECES.search(name) or _HASHED.fullmatch(name)
    return bool(_GOOD.fullmatch(name)) and not made


def own_names(node: Element) -> Iterator[str]:
    """ "#id" and ".class" of an element, the id first; of a name with a hash what stays of it."""
    identifier = node.get("id") or ""
    if is_stable(identifier):
        yield f"#{identifier}"
    for name in (node.get("class") or "").split()[:_MOST_CLASSES]:
        if is_stable(name):
            yield f".{name}"
        elif hashed := _HASHED.fullmatch(name):
            yield f'[class*="{hashed["name"]}"]'


def selectors(node: Element) -> Iterator[str]:
    """Selectors that give this element, the shortest first; others may be given, too.

    Its own name, alone and with its tag; else its tag or name below the name of something around.
    """
    tag, own = str(node.tag), list(own_names(node))
    for name in own:
        yield name
        if name[0] == "." and tag not in {"div", "p"}:
            yield f"{tag}{name}"
    if tag in {"h1", "time", "article"}:
        yield tag
    if tag not in _PLAIN_TAGS and not own:
        return
    inner = [name for name in own if name[0] != "#"]
    for around in islice(node.iterancestors(), _HIGHEST):
        is_parent = around is node.getparent()
        for name in own_names(around):
            yield from (f"{name} {last}" for last in inner)
            if tag in _ALONE:
                yield f"{name} {tag}"
            elif is_parent:
                yield f"{name} > {tag}"
            elif not own and tag not in _BOXES:
                yield f"{name} {tag}"


def strength(selector: str) -> float:
    """How long a selector is likely to live, 0 to 1: by its names and by how many it needs."""
    parts = re.split(r"[\s>]+", selector.partition("@")[0])
    last = parts[-1]
    if last.startswith("meta["):
        return 0.78
    named = [re.sub(r"^\w*[.#]", "", part) for part in parts]
    looks = sum(bool(_LOOKS.match(name)) for name in named)
    value = 1.0 if last.startswith("#") else 0.95 if "." in last else 0.8
    if re.fullmatch("div|p|span|li|a|td|i|b|em|strong", last):
        value -= 0.1
    return value - 0.06 * (len(parts) - 1) - 0.2 * looks
