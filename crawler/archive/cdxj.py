"""The index beside each file: CDXJ, a line for each record that can be asked for.

A line is `surt timestamp {json}`. While a file is being written its lines stand in the order of
writing; when it is closed they are sorted, so that indexes can be merged and searched by halving.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from attrs import define

from crawler.archive.records import read_date
from crawler.archive.surt import beginnings, key_of, surt

REVISIT = "warc/revisit"


@define(frozen=True, kw_only=True, order=False)
class Entry:
    """A line of an index. date: of the record. file: its name below the archive's folder.

    digest: of the body; of a `revisit` that of the earlier record, "" if none is known. posted:
    what was sent (`surt.posted_as`); "" for a plain request.
    """

    url: str
    date: str
    mime: str
    status: int
    digest: str
    offset: int
    length: int
    file: str
    posted: str = ""

    @property
    def is_revisit(self) -> bool:
        return self.mime == REVISIT

    def line(self) -> str:
        """Returns the line, with its end."""
        stamp = self.date[:19].translate(_NO_PUNCTUATION)
        data = {
            "url": self.url,
            "mime": self.mime,
            "status": str(self.status),
            "digest": self.digest,
            "length": str(self.length),
            "offset": str(self.offset),
            "filename": self.file,
            "date": self.date,
        }
        if self.posted:
            data |= {"method": "POST", "requestBody": self.posted}
        return f"{key_of(self.url, self.posted)} {stamp} {json.dumps(data)}\n"


_NO_PUNCTUATION = str.maketrans("", "", "-:T")


def read_line(line: str | bytes) -> Entry:
    """Returns the entry of a line.

    Raises:
        ValueError: it is none.
    """
    text = line.decode("utf-8") if isinstance(line, bytes) else line
    try:
        data = json.loads(text.split(" ", 2)[2])
        entry = Entry(
            url=str(data["url"]),
            date=str(data["date"]),
            mime=str(data["mime"]),
            status=int(data["status"]),
            digest=str(data["digest"]),
            offset=int(data["offset"]),
            length=int(data["length"]),
            file=str(data["filename"]),
            posted=str(data.get("requestBody", "")),
        )
        read_date(entry.date)
    except (IndexError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"no line of an index: {text[:200]!r}") from error
    return entry


def read_index(path: Path) -> Iterator[Entry]:
    """Yields the entries of an index; what is no line is passed over, `verify` says so."""
    with suppress(FileNotFoundError), path.open("rb") as file:
        for line in file:
            with suppress(ValueError):
                yield read_line(line)


def write_index(path: Path, entries: Iterable[Entry]) -> None:
    """Writes an index anew, sorted, and replaces the old one as a whole."""
    draft = path.with_name(path.name + ".part")
    draft.write_bytes(sorted_lines(entry.line() for entry in entries))
    draft.replace(path)


def sort_index(path: Path) -> None:
    """Sorts the lines of an index."""
    lines = path.read_bytes().splitlines(keepends=True)
    draft = path.with_name(path.name + ".part")
    draft.write_bytes(b"".join(sorted(lines)))
    draft.replace(path)


def sorted_lines(lines: Iterable[str]) -> bytes:
    """Returns lines in the order of their bytes, as `LC_ALL=C sort` has them."""
    return b"".join(sorted(line.encode("utf-8") for line in lines))


def find(paths: Iterable[Path], url: str) -> list[Entry]:
    """Returns the records of an address in these indexes, the earliest first.

    Those of what was posted there as well. An address that ends in `*` stands for all that begin
    so.
    """
    start = surt(url.removesuffix("*")) if not url.endswith("/*") else surt(url[:-1]).rstrip("/")
    wanted = (start,) if url.endswith("*") else beginnings(start)
    found: list[Entry] = []
    for path in paths:
        for each in wanted:
            found += _matching(path, each.encode("utf-8"))
    return sorted(found, key=lambda entry: (entry.date, entry.file, entry.offset))


def _matching(path: Path, wanted: bytes) -> Iterator[Entry]:
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return
    place = 0 if data.startswith(wanted) else data.find(b"\n" + wanted)
    while place >= 0:
        begin = place + 1 if data[place : place + 1] == b"\n" else place
        end = data.find(b"\n", begin)
        with suppress(ValueError):  # torn by a crash
            yield read_line(data[begin : end if end >= 0 else len(data)])
        place = data.find(b"\n" + wanted, begin)


def as_data(entry: Entry) -> Mapping[str, object]:
    """Returns an entry as plain values."""
    posted = {"posted": entry.posted} if entry.posted else {}
    return {
        "url": entry.url,
        **posted,
        "at": read_date(entry.date).isoformat(),
        "status": entry.status,
        "type": "revisit" if entry.is_revisit else entry.mime,
        "digest": entry.digest,
        "file": entry.file,
        "offset": entry.offset,
        "length": entry.length,
    }
