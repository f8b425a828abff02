"""A schedules file: what it gives, and how each mistake in it is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from crawler.site_places.places import places
from newsdesk.answers.sites import check_arguments
from schedules.exceptions import BadSchedules
from schedules.timetable.file import parse_schedules, read_schedules, read_schedules_of

SITES = ("guancha", "sina")


PATH = Path("schedules.toml")


MISTAKES = """\
[schedules.Night_1]
site = "guancha"
cron = "30 2 * * *"
[schedules.cron]
site = "sina"
cron = "61 2 * * *"
[schedules.site]
site = "sian"
cron = "30 2 * * *"
[schedules.zone]
site = "sina"
cron = "30 2 * * *"
zone = "Asia/Peking"
[schedules.both]
site = "sina"
cron = "30 2 * * *"
interval = "1 hour"
[schedules.never]
site = "sina"
[schedules.policy]
site = "sina"
cron = "30 2 * * *"
overlap = "kill"
[schedules.deadline]
site = "sina"
cron = "30 2 * * *"
deadline = "soon"
[schedules.after]
site = "sina"
after = "nobody"
[schedules.arguments]
site = "sina"
cron = "30 2 * * *"
arguments = { limits = 5 }
"""


def messages(text: str) -> list[str]:
    with pytest.raises(BadSchedules) as caught:
        parse_schedules(text, SITES, path=PATH)
    return str(caught.value).splitlines()


def test_ten_mistakes_ten_messages() -> None:
    expected = [
        "line 1, schedules.Night_1: a name has lower-case letters",
        "line 6, schedules.cron.cron: the minute '61' is not within 0 to 59",
        "line 8, schedules.site.site: there is no site 'sian': choose from guancha, sina",
        "line 13, schedules.zone.zone: 'Asia/Peking' is no time zone",
        "line 14, schedules.both: has cron and interval: write one of",
        "line 18, schedules.never: never comes due: write one of",
        "line 23, schedules.policy.overlap: must be skip, queue or replace, not 'kill'",
        "line 27, schedules.deadline.deadline: 'soon' is no length of time",
        "line 30, schedules.after.after: there is no schedule 'nobody'",
        "line 34, schedules.arguments.arguments: unknown argument 'limits'",
    ]
    found = messages(MISTAKES)
    assert len(found) == len(expected)
    for message, part in zip(found, expected, strict=True):
        assert message.startswith(f"{PATH}, {part}")


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        ("", "no schedule: write at least one table"),
        ("[schedules.a]\nsite = ", "line 2: is not TOML"),
        ("[jobs.a]\nsite = 'sina'", "line 1, jobs: unknown key"),
        ("schedules.a = 3", "must be a table"),
        ("[schedules.a]\ncron = '0 3 * * *'", "has no site: write site = one of guancha, sina"),
        ("[schedules.a]\nsite = 'sina'\ncron = 5", "line 3, schedules.a.cron: must be a text"),
        ("[schedules.a]\nsite = 'sina'\ncorn = '0 3 * * *'", "schedules.a.corn: unknown key"),
        ("[schedules.a]\nsite = 'sina'\ninterval = '3 seconds'", "not within 1 minute and"),
        ("[schedules.a]\nsite = 'sina'\ncalendar = 'sometimes'", "is no calendar"),
        ("[schedules.a]\nsite = 'sina'\ncalendar = 'every week at 03:30'", "start = 2026"),
        ("[schedules.a]\nsite = 'sina'\ncron = '0 3 * * *'\nstart = 2026-01-05", "only a calendar"),
        ("[schedules.a]\nsite = 'sina'\ncron = '0 3 * * *'\nquiet = '9-10'", "are no hours"),
        ("[schedules.a]\nsite = 'sina'\ncron = '0 3 * * *'\nretries = true", "whole number"),
        ("[schedules.a]\nsite = 'sina'\ncron = '0 3 * * *'\nenabled = 1", "true or false"),
        ("[schedules.a]\nsite = 'sina'\ncron = '0 3 * * *'\narguments = { limit = 0 }", "above 0"),
        (
            "[schedules.a]\nsite = 'sina'\nafter = 'b'\n[schedules.b]\nsite = 'sina'\nafter = 'a'",
            "waits for itself by way of",
        ),
    ],
)
def test_each_mistake_is_told(lines: str, says: str) -> None:
    assert says in "\n".join(messages(lines))


def test_a_missing_file_and_one_of_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(BadSchedules, match="cannot be read: No such file"):
        read_schedules(tmp_path / "none.toml", SITES)
    path = tmp_path / "latin.toml"
    path.write_bytes("# é\n".encode("latin-1"))
    with pytest.raises(BadSchedules, match="line 1: is not UTF-8"):
        read_schedules(path, SITES)


@pytest.mark.parametrize("site", [place.key for place in places().values() if place.shipped])
def test_every_shipped_site_has_schedules_that_its_crawl_takes(site: str) -> None:
    place = places()[site]
    schedules = read_schedules_of(site, place.schedules)
    assert f"{site}-night" in schedules
    for schedule in schedules.values():
        check_arguments([schedule.site], dict(schedule.arguments))


def test_schedules_of_a_site_bear_its_name(tmp_path: Path) -> None:
    path = tmp_path / "sina.toml"
    path.write_text(
        "title = 'x'\n[schedules.night]\ncron = '0 3 * * *'\n[schedules.later]\nafter = 'night'\n"
    )
    found = read_schedules_of("sina", path)
    assert [(each.name, each.site, each.after) for each in found.values()] == [
        ("sina-night", "sina", None),
        ("sina-later", "sina", "sina-night"),
    ]
    path.write_text("title = 'x'\n")
    assert read_schedules_of("sina", path) == {}
    path.write_text("[schedules.night]\nsite = 'sina'\ncron = '0 3 * * *'\n")
    with pytest.raises(BadSchedules, match=r"line 2, schedules.night.site: belongs to a file of"):
        read_schedules_of("sina", path)


def test_everything_that_may_be_written() -> None:
    text = """
[schedules.night]
site = "guancha"
calendar = "every 2 weeks at 03:30"
start = 2026-01-05
zone = "Europe/Berlin"
arguments = { limit = 500, since = 2026-01-01, sections = ["home", "yaowen"] }
jitter = "5 minutes"
deadline = "1 hour 30 minutes"
retries = 0
overlap = "replace"
catch_up = "all"
catch_up_limit = 3
priority = -5
quiet = "22:00-06:00"
enabled = false
[schedules.later]
site = "sina"
after = "night"
"""
    schedules = parse_schedules(text, SITES, path=PATH).schedules
    night = schedules["night"]
    assert night.arguments == {"limit": "500", "since": "2026-01-01", "sections": "home,yaowen"}
    assert night.deadline == timedelta(minutes=90)
    assert night.words == "every 2 weeks at 03:30 from 2026-01-05 on, Europe/Berlin"
    assert not night.fires(datetime(2026, 1, 5, tzinfo=UTC))
    assert night.next_times(datetime(2026, 1, 5, tzinfo=UTC), 1) == []
    assert schedules["later"].words == "when night has ended well"
