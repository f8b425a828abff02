"""Cuts Chinese text into words, by jieba.

Its dictionary takes 33 MB and a tenth of a crawl's start, and many a process never cuts a word: it
is loaded when the first one is asked for.
"""

from __future__ import annotations


def cut(text: str, *, guessed: bool = True) -> list[str]:
    """Returns the words of a text. guessed: also such as the dictionary does not have."""
    import rjieba

    found: list[str] = rjieba.cut(text, guessed)
    return found


def tagged(text: str) -> list[tuple[str, str]]:
    """Returns the words of a text, each with its part of speech."""
    import rjieba

    found: list[tuple[str, str]] = rjieba.tag(text)
    return found


def is_word(text: str) -> bool:
    """Whether the dictionary has a word."""
    import rjieba

    return bool(rjieba.has_word(text))
