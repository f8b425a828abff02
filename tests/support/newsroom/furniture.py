"""What no reader reads: navigation, style sheets, scripts and advertisements.

It makes a page as heavy as a real one. The same seed gives the same furniture.
"""

from __future__ import annotations

from random import Random

from tests.support.newsroom.markup import each, esc, fill

_WORDS = """
places: head nav main side foot card list item title tab pic text more btn box tool share bar
kinds: wrap inner left right top bottom cur first last hover on off ani fix mod skin grid
properties: margin padding width height border line-height font-size top left
sizes: 0 4px 8px 12px 20px 36px 100% auto inherit
verbs: init bind show hide load push slide track resize login close fade count
nouns: panel layer feed ticker banner cookie share comment rank player search menu
"""
WORDS = {
    name: words.split() for name, _, words in (line.partition(":") for line in _WORDS.split("\n"))
}


def styles(seed: str, rules: int) -> str:
    """A style element with this many rules."""
    rng = Random(f"style {seed}")
    return "<style>\n" + "\n".join(_rule(rng) for _ in range(rules)) + "\n</style>"


def _rule(rng: Random) -> str:
    pick = {name: rng.choice(words) for name, words in WORDS.items() if words}
    declarations = "; ".join(
        f"{rng.choice(WORDS['properties'])}: {rng.choice(WORDS['sizes'])}"
        for _ in range(rng.randint(2, 5))
    )
    return f"    .{pick['places']}-{pick['kinds']} .{pick['nouns']} {{ {declarations} }}"


def script(seed: str, functions: int) -> str:
    """A script element with this many functions, markup in strings and comparisons included."""
    rng = Random(f"script {seed}")
    return each(
        range(functions),
        lambda _: fill(
            "furniture.html#function",
            verb=rng.choice(WORDS["verbs"]),
            noun=rng.choice(WORDS["nouns"]),
            number=str(rng.randint(2, 900)),
        ),
        between="",
    ).join(['<script type="text/javascript">\n', "</script>"])


def comments(seed: str, count: int) -> str:
    """Marks of editors and ad servers, as the templates of both sites are full of them."""
    rng = Random(f"comment {seed}")
    marks = [f"{rng.choice(WORDS['places'])} {rng.choice(WORDS['nouns'])}" for _ in range(count)]
    return each(marks, lambda mark: f"<!-- {mark} start -->\n\n<!-- {mark} end -->")


def navigation(entries: list[tuple[str, str]], cell: str) -> str:
    """Links of a navigation bar inside elements of class `cell`."""
    return each(
        entries,
        lambda entry: fill("furniture.html#link", cell=cell, url=esc(entry[0]), name=esc(entry[1])),
    )


def sina_ad(place: str) -> str:
    """The element that an ad server fills."""
    return fill("furniture.html#sina_ad", place=place)


def banner(seed: str, slogan: str) -> str:
    """An advertisement with a picture and a slogan."""
    number = Random(f"banner {seed}").randint(100, 999)
    return fill("furniture.html#banner", number=str(number), slogan=esc(slogan))
