"""Sets the clock that the service and APScheduler read, as an operator's `date -s` would."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo

import pytest
from apscheduler.schedulers import base as apscheduler

from pipelines.timing import clock


class ShiftedClock:
    """Every `datetime.now` of the house and of APScheduler is off by `shift`."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.shift = timedelta()
        shifted = self

        class Shifted(datetime):
            @classmethod
            def now(cls, tz: tzinfo | None = None) -> Shifted:
                moment = datetime.now(tz) + shifted.shift
                return cls.fromtimestamp(moment.timestamp(), tz)

        patch.setattr(apscheduler, "datetime", Shifted)
        patch.setattr(clock, "datetime", Shifted)
