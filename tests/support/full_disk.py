"""Archives pages while the system refuses files beyond a size, and then again without that limit.

`python -m tests.support.full_disk FOLDER` prints what became of them as JSON. The limit stands in
for a full disk and holds for this process alone.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

from tests.support.archives import archivist, exchange

LIMIT = 20_000


def main(root: Path) -> None:
    _, most = resource.getrlimit(resource.RLIMIT_FSIZE)
    found = archivist(root)
    found.put(exchange(0)).result(30)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, most))
    tight = [found.put(exchange(number)).result(30) for number in range(1, 60)]
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    later = [found.put(exchange(number)).result(30) for number in range(60, 70)]
    closed = found.close(30)
    print(
        json.dumps(
            {
                "tight": sum(place is not None for place in tight),
                "later": sum(place is not None for place in later),
                "closed": closed,
                "lost": found.tally.lost,
                "error": found.tally.error,
            }
        )
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
