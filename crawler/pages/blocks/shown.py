"""What a browser shows of a page, as far as the markup alone can tell."""

from __future__ import annotations

import re

from crawler.pages.html import Attributes, Element

_NEVER_SHOWN_TAGS = """
    script style noscript template head title meta link iframe object embed video audio
    select option button input textarea svg canvas map rp
"""
_BLOCK_TAGS = """
    address article aside blockquote body caption center dd details div dl dt fieldset figcaption
    figure footer form h1 h2 h3 h4 h5 h6 header hr html li listing main nav ol p pre section
    summary table tbody td tfoot th thead tr ul xmp
"""
NEVER_SHOWN = frozenset(_NEVER_SHOWN_TAGS.split())
BLOCKS = frozenset(_BLOCK_TAGS.split())
BREAKS = BLOCKS | {"br"}
CELLS = frozenset({"td", "th"})
ROWS_OF_TEXT = frozenset({"pre", "xmp", "listing"})
_MATHS = frozenset({"mn", "mi", "mo", "mtext", "mrow"})
_SHIFTS = {("msup", 1): "sup", ("msub", 1): "sub", ("msubsup", 1): "sub", ("msubsup", 2): "sup"}
_SHIFTS |= {("mfrac", 1): "over"}
STYLED = ROWS_OF_TEXT | _MATHS | {"sup", "sub"}
"""Tags that say how their text is set; of the others only `style` does."""
_HIDDEN = re.compile(
    r"(?:^|;)\s*+(?:display\s*+:\s*+none|visibility\s*+:\s*+hidden|(?:left|top|text-indent)\s*+:\s*+-\d{3})",
    re.IGNORECASE,
)
_KEPT_BREAKS = re.compile(r"(?:^|;)\s*+white-space\s*+:\s*+(?:pre|break-spaces)", re.IGNORECASE)
_SHIFTED = re.compile(r"(?:^|;)\s*+vertical-align\s*+:\s*+(super|sub)\b", re.IGNORECASE)
_ADVERTISING = re.compile(r"(?<![a-z])ad(?:s|sbygoogle|vert)?(?![a-z])|sinaads", re.IGNORECASE)
_VOTE = re.compile(r"(?<![a-z])(?:vote|poll|survey|toupiao|diaocha)", re.IGNORECASE)
_LONGEST_VOTE = 600


def is_hidden(attributes: Attributes) -> bool:
    """Whether an element's attributes say that it is not shown."""
    style = attributes.get("style")
    return "hidden" in attributes or (style is not None and _HIDDEN.search(style) is not None)


def is_advertising(attributes: Attributes) -> bool:
    """Whether an `<ins>` is the place of an advertisement and no inserted text."""
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    return any(name.startswith("data-ad") for name in attributes) or (
        _ADVERTISING.search(names) is not None
    )


def is_vote(element: Element, attributes: Attributes) -> bool:
    """Whether an element is a box in which readers vote: named so, with fields or buttons."""
    names = f"{attributes.get('class', '')} {attributes.get('id', '')}"
    if len(names) == 1 or not _VOTE.search(names):
        return False
    has_fields = next(element.iter("input", "button", "select"), None) is not None
    return has_fields and len("".join(element.itertext())) < _LONGEST_VOTE


def keeps_breaks(element: Element, tag: str) -> bool:
    """Whether line breaks in the source are line breaks on the screen."""
    if tag in ROWS_OF_TEXT:
        return True
    style = element.get("style")
    return style is not None and _KEPT_BREAKS.search(style) is not None


def shift_of(element: Element, tag: str) -> str | None:
    """ "sup" for what is raised, "sub" for what is lowered, "over" for what stands under the bar
    of a fraction, None for what stands on the line."""
    if tag in ("sup", "sub"):
        return tag
    if tag in _MATHS:
        return _shift_in_formula(element)
    style = element.get("style")
    if style is None or "vertical" not in style:
        return None
    match = _SHIFTED.search(style)
    return None if match is None else "sup" if match[1].lower() == "super" else "sub"


def _shift_in_formula(element: Element) -> str | None:
    parent = element.getparent()
    return None if parent is None else _SHIFTS.get((str(parent.tag), parent.index(element)))
