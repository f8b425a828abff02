"""Addresses of channels."""

from __future__ import annotations

import pytest
from pydantic import SecretStr

from pipelines.config import Settings
from schedules.alerts.channels import Channels, names_of, without


def test_an_address_that_is_none() -> None:
    (delivery,) = Channels(("nonsense://secret@x",)).send("t", "b")
    assert delivery.channel == "nonsense://"
    assert "apprise knows no such address" in (delivery.error or "")
    settings = Settings(alert_urls=SecretStr(" json://a/  json://b/\n"))
    assert Channels.of(settings).urls == ("json://a/", "json://b/")


def test_a_channel_is_named_without_its_secrets() -> None:
    names = {
        "json://me:opensesame@desk.example:8/hooks/S3CRET?+X-T=opensesame": "json://desk.example",
        "jsons://desk.example/other": "jsons://desk.example",
        "JSON://desk.example/third": "json://desk.example (2)",
        "dingtalk://SECopensesame@opensesame/": "dingtalk://",
        "wecombot://open-sesame": "wecombot://",
        "slack://opensesame/a/b": "slack://",
        "https://hooks.example/opensesame": "https://",
        "opensesame": "no address",
        "open sesame://x": "no address (2)",
        "json://[opensesame/": "json://",
    }
    assert [*names_of(list(names))] == [*names.values()]


@pytest.mark.parametrize(
    "text", ["POST /hooks/abc?key=k%20y", "Authorization: k y", "abc", "hooks", "user pw1"]
)
def test_what_is_said_of_a_channel_holds_no_part_of_its_address(text: str) -> None:
    said = without(f"{text}, error=401", "json://user:pw1@desk.example/hooks/abc?key=k%20y")
    for secret in ("abc", "k y", "k%20y", "pw1", "hooks"):
        assert secret not in said
    assert said.endswith("error=401")
    assert "desk.example" in without("no desk.example", "json://desk.example/x")
