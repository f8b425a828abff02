"""Numbers as bytes: what is looked up is kept packed, a document holds hundreds of them."""

from __future__ import annotations

import sys
from array import array
from collections.abc import Sequence


def packed(code: str, numbers: Sequence[int]) -> bytes:
    """Numbers as bytes, least first on every machine. code: as in the module `array`."""
    found = array(code, numbers)
    if sys.byteorder == "big":
        found.byteswap()
    return found.tobytes()


def unpacked(code: str, data: bytes) -> array[int]:
    """The numbers of `packed`."""
    found: array[int] = array(code)
    found.frombytes(data)
    if sys.byteorder == "big":
        found.byteswap()
    return found
