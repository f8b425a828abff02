"""The state of the service, for its web server, its notifier and systemd."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from attrs import define, field

from schedules.timetable.schedule import Schedule


@define(frozen=True, kw_only=True)
class ServiceState:
    """The state of the service at a moment.

    name: the owner of its leases and jobs. schedules: those in force, if it leads or has led.
    file_mistake: what is wrong with the schedules file. clock_leap: the last leap of the clock.
    engine_troubles: what is wrong with the engine, by kind of alert; None if another service leads.
    ready: whether the service works, be it by the last good schedules; trouble: why not, or what is
    wrong with the file, in a sentence. late: beats that have not
    gone well for too long, with the reason. stuck: beats that hang. errors: how
    often each beat has failed.
    """

    name: str
    leads: bool
    schedules: Mapping[str, Schedule]
    file_mistake: str | None = None
    clock_leap: timedelta = timedelta()
    engine_troubles: Mapping[str, str | None] | None = None
    ready: bool = True
    trouble: str | None = None
    late: Mapping[str, str] = field(factory=dict)
    stuck: tuple[str, ...] = ()
    errors: Mapping[str, int] = field(factory=dict)
