"""A database to back up, and an empty one beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from pipelines.config import Settings


@pytest.fixture
def elsewhere(settings: Settings, database: Database[dict[str, Any]]) -> Iterator[Settings]:
    """Settings of an empty database on the same server."""
    name = f"{settings.database}_copy"
    yield settings.model_copy(update={"database": name})
    database.client.drop_database(name)
