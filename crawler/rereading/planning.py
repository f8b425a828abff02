"""Which records are to be read again: dealt out in chunks, each with whole articles.

A record's chunk follows from its article's id alone, so that a plan made anew deals them out in the
same way, however the archive has grown. Of each record only its place in an index is kept.
"""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from attrs import define, field

from crawler.archive.cdxj import Entry, read_line
from crawler.archive.folder import WarcName
from crawler.archive.shipped.whole import Archive
from crawler.urls import ArticleUrl, Identity

CHUNK = 150
"""Records in a chunk, about; MongoDB is asked for its articles at once."""
_REPLAY = "-replay"
_PLACE_BITS = 40
Identify = Callable[[str], Identity]


@define(frozen=True, kw_only=True)
class Chunk:
    """Some articles' records. lines: the places of their lines, by index."""

    number: int
    site: str
    lines: Mapping[str, Sequence[int]] = field(repr=False)

    @property
    def records(self) -> int:
        """Returns how many there are."""
        return sum(map(len, self.lines.values()))


@define(kw_only=True, eq=False)
class Plan:
    """All chunks of a site. files: the archive's, in order. articles: how many were dealt out."""

    site: str
    archive: Archive
    files: Sequence[WarcName]
    chunks: int
    articles: int = 0
    _dealt: list[array[int]] = field(factory=list, repr=False)

    @classmethod
    def of(
        cls,
        archive: Archive,
        site: str,
        identify: Identify,
        *,
        chunks: int | None = None,
        limit: int | None = None,
    ) -> Plan:
        """Deals out a site's records. chunks: as many as an earlier plan had. limit: articles."""
        files = [name for name in archive.names("articles") if site_of(name) == site]
        if chunks is None:
            lines = sum(_line_count(archive.index(name)) for name in files)
            chunks = max(1, lines // CHUNK)
        plan = cls(site=site, archive=archive, files=files, chunks=chunks)
        plan._deal(identify, limit)
        return plan

    def _deal(self, identify: Identify, limit: int | None) -> None:
        self._dealt = [array("Q") for _ in range(self.chunks)]
        seen: set[int] = set()  # of ids: a digest takes a tenth of their room
        for number, name in enumerate(self.files):
            for place, entry in _placed(self.archive.index(name)):
                identity = identify(entry.url)
                if not isinstance(identity, ArticleUrl):
                    continue
                mark = hash(identity.id)
                if limit is not None and mark not in seen and len(seen) >= limit:
                    continue
                seen.add(mark)
                chunk = zlib.crc32(identity.id.encode()) % self.chunks
                self._dealt[chunk].append(number << _PLACE_BITS | place)
        self.articles = len(seen)

    @property
    def records(self) -> int:
        """Returns how many there are in all chunks."""
        return sum(map(len, self._dealt))

    def records_in(self, number: int) -> int:
        """Returns how many there are in a chunk."""
        return len(self._dealt[number])

    def chunk(self, number: int) -> Chunk:
        """Returns one chunk."""
        lines: dict[str, list[int]] = {}
        for packed in self._dealt[number]:
            name = str(self.files[packed >> _PLACE_BITS])
            lines.setdefault(name, []).append(packed & (1 << _PLACE_BITS) - 1)
        return Chunk(number=number, site=self.site, lines=lines)


def site_of(name: WarcName) -> str:
    """Returns the site whose answers a file holds, also of a replay."""
    return name.group.removesuffix(_REPLAY)


def archived_sites(archive: Archive) -> list[str]:
    """Returns the sites of which articles are archived."""
    return sorted({site_of(name) for name in archive.names("articles")})


def entries_of(archive: Archive, chunk: Chunk) -> Iterator[Entry]:
    """Yields the entries of a chunk; those of an index that was removed meanwhile are left out."""
    for name, places in chunk.lines.items():
        with suppress(FileNotFoundError), archive.index(name).open("rb") as file:
            yield from _at(file.seek, file.readline, places)


def _at(
    seek: Callable[[int], int], readline: Callable[[], bytes], places: Iterable[int]
) -> Iterator[Entry]:
    for place in places:
        seek(place)
        with suppress(ValueError):  # the index was written anew meanwhile
            yield read_line(readline())


def _placed(index: Path) -> Iterator[tuple[int, Entry]]:
    with suppress(FileNotFoundError), index.open("rb") as file:
        place = 0
        for line in file:
            with suppress(ValueError):  # torn by a crash; `archive verify` says so
                yield place, read_line(line)
            place += len(line)


def _line_count(index: Path) -> int:
    with suppress(FileNotFoundError), index.open("rb") as file:
        return sum(1 for _line in file)
    return 0
