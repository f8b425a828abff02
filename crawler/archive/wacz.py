"""Puts records into a WACZ: one file that shows a page wherever it is opened (WACZ 1.1.1)."""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

from attrs import define, evolve

from crawler.archive.cdxj import Entry, sorted_lines
from crawler.archive.members import pack
from crawler.archive.records import new_id, read_date, warc_date, warcinfo_record

_WARC = "data.warc.gz"
_OLDEST = (1980, 1, 1, 0, 0, 0)
"""A fixed time for all members: the same records make the same bytes."""


@define(frozen=True, kw_only=True)
class Exported:
    """A record to be exported: its line in the index, and its member as it stands in the archive.

    asked: the member before it, with the request.
    """

    entry: Entry
    member: bytes
    asked: bytes = b""


def write_wacz(
    target: Path,
    records: Sequence[Exported],
    *,
    title: str,
    software: str,
    at: datetime,
) -> None:
    """Writes a WACZ with these records; the first one is the page that it opens with.

    Raises:
        FileExistsError: there is such a file.
        OSError: it cannot be written.
    """
    info = warcinfo_record(new_id(), at, _WARC, {"software": software, "format": "WARC/1.1"})
    warc = pack(info, stored=True)
    lines = []
    for each in records:
        warc += each.asked
        lines.append(evolve(each.entry, offset=len(warc), file=_WARC).line())
        warc += each.member
    page = records[0].entry
    parts = {
        f"archive/{_WARC}": warc,
        "indexes/index.cdx": sorted_lines(lines),
        "pages/pages.jsonl": _json_lines(
            [
                {"format": "json-pages-1.0", "id": "pages", "title": "All Pages"},
                {"url": page.url, "ts": warc_date(read_date(page.date)), "title": title},
            ]
        ),
    }
    described = _json(
        {
            "profile": "data-package",
            "wacz_version": "1.1.1",
            "title": title,
            "mainPageUrl": page.url,
            "mainPageDate": page.date,
            "created": warc_date(at),
            "software": software,
            "resources": [_resource(name, data) for name, data in parts.items()],
        }
    )
    parts["datapackage.json"] = described
    parts["datapackage-digest.json"] = _json({"path": "datapackage.json", "hash": _hash(described)})
    with target.open("xb") as file, zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as packed:
        for name, data in parts.items():
            packed.writestr(zipfile.ZipInfo(name, _OLDEST), data)


def _resource(path: str, data: bytes) -> Mapping[str, object]:
    name = path.rpartition("/")[2]
    return {"name": name, "path": path, "hash": _hash(data), "bytes": len(data)}


def _hash(data: bytes) -> str:
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=2).encode("utf-8", "backslashreplace")


def _json_lines(rows: Iterable[object]) -> bytes:
    text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    return text.encode("utf-8", "backslashreplace")
