"""Copies of texts in the other script, for reading. For comparing: `pipelines.text.fold`."""

from __future__ import annotations

from functools import lru_cache

import opencc


def simplified(text: str) -> str:
    """Returns the text in Simplified script, converted word by word with OpenCC's phrases (乾隆
    stays).

    Words stay those of the writer (計程車 becomes 计程车, not 出租车). The length may change, so
    offsets of hits do not fit the copy.
    """
    converted: str = _converter("t2s").convert(text)
    return converted


def traditional(text: str) -> str:
    """Returns the text in Traditional script, likewise."""
    converted: str = _converter("s2t").convert(text)
    return converted


@lru_cache(maxsize=2)
def _converter(way: str) -> opencc.OpenCC:
    return opencc.OpenCC(way)
