"""Pages that crawls kept as evidence, wherever they stand."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from typing import Any

from crawler.archive.folder import ArchiveFolder
from crawler.archive.reading import read_record
from pipelines.config import Settings


def evidence_page(settings: Settings, document: Mapping[str, Any]) -> bytes:
    """The page of a document of `evidence`."""
    place = document["archive"]
    if place is None:
        return zlib.decompress(document["body"])
    assert (document["body"], document["encoding"]) == (None, None)
    with ArchiveFolder(settings.archive_path).path(place["file"]).open("rb") as file:
        return read_record(file, place["offset"]).http().body
