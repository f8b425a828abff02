"""Reads recordings: folders with pages and a manifest that says which URL each answers.

`manifest.json` is a list of entries or {"recorded_at": ISO time, "pages": [entries]}; an entry
is {url, file, status?, headers?, recorded_at?, posted?}; `posted` is what was sent by POST, JSON as
data or a form as text. Unknown keys and entries without a URL are
passed over. Where the status is not 200, the file may be missing.
"""

from __future__ import annotations

import json
import mimetypes
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from attrs import define, field
from w3lib.url import safe_url_string

from crawler.downloads.answers import Answer
from crawler.exceptions import RecordingError
from pipelines.timing.clock import parse_clock

MANIFEST = "manifest.json"
Asked = tuple[str, str | None]
"""A URL, and what is sent to it by POST; None for a plain request."""


@define(frozen=True, kw_only=True)
class RecordedPage:
    """One answer. recorded_at: when it was given, in UTC, if the manifest says so. posted: what
    was sent for it; None for a plain request."""

    url: str
    path: Path | None
    status: int = 200
    headers: Mapping[str, str] = field(factory=dict)
    recorded_at: datetime | None = None
    posted: str | None = None

    def answer(self) -> Answer:
        """Reads what was recorded; blocks."""
        return Answer(
            status=self.status,
            headers=tuple((name.encode(), text.encode()) for name, text in self.headers.items()),
            body=self.path.read_bytes() if self.path else b"",
            at=self.recorded_at,
        )


@define(frozen=True)
class Recording:
    """Looks up recorded answers by URL."""

    folder: Path
    recorded_at: datetime | None
    pages: tuple[RecordedPage, ...]
    _exact: Mapping[Asked, RecordedPage] = field(repr=False)
    _canonical: Mapping[Asked, RecordedPage] = field(repr=False)

    @classmethod
    def read(cls, folder: Path) -> Recording:
        """Reads and checks the manifest; pages are read when they are asked for.

        Raises:
            RecordingError: names the file and the entry, and what is wrong with it.
        """
        manifest = folder / MANIFEST
        recorded_at, entries = _load(manifest)
        pages = []
        for number, entry in enumerate(entries, start=1):
            page = _page(entry, folder, recorded_at, f"{manifest}, entry {number}")
            if page is not None:
                pages.append(page)
        exact: dict[Asked, RecordedPage] = {}
        canonical: dict[Asked, RecordedPage] = {}
        for page in pages:
            if (page.url, page.posted) in exact:
                raise RecordingError(f"{manifest}: {page.url} is recorded twice: leave one out")
            exact[page.url, page.posted] = page
            try:
                canonical.setdefault((canonical_url(page.url), page.posted), page)
            except ValueError as error:
                raise RecordingError(f"{manifest}: url {page.url!r}: {error}") from error
        return cls(folder, recorded_at, tuple(pages), exact, canonical)

    def find(self, url: str, posted: bytes | None = None) -> RecordedPage | None:
        """Returns the answer for exactly this URL, else for one that differs in form only.

        posted: what is sent by POST; None for a plain request.
        """
        body = None if posted is None else canonical_body(posted)
        return self._exact.get((url, body)) or self._canonical.get((canonical_url(url), body))


def canonical_url(url: str) -> str:
    """Returns a URL as http, without fragment, and percent-encoded in one way."""
    whole = safe_url_string(url).partition("#")[0]
    scheme, separator, rest = whole.partition("://")
    host, slash, path = rest.partition("/")
    scheme = "http" if scheme.lower() == "https" else scheme.lower()
    return f"{scheme}{separator}{host.lower()}/{path if slash else ''}"


def canonical_body(posted: bytes) -> str:
    """Returns what is posted as text: JSON in one form, whatever its blanks and order."""
    text = posted.decode("utf-8", errors="backslashreplace")
    try:
        return _as_text(json.loads(text))
    except (ValueError, RecursionError):
        return text


def _as_text(posted: object) -> str:
    return json.dumps(posted, ensure_ascii=False, sort_keys=True)


def _load(manifest: Path) -> tuple[datetime | None, list[object]]:
    try:
        data = json.loads(manifest.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise RecordingError(
            f"{manifest.parent} is no recording: it holds no {MANIFEST}. Give the folder that does."
        ) from None
    except (OSError, ValueError, RecursionError) as error:
        raise RecordingError(f"{manifest} cannot be read: {error}") from error
    recorded_at = None
    if isinstance(data, dict):
        recorded_at = _moment(data.get("recorded_at"), str(manifest))
        data = data.get("pages")
    if not isinstance(data, list):
        raise RecordingError(f'{manifest} holds no entries: write {{"pages": [...]}} or a list')
    return recorded_at, data


def _page(
    entry: object, folder: Path, recorded_at: datetime | None, where: str
) -> RecordedPage | None:
    """Reads one entry; None for an entry without a URL."""
    if not isinstance(entry, dict):
        raise RecordingError(f"{where}: {entry!r} is no object")
    url, status, headers = entry.get("url"), entry.get("status", 200), entry.get("headers", {})
    if not url:
        return None
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        raise RecordingError(f"{where}: url {url!r} is no web address")
    if not isinstance(status, int) or not 100 <= status <= 599:
        raise RecordingError(f"{where}: status {status!r} is no HTTP status")
    if not isinstance(headers, dict) or not all(isinstance(v, str) for v in headers.values()):
        raise RecordingError(f"{where}: headers must be an object of strings")
    path = _file(entry.get("file"), folder, where)
    if path is None and status == 200:
        raise RecordingError(f"{where}: file is missing for {url}")
    kind = mimetypes.guess_type(path.name)[0] if path else None
    if kind and not any(name.lower() == "content-type" for name in headers):
        headers = {"Content-Type": kind, **headers}
    own = _moment(entry.get("recorded_at"), where)
    posted = entry.get("posted")
    if posted is not None:
        posted = canonical_body(posted.encode()) if isinstance(posted, str) else _as_text(posted)
    return RecordedPage(
        url=url,
        path=path,
        status=status,
        headers=headers,
        recorded_at=own or recorded_at,
        posted=posted,
    )


def _file(name: object, folder: Path, where: str) -> Path | None:
    if name is None:
        return None
    if not isinstance(name, str) or not name:
        raise RecordingError(f"{where}: file {name!r} is no file name")
    try:
        path = (folder / name).resolve()
        exists = path.is_file()
    except (OSError, ValueError) as error:
        raise RecordingError(f"{where}: file {name[:200]!r} is no file name: {error}") from error
    if not path.is_relative_to(folder.resolve()):
        raise RecordingError(f"{where}: file {name!r} is outside the recording")
    if not exists:
        raise RecordingError(f"{where}: file {name!r} does not exist")
    return path


def _moment(text: object, where: str) -> datetime | None:
    if text is None:
        return None
    try:
        return parse_clock(str(text))
    except ValueError as error:
        raise RecordingError(
            f"{where}: recorded_at {text!r} is no time with a zone: write 2026-03-02T03:00:00+08:00"
        ) from error
