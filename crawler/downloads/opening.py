"""Opens what a replay is answered from: a folder with a manifest, or WARC files."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from pathlib import Path

from crawler.archive_settings import archive_at
from crawler.downloads.recording import MANIFEST, Recording
from crawler.downloads.warc_recording import Span, WarcRecording, holds_warc
from crawler.exceptions import RecordingError
from pipelines.config import load_settings

NIGHT_VARIABLE = "NEWSDESK_REPLAY_NIGHT"


@lru_cache(maxsize=1)
def open_recording(path: Path, night: str = "") -> Recording | WarcRecording:
    """Returns a recording. night: "2026-11-20", of WARC files alone: as of that night.

    Raises:
        RecordingError: it is none, or holds nothing of that night; says what is wrong.
    """
    span = Span.night(read_night(night)) if night else None
    if (path / MANIFEST).is_file():
        if span is not None:
            raise RecordingError(f"{path} is a recording of one night: leave --night out.")
        return Recording.read(path)
    archive = archive_at(load_settings(), path)
    if archive.target is not None:
        return WarcRecording.read(path, span, archive)
    if holds_warc(path):
        return WarcRecording.read(path, span)
    if not path.exists():
        raise RecordingError(
            f"{path} does not exist: give a WARC file, a folder of such, or one with {MANIFEST}."
        )
    return Recording.read(path)


def read_night(text: str) -> date:
    """Returns the day on whose noon a night begins.

    Raises:
        RecordingError: it is no day.
    """
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RecordingError(f"{text!r} is no night: write the day it begins, 2026-11-20") from None
