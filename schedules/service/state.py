"""What the service says of itself: to its web server, to the notifier, to systemd."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from attrs import define, field

from schedules.timetable.schedule import Schedule


@define(frozen=True, kw_only=True)
class ServiceState:
    """The service at a moment.

    name: under which it holds leases and jobs. schedules: those in force, if it leads or has led.
    file_mistake: what is wrong with the schedules file now. clock_leap: how far the clock leapt
    last. ready: whether it does its work; trouble: why not, in a sentence. late: beats that have
    not gone well for too long, and why. stuck: beats that hang.
    """

    name: str
    leads: bool
    schedules: Mapping[str, Schedule]
    file_mistake: str | None = None
    clock_leap: timedelta = timedelta()
    ready: bool = True
    trouble: str | None = None
    late: Mapping[str, str] = field(factory=dict)
    stuck: tuple[str, ...] = ()
