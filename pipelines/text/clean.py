"""Makes text fit to keep: no control characters, no stray surrogates, plain spaces.

Punctuation, width and script stay as the page has them. Both functions are idempotent.
"""

from __future__ import annotations

import re

_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f"  # control characters that are no white space
    "\xad\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufff9-\ufffb"
    "\ud800-\udfff]"  # halves of a pair: no encoding can hold them
    # joins emoji, and is noise between other characters
    "|(?<![\ufe0f\u2600-\u27bf\U0001f000-\U0001faff])\u200d"
)


def clean_text(text: str) -> str:
    """Cleans a text of paragraphs: one a line, none empty, single spaces inside."""
    lines = (clean_line(line) for line in text.splitlines())
    return "\n".join([line for line in lines if line])


def clean_line(text: str) -> str:
    """Cleans a text of one line: all white space, line breaks too, becomes single spaces."""
    if not text.isprintable():
        text = _UNWANTED.sub("", text)
    elif "  " not in text and text[:1] != " " != text[-1:]:
        return text  # printable text has no white space but plain spaces: nothing to do
    return " ".join(text.split())
