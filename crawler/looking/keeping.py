"""Writes pages as a recording: a folder that `--replay` reads."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from attrs import define, field

from crawler.downloads.recording import MANIFEST

_NO_NAME = re.compile(r"[^A-Za-z0-9.-]+")
_LONGEST_NAME = 120
_KEPT = ("Content-Type", "Date", "Last-Modified", "ETag")
FAILED = "failed"
"""Key of the manifest with what did not come: {url, reason}."""


@define(kw_only=True)
class Keeper:
    """Keeps answers in a folder; the manifest comes last, so that half a recording is none."""

    folder: Path
    _entries: list[dict[str, object]] = field(factory=list)
    _failed: list[dict[str, str]] = field(factory=list)
    _names: set[str] = field(factory=set)
    _urls: set[str] = field(factory=set)

    def keep(
        self, url: str, body: bytes, headers: Mapping[str, str], status: int, at: datetime
    ) -> None:
        """Writes one answer; the first one of an address counts."""
        if url in self._urls:
            return
        name = self._name(url, headers.get("Content-Type", ""))
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_bytes(body)
        self._urls.add(url)
        self._entries.append(
            {
                "url": url,
                "file": name,
                "status": status,
                "headers": {key: headers[key] for key in _KEPT if headers.get(key)},
                "recorded_at": at.isoformat(timespec="seconds"),
            }
        )

    def end(self, url: str, at: datetime) -> None:
        """Lets a replay find nothing at an address: there the recording of a list ends."""
        if url not in self._urls:
            self._urls.add(url)
            moment = at.isoformat(timespec="seconds")
            self._entries.append({"url": url, "status": 404, "recorded_at": moment})

    def failed(self, url: str, reason: str) -> None:
        """Notes what did not come."""
        self._failed.append({"url": url, "reason": reason})

    def close(self, at: datetime) -> None:
        """Writes the manifest."""
        self.folder.mkdir(parents=True, exist_ok=True)
        whole = {
            "recorded_at": at.isoformat(timespec="seconds"),
            "pages": self._entries,
            FAILED: self._failed,
        }
        text = json.dumps(whole, ensure_ascii=False, indent=1)
        (self.folder / MANIFEST).write_text(text + "\n", encoding="utf-8")

    def _name(self, url: str, content_type: str) -> str:
        """A file name that people recognise; numbered where two addresses give the same."""
        stem = _NO_NAME.sub("_", url.partition("://")[2]).strip("_.")[:_LONGEST_NAME] or "page"
        ending = Path(stem).suffix
        if "html" in content_type and ending not in {".html", ".htm", ".shtml"}:
            stem += ".html"
        name, number = stem, 1
        while name in self._names or name == MANIFEST:
            number += 1
            name = f"{number}_{stem}"
        self._names.add(name)
        return name
