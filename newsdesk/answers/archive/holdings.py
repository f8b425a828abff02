"""What the archive holds: files, answers by address, and the answer that is meant."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import define

from crawler.archive.cdxj import Entry, find
from crawler.archive.folder import ArchiveFolder, WarcName, index_of, locked_file
from crawler.archive.records import read_date
from newsdesk.answers.articles.stored import article_named
from newsdesk.exceptions import NotArchived
from pipelines.config import Settings


@define(frozen=True, kw_only=True)
class FileOverview:
    """A file of the archive. state: closed, writing, or killed with its crawl."""

    name: WarcName
    answers: int
    size: int
    state: str

    def as_dict(self) -> dict[str, Any]:
        """Returns it as plain values."""
        return {
            "file": str(self.name),
            "kind": self.name.kind,
            "day": self.name.day.isoformat(),
            "site": self.name.group,
            "answers": self.answers,
            "size": self.size,
            "state": self.state,
        }


def archive_of(settings: Settings) -> ArchiveFolder:
    """The archive of the database in use."""
    return ArchiveFolder(settings.archive_path)


def files_listed(settings: Settings) -> list[FileOverview]:
    """All files, in the order in which they were begun."""
    folder = archive_of(settings)
    marked = set(folder.marked_open())
    return [
        FileOverview(
            name=name,
            answers=_lines(index_of(folder.root / str(name))),
            size=folder.size_of(name),
            state=state_of(folder, name, marked),
        )
        for name in folder.names()
    ]


def state_of(folder: ArchiveFolder, name: WarcName, marked: set[WarcName]) -> str:
    """Whether a file is closed, is being written, or was when its crawl was killed."""
    if name not in marked:
        return "closed"
    with locked_file(folder.root / str(name)) as free:
        return "killed" if free else "writing"


def answers_of(settings: Settings, name: str, at: datetime | None = None) -> list[Entry]:
    """All archived answers for an article or address, the earliest first.

    name: an article's id, an address, or the beginning of addresses and a `*`. at: only those up
    to then.

    Raises:
        NoSuchArticle: an id of which no article is stored.
    """
    found = find(archive_of(settings).indexes(), address_of(settings, name))
    return [entry for entry in found if at is None or read_date(entry.date) <= at]


def address_of(settings: Settings, name: str) -> str:
    """The address that is meant: of an article, or the one that was typed.

    Raises:
        NoSuchArticle: an id of which no article is stored.
    """
    if "://" in name:
        return name
    if "/" in name or name.endswith("*"):
        return f"https://{name}"
    return str(article_named(settings, name)["url"])


def answer_meant(settings: Settings, name: str, at: datetime | None) -> Entry:
    """The answer whose body is wanted: the last page up to `at`.

    Without `at`, an article's id means the page of which its stored text was read. A page that was
    unchanged is the earlier one that it refers to. Errors and redirects count where there is no
    page.

    Raises:
        NotArchived: there is none.
        NoSuchArticle: an id of which no article is stored.
    """
    found = answers_of(settings, name, at)
    stored = _stored_place(settings, name) if at is None else None
    if stored is not None:
        exact = [each for each in found if (each.file, each.offset) == stored]
        if exact:
            return exact[0]
    bodies = [each for each in found if not each.is_revisit]
    whole = [each for each in found if each.status == 200] or found
    if not whole:
        before = f" up to {at.isoformat()}" if at else ""
        raise NotArchived(f"{name} is not in the archive{before}: newsdesk archive list shows it.")
    meant = whole[-1]
    if not meant.is_revisit:
        return meant
    earlier = [each for each in bodies if each.digest == meant.digest and each.url == meant.url]
    if not earlier:
        raise NotArchived(
            f"{name} was unchanged on {meant.date}; the record with its body is not in the archive."
        )
    return earlier[-1]


def _stored_place(settings: Settings, name: str) -> tuple[str, int] | None:
    if "/" in name:
        return None
    place = article_named(settings, name).get("archive")
    return (place["file"], place["offset"]) if place else None


def sizes_by_kind(found: Sequence[FileOverview]) -> dict[str, int]:
    """The bytes of each kind."""
    sizes: dict[str, int] = {}
    for each in found:
        sizes[each.name.kind] = sizes.get(each.name.kind, 0) + each.size
    return sizes


def _lines(path: Path) -> int:
    try:
        return path.read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0
