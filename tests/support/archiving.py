"""Archives pages until it is killed: `python -m tests.support.archiving FOLDER FIRST`.

Prints the number and place of each page once that is written, and what was cut off at the start.
"""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

from tests.support.archives import archivist, exchange


def main(root: Path, first: int) -> None:
    found = archivist(root, file_size=150_000)
    for number in itertools.count(first):
        place = found.put(exchange(number)).result(30)
        assert place is not None, found.tally
        print(number, place.file, place.offset, place.digest, *found.tally.torn[:1], flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
