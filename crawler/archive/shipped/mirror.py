"""What the target holds, as it was last seen: a list of its files, and their indexes.

Indexes are small and change only when a file is repaired, so each machine keeps those of all: what
an address has is found without the target.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from attrs import define

from crawler.archive.exceptions import NotThere
from crawler.archive.folder import ArchiveFolder, WarcName, index_of, read_name, write_whole
from crawler.archive.shipped.target import Target

FRESH_SECONDS = 300.0
"""For which a list is believed before the target is asked again."""
_LIST = "files.json"
_MOST_AT_ONCE, _MOST_BYTES = 100, 16 * 1024 * 1024


@define(frozen=True)
class Mirror:
    """The list and the indexes of a target in the local folder."""

    folder: ArchiveFolder
    target: Target

    def sizes(self) -> dict[WarcName, int]:
        """Returns the files of the target, with their bytes, as they were last seen."""
        with suppress(AttributeError, FileNotFoundError, RecursionError, TypeError, ValueError):
            listed = json.loads((self.folder.mirror / _LIST).read_bytes())
            names = ((read_name(name), size) for name, size in listed.items())
            return {name: int(size) for name, size in names if name is not None}
        return {}

    def index(self, name: str) -> Path:
        """Returns the path of an index, which is fetched if it is not here yet.

        Raises:
            NotThere: the target holds none.
            TargetAway: it does not answer.
        """
        path = index_of(self.folder.mirror / name)
        if not path.is_file():
            self._keep([_index_name(name)])
        if not path.is_file():
            raise NotThere(f"{name} is neither in {self.folder.root} nor in {self.target.address}")
        return path

    def is_fresh(self) -> bool:
        """Whether the target was asked a moment ago."""
        try:
            age = time.time() - (self.folder.mirror / _LIST).stat().st_mtime
        except FileNotFoundError:
            return False
        return 0 <= age < FRESH_SECONDS

    def refresh(self, sizes: Mapping[str, int] | None = None) -> dict[WarcName, int]:
        """Asks the target what it holds, and fetches the indexes that are not here yet.

        sizes: if it was asked a moment ago.

        Raises:
            TargetAway: it does not answer; all stays as it was.
            OSError: the local disk is full or broken.
        """
        if sizes is None:
            sizes = self.target.sizes()
        indexes = {name: size for name, size in sizes.items() if read_name(name) is None}
        here = {
            path.relative_to(self.folder.mirror).as_posix(): path.stat().st_size
            for path in self.folder.mirror.glob("*/*/*.cdxj")
        }
        for each in _batches({n: s for n, s in indexes.items() if here.get(n) != s}):
            self._keep(each)
        for name in here.keys() - indexes.keys():
            (self.folder.mirror / name).unlink(missing_ok=True)
        whole = {
            name: size
            for name, size in sizes.items()
            if read_name(name) and _index_name(name) in indexes
        }
        self.folder.mirror.mkdir(parents=True, exist_ok=True)
        write_whole(self.folder.mirror / _LIST, json.dumps(whole).encode())
        return self.sizes()

    def _keep(self, indexes: Sequence[str]) -> None:
        found = self.target.ranges([(name, 0, None) for name in indexes])
        for name, data in zip(indexes, found, strict=True):
            if data is not None:  # else it was removed meanwhile
                path = self.folder.mirror / name
                path.parent.mkdir(parents=True, exist_ok=True)
                write_whole(path, data)


def _index_name(name: str) -> str:
    return index_of(Path(name)).as_posix()


def _batches(sizes: Mapping[str, int]) -> Iterator[list[str]]:
    """Yields names, so many at once as memory may hold."""
    batch: list[str] = []
    room = _MOST_BYTES
    for name, size in sizes.items():
        if batch and (len(batch) >= _MOST_AT_ONCE or room < size):
            yield batch
            batch, room = [], _MOST_BYTES
        batch.append(name)
        room -= size
    if batch:
        yield batch
