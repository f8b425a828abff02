"""Makes texts from outside harmless where they are shown: on a terminal, in JSON, in a message.

Such texts may hold escape sequences, C1 controls, and marks that turn the direction of writing.
"""

from __future__ import annotations

import unicodedata

_STEERING = frozenset({"Cc", "Cf", "Cs", "Zl", "Zp"})
"""Categories of Unicode: controls, formats, halves of a pair, ends of lines and paragraphs."""


def harmless(text: str, *, lines: bool = False) -> str:
    """Returns a text without what could steer the place where it is shown.

    lines: keep line ends; else they become blanks, as tabs do.
    """
    if text.isprintable():
        return text
    return "".join(
        character if not _steers(character, lines) else " " if character in "\t\r\n" else ""
        for character in text
    )


def outward(url: object) -> str | None:
    """Returns an address that a site wrote if it can be a link, else nothing: javascript: runs."""
    if not isinstance(url, str) or not url.lower().startswith(("http://", "https://")):
        return None
    return url if url.isprintable() and " " not in url else None


def escaped_json(text: str) -> str:
    """Returns a JSON document in which such characters are written as escapes.

    It means the same. (JSON itself demands that only of the first 32 characters.)
    """
    if text.replace("\n", "").isprintable():
        return text
    return "".join(_escape(each) if _steers(each, lines=True) else each for each in text)


def _escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))


def _steers(character: str, lines: bool) -> bool:
    if character == "\n":
        return not lines
    return unicodedata.category(character) in _STEERING
