"""Numbers as bytes: traces and postings are kept packed, hundreds of numbers in a document."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence


def packed(code: str, numbers: Sequence[int]) -> bytes:
    """Returns numbers as bytes, lowest byte first on every machine. code: as in the
    module `array`."""
    found = array(code, numbers)
    if sys.byteorder == "big":
        found.byteswap()
    return found.tobytes()


def unpacked(code: str, data: bytes) -> array[int]:
    """Returns the numbers of `packed`."""
    found: array[int] = array(code)
    found.frombytes(data)
    if sys.byteorder == "big":
        found.byteswap()
    return found
