"""What the archive holds: files, answers by address, and the answer that is meant."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from attrs import define

from crawler.archive.cdxj import Entry, find, read_index
from crawler.archive.folder import ArchiveFolder, WarcName, locked_file, read_name
from crawler.archive.records import read_date
from crawler.archive_settings import archive_of
from newsdesk.answers.articles.stored import article_named
from newsdesk.exceptions import NoSuchArticle, NotArchived
from pipelines.config import Settings
from pipelines.storage.queries import find_evidence


@define(frozen=True, kw_only=True)
class FileOverview:
    """A file of the archive. state: closed, shipped, writing, or killed with its crawl. place:
    here, target, or both."""

    name: WarcName
    answers: int
    size: int
    state: str
    place: str

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
            "place": self.place,
        }


def files_listed(settings: Settings) -> list[FileOverview]:
    """All files, in the order in which they were begun."""
    archive = archive_of(settings).refreshed()
    folder, afar = archive.folder, archive.shipped_sizes()
    found = []
    for name in archive.names():
        index, here = archive.index(name), archive.is_here(name)
        found.append(
            FileOverview(
                name=name,
                answers=_lines(index),
                size=folder.size_of(name) if here else afar[name] + _size(index),
                state=state_of(folder, name) if here else "shipped",
                place="target" if not here else "both" if name in afar else "here",
            )
        )
    return found


def state_of(folder: ArchiveFolder, name: WarcName) -> str:
    """Whether a file is closed or shipped, is being written, or was when its crawl was killed."""
    if not folder.is_marked_open(name):
        return "shipped" if folder.is_shipped(name) else "closed"
    with locked_file(folder.root / str(name)) as free:
        return "killed" if free else "writing"


def answers_of(settings: Settings, name: str, at: datetime | None = None) -> list[Entry]:
    """All archived answers for an article or address, the earliest first.

    name: the id of an article or of a page that gave none, an address, or the beginning of
    addresses and a `*`. at: only those up to then.

    Raises:
        NoSuchArticle: an id of which no article is stored.
    """
    if is_address(name):
        address = name if "://" in name else f"https://{name}"
    else:
        known = _known_page(settings, name)
        read_from = _entry_of(settings, known)  # may stand at another address than the article's
        address = read_from.url if read_from else str(known["url"])
    return _up_to(at, find(archive_of(settings).refreshed().indexes(), address))


def is_address(name: str) -> bool:
    """Whether an address was typed, or the beginning of some, and not an article's id."""
    return "/" in name or name.endswith("*")


def answer_meant(settings: Settings, name: str, at: datetime | None) -> Entry:
    """The answer whose body is wanted: the last page up to `at`.

    Without `at`, an article's id means the page of which its stored text was read. A page that was
    unchanged is the earlier one that it refers to. Errors and redirects count where there is no
    page.

    Raises:
        NotArchived: there is none.
        NoSuchArticle: an id of which no article is stored.
    """
    if at is None and not is_address(name):
        stored = _entry_of(settings, _known_page(settings, name))
        if stored is not None:
            return stored
    found = answers_of(settings, name)
    before = _up_to(at, found)
    whole = [each for each in before if each.status == 200] or before
    if not whole:
        until = f" up to {at.isoformat()}" if at else ""
        raise NotArchived(f"{name} is not in the archive{until}: newsdesk archive list shows it.")
    return _with_body(whole[-1], before)


def _with_body(meant: Entry, found: Sequence[Entry]) -> Entry:
    """Returns the earlier answer that a `revisit` refers to; any other answer itself."""
    if not meant.is_revisit:
        return meant
    bodies = [
        each
        for each in found
        if not each.is_revisit and (each.url, each.digest) == (meant.url, meant.digest)
    ]
    if not bodies:
        raise NotArchived(
            f"{meant.url} was unchanged on {meant.date}; the record with its body is not in the "
            "archive."
        )
    return bodies[-1]


def _up_to(at: datetime | None, found: list[Entry]) -> list[Entry]:
    return [each for each in found if at is None or read_date(each.date) <= at]


def _known_page(settings: Settings, name: str) -> Mapping[str, Any]:
    """The article of this id; else the evidence of its page, which gave none.

    Raises:
        NoSuchArticle: there is neither.
    """
    try:
        return article_named(settings, name)
    except NoSuchArticle:
        evidence = find_evidence(settings, name)
        if evidence is None:
            raise
        return evidence


def _entry_of(settings: Settings, page: Mapping[str, Any]) -> Entry | None:
    """Returns the answer of which an article's stored text was read, or that is evidence."""
    place = page.get("archive")
    if not place or read_name(place["file"]) is None:
        return None
    index = archive_of(settings).index(place["file"])
    return next((each for each in read_index(index) if each.offset == place["offset"]), None)


def sizes_by_kind(found: Sequence[FileOverview]) -> dict[str, int]:
    """The bytes of each kind."""
    sizes: dict[str, int] = {}
    for each in found:
        sizes[each.name.kind] = sizes.get(each.name.kind, 0) + each.size
    return sizes


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _lines(path: Path) -> int:
    try:
        return path.read_bytes().count(b"\n")
    except FileNotFoundError:
        return 0
