"""`newsdesk doctor`: is everything here that a night needs?"""

from __future__ import annotations

from collections.abc import Iterator

from newsdesk.answers.sites import site_hosts
from newsdesk.doctor.archive import check_archive
from newsdesk.doctor.browser import check_browser
from newsdesk.doctor.check import Check
from newsdesk.doctor.database import check_database, check_spool
from newsdesk.doctor.engine import check_engine
from newsdesk.doctor.installation import check_packages, check_python
from newsdesk.doctor.machine import (
    check_channels,
    check_contact,
    check_disk,
    check_network,
    check_schedules,
    check_settings,
    check_sites,
    check_topics,
)
from pipelines.config import Settings


def all_checks(settings: Settings) -> Iterator[Check]:
    """Yields every check as it is done; the slow ones come last."""
    yield check_python()
    yield check_packages()
    yield check_settings(settings)
    yield check_disk(settings)
    yield from check_database(settings)
    yield check_spool(settings)
    yield check_topics(settings)
    yield check_sites()
    yield check_schedules(settings)
    yield from check_engine(settings)
    yield from check_channels(settings)
    yield check_contact(settings)
    yield from check_archive(settings)
    yield from check_browser(settings)
    yield check_network(site_hosts())
