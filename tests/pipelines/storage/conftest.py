"""Embedded servers of one test each, for what kills, stops or breaks them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pipelines.config import Settings
from tests.pipelines.storage.support import kill_server
from tests.support.ports import free_port


@pytest.fixture
def own(tmp_path: Path, _own_environment: None) -> Iterator[Settings]:
    """Settings of an embedded server that no other test uses; killed afterwards."""
    settings = Settings(data_dir=tmp_path, db_port=free_port())
    yield settings
    kill_server(settings)
