"""What tests of commands share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from newsdesk.answers.operations.night import opened_night
from pipelines.storage.operations.repositories import NightStore
from tests.support.command import Desk


@pytest.fixture
def night(desk: Desk) -> Iterator[NightStore]:
    with opened_night(desk.settings) as night:
        yield night
