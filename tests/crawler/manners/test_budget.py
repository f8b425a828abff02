"""Which budget is in force, when nights begin and when a site has its quiet hours."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from pydantic import ValidationError

from crawler.manners.budget import pace_of
from crawler.site import Budget
from pipelines.config import Settings
from pipelines.written.of_sites import SiteSettings

SHANGHAI = "Asia/Shanghai"
CAREFUL = Budget(delay_seconds=3, concurrency=1, requests_per_night=500, quiet_hours="22:00-06:30")


def settings(**values: object) -> Settings:
    return Settings.model_validate({"delay_seconds": 2.0, "concurrency": 4, **values})


def test_the_more_careful_one_counts_and_the_operators_word_for_the_site_before_both() -> None:
    pace = pace_of(CAREFUL, SHANGHAI, settings(), "sina")
    assert (pace.delay_seconds, pace.concurrency, pace.requests_per_night) == (3, 1, 500)
    pace = pace_of(Budget(delay_seconds=1, concurrency=9), SHANGHAI, settings(), "sina")
    assert (pace.delay_seconds, pace.concurrency, pace.requests_per_night) == (2, 4, None)
    assert pace_of(Budget(), SHANGHAI, settings(requests_per_night=9), "x").requests_per_night == 9
    own = {
        "delay_seconds": 0.5,
        "concurrency": 8,
        "requests_per_night": 7,
        "quiet_hours": "01:00-02:00",
    }
    pace = pace_of(CAREFUL, SHANGHAI, settings(sites={"sina": own}), "sina")
    assert {name: getattr(pace, name) for name in own} == own
    assert pace_of(CAREFUL, SHANGHAI, settings(sites={"sina": own}), "other").delay_seconds == 3


def test_a_night_goes_from_noon_to_noon_there() -> None:
    pace = pace_of(Budget(), SHANGHAI, settings(), "sina")
    noon = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)  # noon in Shanghai
    before = datetime(2026, 3, 2, 3, 59, tzinfo=UTC)
    assert (pace.night(before), pace.night(noon)) == ("2026-03-01", "2026-03-02")
    assert pace.night_ends(before) == noon
    assert pace.night_ends(noon) == datetime(2026, 3, 3, 4, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        ("22:00-06:30", "2026-03-02T21:59+08:00", None),
        ("22:00-06:30", "2026-03-02T22:00+08:00", "2026-03-03T06:30+08:00"),
        ("22:00-06:30", "2026-03-03T06:29+08:00", "2026-03-03T06:30+08:00"),
        ("22:00-06:30", "2026-03-03T06:30+08:00", None),
        ("01:00-02:00", "2026-03-02T17:30+00:00", "2026-03-03T02:00+08:00"),
        ("01:00-02:00", "2026-03-02T02:00+08:00", None),
    ],
)
def test_quiet_hours(hours: str, now: str, until: str | None) -> None:
    pace = pace_of(Budget(quiet_hours=hours), SHANGHAI, settings(), "sina")
    expected = datetime.fromisoformat(until) if until else None
    assert pace.quiet_until(datetime.fromisoformat(now)) == expected


@pytest.mark.parametrize(
    "site",
    [
        {"delay_seconds": 0},
        {"concurrency": 0},
        {"requests_per_night": 0},
        {"quiet_hours": "25:00-26:00"},
        {"quiet_hours": "1:00-2:00"},
        {"speed": 3},
        {"proxy": "socks5://u:hunter2@host:1"},
        {"proxy": "https://u:hunter2@host:1"},
    ],
)
def test_what_makes_no_sense_is_refused_without_repeating_secrets(site: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        settings(sites={"sina": site})
    assert "hunter2" not in str(caught.value)


def test_settings_of_sites_travel_to_a_job_whole() -> None:
    one = settings(sites={"sina": {"proxy": "http://u:hunter2@p:1", "concurrency": 1}})
    assert "hunter2" not in repr(one)
    again = Settings.model_validate_json(f'{{"sites": {one.sites_json}}}')
    assert again.sites == one.sites
    proxy = again.sites["sina"].proxy
    assert proxy is not None
    assert proxy.get_secret_value() == "http://u:hunter2@p:1"
    assert SiteSettings().proxy is None
