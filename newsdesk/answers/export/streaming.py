"""Exports that go out while they are read, for whoever asks over HTTP.

Memory stays flat. A stream that is cut off raises, so that its connection ends without an end;
JSONL says so in its last line besides, and Parquet without its footer is none.
"""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator
from pathlib import Path

from newsdesk.answers.export import extra
from newsdesk.answers.export.exporting import writer_of
from newsdesk.answers.export.formats.base import FileWriter
from newsdesk.answers.export.preparing import new_export
from newsdesk.answers.export.record import COMPLETE, CUT_OFF
from newsdesk.answers.export.selection import Chosen, Selection
from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import StorageError

FORMS = ("csv", "xlsx", "jsonl", "parquet")
PIECE = 256 * 1024


def forms() -> list[str]:
    """Returns the forms that can be made here: two need the extra `export`."""
    return [form for form in FORMS if form in ("csv", "jsonl") or extra.is_installed()]


def stream(settings: Settings, selection: Selection, found: Chosen, form: str) -> Iterator[bytes]:
    """Yields an export.

    Raises:
        StorageError: MongoDB went away; what came before is not all.
        MissingExtra: the form needs packages that are not installed.
    """
    match form:
        case "xlsx":
            return _workbook(settings, selection)
        case "parquet":
            return _parquet(settings, found)
        case _:
            return _lines(settings, found, form)


def _lines(settings: Settings, found: Chosen, form: str) -> Iterator[bytes]:
    writer = writer_of(form)
    assert issubclass(writer, FileWriter)  # noqa: S101 - both forms of lines are
    yield writer.head
    articles = 0
    try:
        for page in found.pages(settings, None):
            yield writer.lines([document for _position, document in page])
            articles += len(page)
    except StorageError as error:
        yield writer.last_line({"state": CUT_OFF, "articles": articles, "reason": str(error)})
        raise
    yield writer.last_line({"state": COMPLETE, "articles": articles})


def _workbook(settings: Settings, selection: Selection) -> Iterator[bytes]:
    """A workbook is put together at the end: it is made in a folder that goes away with it."""
    with tempfile.TemporaryDirectory(prefix="newsdesk-export-") as folder:
        target = Path(folder) / "articles.xlsx"
        outcome = new_export(settings, target, "xlsx", selection).run(lambda *_told: None)
        if outcome.error is not None:
            raise outcome.error
        with target.open("rb") as file:
            while piece := file.read(PIECE):
                yield piece


def _parquet(settings: Settings, found: Chosen) -> Iterator[bytes]:
    with extra.explained():
        import pyarrow.parquet as pq

        from newsdesk.answers.export.arrow import batch, schema
    from newsdesk.answers.export.columns import ARTICLES
    from newsdesk.answers.export.formats.partitions import GROUP

    out = _Pieces()
    writer = pq.ParquetWriter(out, schema(ARTICLES), compression="zstd")
    waiting: list[Document] = []
    for page in found.pages(settings, None):
        waiting += [document for _position, document in page]
        if len(waiting) >= GROUP:
            writer.write_batch(batch(waiting, ARTICLES))
            waiting = []
            yield out.taken()
    if waiting:
        writer.write_batch(batch(waiting, ARTICLES))
    writer.close()
    yield out.taken()


class _Pieces(io.RawIOBase):
    """Keeps what is written until it is taken."""

    def __init__(self) -> None:
        super().__init__()
        self._pieces: list[bytes] = []
        self._place = 0

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        piece = bytes(memoryview(data))  # type: ignore[arg-type]
        self._pieces.append(piece)
        self._place += len(piece)
        return len(piece)

    def tell(self) -> int:
        return self._place

    def taken(self) -> bytes:
        pieces, self._pieces = self._pieces, []
        return b"".join(pieces)
