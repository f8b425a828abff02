"""What no reader reads: navigation, style sheets, scripts and advertisements.

It makes a page as heavy as a real one. The same seed gives the same furniture.
"""

from __future__ import annotations

from random import Random

from tests.support.newsroom.markup import attr, each, text

_PLACES = "head nav main side foot card list item title tab pic text more btn box tool share bar".split()
_KINDS = "wrap inner left right top bottom cur first last hover on off ani fix mod skin grid".split()
_SIZES = ("0", "4px", "8px", "12px", "20px", "1px solid #e6e6e6", "0 auto", "100%")
_PROPERTIES = "margin padding width height border line-height font-size top left".split()
_VERBS = "init bind show hide load push slide track resize login close fade count".split()
_NOUNS = "panel layer feed ticker banner cookie share comment rank player search menu".split()


def styles(seed: str, rules: int) -> str:
    """A style element with this many rules."""
    rng = Random(f"style {seed}")
    lines = []
    for _ in range(rules):
        selector = f".{rng.choice(_PLACES)}-{rng.choice(_KINDS)} .{rng.choice(_PLACES)}"
        body = "; ".join(
            f"{rng.choice(_PROPERTIES)}: {rng.choice(_SIZES)}" for _ in range(rng.randint(2, 5))
        )
        lines.append(f"        {selector} {{ {body} }}")
    return "<style>\n" + "\n".join(lines) + "\n    </style>" if lines else ""


def script(seed: str, functions: int) -> str:
    """A script element with this many functions, markup in strings and a comparison included."""
    rng = Random(f"script {seed}")
    lines = []
    for _ in range(functions):
        verb, noun = rng.choice(_VERBS), rng.choice(_NOUNS)
        number = rng.randint(2, 900)
        lines.append(
            f"    function {verb}_{noun}_{number}(node) {{\n"
            f"        var left = node.offsetLeft, width = {number};\n"
            f"        if (left < width && width > 1) {{ node.innerHTML = "
            f"'<span class=\"{noun}-{verb}\">' + left + '<\\/span>'; }}\n"
            f"        return window.{noun}Conf ? {verb}Later(node, '{noun}:{number}') : null;\n"
            f"    }}"
        )
    return (
        '<script type="text/javascript">\n' + "\n".join(lines) + "\n</script>" if lines else ""
    )


def comments(seed: str, count: int) -> str:
    """Marks of editors and ad servers, as the templates of both sites are full of them."""
    rng = Random(f"comment {seed}")
    return "\n".join(
        f"<!-- {rng.choice(_PLACES)} {rng.choice(_NOUNS)} {rng.randint(1, 9)} {end} -->"
        for _ in range(count)
        for end in ("start", "end")
    )


def navigation(entries: list[tuple[str, str]], cell: str) -> str:
    """Links of a navigation bar inside elements of class `cell`."""
    return each(
        entries,
        lambda entry: (
            f'<div class="{cell}"><a href="{attr(entry[0])}" title="{attr(entry[1])}">'
            f"{text(entry[1])}</a></div>"
        ),
    )


def sina_ad(place: str) -> str:
    """The element that an ad server fills."""
    return (
        f'<ins class="sinaads" data-ad-pdps="{place}"></ins>\n'
        "<script>(sinaads = window.sinaads || []).push({});</script>"
    )


def banner(seed: str, slogan: str, link: str) -> str:
    """An advertisement with a picture and a slogan."""
    number = Random(f"banner {seed}").randint(100, 999)
    return (
        f'<div class="ad-banner ad_{number}"><a href="{attr(link)}" target="_blank" rel="nofollow">'
        f'<img src="https://ads.example/{number}.gif" width="640" height="90" alt="广告">'
        f"</a><p>{text(slogan)}</p></div>"
    )
