"""What tests of slots, alerts and the service share."""

from __future__ import annotations

from typing import Any

import pytest
from pymongo.database import Database

from tests.support.slots import SlotDesk


@pytest.fixture
def desk(database: Database[dict[str, Any]]) -> SlotDesk:
    return SlotDesk(database)
