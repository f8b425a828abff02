"""Patterns that people write. RE2 reads them: no text keeps it busy, whatever the pattern.

Python's own `re` tries a pattern such as `(a+)+b` for years on forty characters. RE2 goes over its
text once and therefore knows no look-around and no back references.
"""

from __future__ import annotations

import re2

from crawler.toml_sites.mistakes import Mistake

LONGEST = 1000


class Pattern:
    """A pattern as it was written; named groups by name."""

    def __init__(self, text: str) -> None:
        if len(text) > LONGEST:
            raise ValueError(f"a pattern has at most {LONGEST} characters")
        options = re2.Options()
        options.log_errors = False  # else it writes to the terminal itself
        try:
            self._compiled = re2.compile(text, options)
        except re2.error as error:
            said = error.args[0]
            said = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
            raise ValueError(
                f"{text!r} is no pattern of RE2 ({said}); it knows no (?=...), (?<=...) and \\1"
            ) from None
        self.text = text
        self.groups: frozenset[str] = frozenset(self._compiled.groupindex)

    def whole(self, text: str) -> dict[str, str] | None:
        """Returns the named groups if all of a text matches; a group that took no part is ""."""
        match = self._compiled.fullmatch(text)
        return _groups(match) if match else None

    def part(self, text: str) -> tuple[str, dict[str, str]] | None:
        """Returns what matches in a text (its first group, if there is one), and named groups."""
        match = self._compiled.search(text)
        if match is None:
            return None
        found = match.group(1) if self._compiled.groups else match.group()
        return found or "", _groups(match)

    def __repr__(self) -> str:
        return f"Pattern({self.text!r})"


def _groups(match: re2._Match) -> dict[str, str]:
    return {name: value or "" for name, value in match.groupdict().items()}


def pattern_of(text: object, key: str) -> Pattern:
    """Returns a pattern that stands under a key. Raises: Mistake."""
    if not isinstance(text, str) or not text:
        raise Mistake(key, "must be a pattern, a text in single quotes")
    try:
        return Pattern(text)
    except ValueError as error:
        raise Mistake(key, str(error)) from error
