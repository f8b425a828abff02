"""Exponents and indices in plain text: 10⁴, CO₂, x^(a+b)."""

from __future__ import annotations

import re

_RAISED = str.maketrans("0123456789+-−=()n", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁻⁼⁽⁾ⁿ")
_LOWERED = str.maketrans("0123456789+-−=()", "₀₁₂₃₄₅₆₇₈₉₊₋₋₌₍₎")
_HALF_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_HAS_RAISED = re.compile(r"[0-9+\-−=()n]{1,12}")
_HAS_LOWERED = re.compile(r"[0-9+\-−=()]{1,12}")
_ORDINAL = re.compile(r"st|nd|rd|th|er|e|o|a", re.IGNORECASE)
_MARKS = {"TM": "™", "SM": "℠", "R": "®", "C": "©"}
_FORMULA = re.compile(r"[A-Za-zα-ωΑ-Ω0-9+\-−=*/.,()^_¹²³⁰-ₜ ]{1,24}")
_WORD = re.compile(r"[A-Za-zα-ωΑ-Ω0-9]{1,24}")


def shifted(text: str, shift: str) -> str:
    """The text of a `<sup>`, a `<sub>` or a divisor, kept apart from the digits before it.

    shift: as of `shift_of`. Notes in brackets ([1]), ordinals (21st), marks and whatever is in
    Chinese stay as they are.
    """
    inner = text.strip().translate(_HALF_WIDTH)
    if shift == "over":
        return f"/{inner}"
    if shift == "sub":
        if _HAS_LOWERED.fullmatch(inner):
            return inner.translate(_LOWERED)
        sign = "_"
    else:
        if _HAS_RAISED.fullmatch(inner):
            return inner.translate(_RAISED)
        if inner.upper() in _MARKS:
            return _MARKS[inner.upper()]
        if _ORDINAL.fullmatch(inner):
            return inner
        sign = "^"
    if not _FORMULA.fullmatch(inner) or inner[0] in "([^_":
        return text
    return sign + (inner if _WORD.fullmatch(inner) else f"({inner})")
