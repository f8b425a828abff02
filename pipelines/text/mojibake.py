"""Recognises text that somebody has decoded with the wrong encoding and stored so."""

from __future__ import annotations

import re

SAMPLE = 1_000
"""Characters that are looked at: the whole page was decoded in the same way."""
FEWEST = 6
"""Fewer characters beyond ASCII prove nothing."""
MOST = 0.7
"""Share of the text's GB18030 bytes that are valid UTF-8: about a fifth in real Chinese text,
nearly all in UTF-8 that was read as GB18030."""
_SCARS = ("锟斤拷", "烫烫烫", "屯屯屯")
"""What the replacement character and uninitialised memory look like when read as GBK."""

_ASCII = re.compile(r"[\x00-\x7f]+")
_LATIN = re.compile(r"[\x80-\xff]")


def is_mojibake(text: str) -> bool:
    """Returns whether a Chinese text reads like UTF-8 or GB18030 bytes decoded as
    something else."""
    sample = text[:SAMPLE]
    if any(scar in sample for scar in _SCARS):
        return True
    wide = _ASCII.sub("", sample)
    if len(wide) < FEWEST:
        return False
    latin = len(_LATIN.findall(wide))
    # A Chinese text has accents only in names; a text mostly of accents is bytes.
    return latin > MOST * len(wide) or _share_of_utf8(wide) > MOST


def _share_of_utf8(wide: str) -> float:
    """Returns how much of a text would be UTF-8 if its characters were GB18030 bytes."""
    read = wide.encode("gb18030", errors="ignore")
    meant = read.decode("utf-8", errors="ignore").encode()
    return len(meant) / len(read) if read else 0.0
