"""Addresses of channels."""

from __future__ import annotations

from pydantic import SecretStr

from pipelines.config import Settings
from schedules.alerts.channels import Channels


def test_an_address_that_is_none() -> None:
    (delivery,) = Channels(("nonsense://secret@x",)).send("t", "b")
    assert delivery.channel == "nonsense://"
    assert "apprise knows no such address" in (delivery.error or "")
    settings = Settings(alert_urls=SecretStr(" json://a/  json://b/\n"))
    assert Channels.of(settings).urls == ("json://a/", "json://b/")
