"""Who is told of what."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import SecretStr

from pipelines.config import Settings
from schedules.alerts.channels import Channels
from schedules.alerts.routes import Route, read_routes, told_where

ALERTS: list[dict[str, Any]] = [
    {"severity": "error", "site": "sina"},
    {"severity": "warning", "site": "sina"},
    {"severity": "warning", "site": "guancha"},
    {"severity": "error", "site": None},
]


def test_an_address_may_say_what_is_sent_there() -> None:
    assert read_routes("json://a/x=1 error/*=mailto://u:p@b warning/sina=dingtalk://c") == (
        Route("json://a/x=1"),
        Route("mailto://u:p@b", "error"),
        Route("dingtalk://c", "warning", "sina"),
    )


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("json://a", [0, 1, 2, 3]),
        ("info/*=json://a", [0, 1, 2, 3]),
        ("error/*=json://a", [0, 3]),
        ("warning/sina=json://a", [0, 1]),
        ("error/guancha=json://a", []),
    ],
)
def test_what_an_address_takes(written: str, taken: list[int]) -> None:
    (route,) = read_routes(written)
    assert [n for n, alert in enumerate(ALERTS) if route.takes(alert)] == taken


def test_addresses_with_the_same_alerts_get_one_message() -> None:
    routes = read_routes("json://a info/*=json://b error/*=json://c info/moon=json://d")
    assert told_where(routes, ALERTS) == [
        (("json://a", "json://b"), ALERTS),
        (("json://c",), [ALERTS[0], ALERTS[3]]),
    ]


def test_what_is_about_the_service_itself_goes_where_no_site_is_named() -> None:
    text = "json://a error/*=json://b info/sina=json://c"
    channels = Channels.of(Settings(alert_urls=SecretStr(text)))
    assert channels.urls == ("json://a", "json://b", "json://c")
    assert channels.about("error").urls == ("json://a", "json://b")
    assert channels.about("info").urls == ("json://a",)
