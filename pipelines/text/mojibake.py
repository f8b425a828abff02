"""Text that was once decoded with the wrong encoding, and stored so by somebody."""

from __future__ import annotations

import re

SAMPLE = 1_000
"""Characters that are looked at: the whole page was decoded in the same way."""
FEWEST = 6
"""Fewer characters beyond ASCII prove nothing."""
MOST = 0.7
"""Of real Chinese text a fifth of the GB18030 bytes happen to be UTF-8; of UTF-8 that was read as
GB18030 nearly all are."""
_SCARS = ("锟斤拷", "烫烫烫", "屯屯屯")
"""What the replacement character, and memory that nobody has filled, look like when read as GBK."""

_ASCII = re.compile(r"[\x00-\x7f]+")
_LATIN = re.compile(r"[\x80-\xff]")


def is_mojibake(text: str) -> bool:
    """Whether a Chinese text reads like UTF-8 or GB18030 bytes decoded as something else."""
    sample = text[:SAMPLE]
    if any(scar in sample for scar in _SCARS):
        return True
    wide = _ASCII.sub("", sample)
    if len(wide) < FEWEST:
        return False
    latin = len(_LATIN.findall(wide))
    # In a Chinese text accents are names; where they are most of it they are bytes.
    return latin > MOST * len(wide) or _share_of_utf8(wide) > MOST


def _share_of_utf8(wide: str) -> float:
    """How much of a text would be UTF-8, had its characters been GB18030 bytes."""
    read = wide.encode("gb18030", errors="ignore")
    meant = read.decode("utf-8", errors="ignore").encode()
    return len(meant) / len(read) if read else 0.0
