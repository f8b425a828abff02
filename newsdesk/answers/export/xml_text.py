"""Text that XML can hold."""

from __future__ import annotations

import re

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def xml_text(text: str) -> str:
    """Returns the text with U+FFFD in place of what XML forbids."""
    return _NOT_XML.sub("\ufffd", text)
