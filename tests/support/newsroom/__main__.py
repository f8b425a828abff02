"""`python -m tests.support.newsroom` writes fixtures/recordings anew from its data files."""

from __future__ import annotations

from tests.support.newsroom.load import RECORDINGS
from tests.support.newsroom.recording import write

if __name__ == "__main__":
    print(f"{write()} files in {RECORDINGS}")
