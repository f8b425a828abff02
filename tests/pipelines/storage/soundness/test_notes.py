"""How far a look has come: notes that cannot be read begin it anew."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr

from pipelines.config import Settings
from pipelines.storage.soundness.notes import notes_of


@pytest.mark.parametrize("field", ["seen", "at", "wish"])
@pytest.mark.parametrize("value", [b"[]", b"5", b'"text"', b"[" * 100_000, b"\xff"])
def test_damaged_notes_are_none(tmp_path: Path, field: str, value: bytes) -> None:
    settings = Settings(data_dir=tmp_path, mongodb_uri=SecretStr("mongodb://127.0.0.1:2000"))
    notes = notes_of(settings, "all")
    notes.of("articles").looked_at = 7
    notes.write()
    assert notes_of(settings, "all").of("articles").looked_at == 7
    whole = notes.path.read_bytes()
    at = whole.index(f'"{field}": '.encode()) + len(field) + 4
    notes.path.write_bytes(whole[:at] + value + b', "rest": ' + whole[at:])
    assert notes_of(settings, "all").seen == {}
