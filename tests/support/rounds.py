"""How often the long tests repeat themselves."""

from __future__ import annotations

import os


def rounds(usual: int) -> int:
    """`usual`, or NEWSDESK_SOAK_ROUNDS if that is fewer: a short soak runs with every change."""
    return min(usual, int(os.environ.get("NEWSDESK_SOAK_ROUNDS", usual)))
