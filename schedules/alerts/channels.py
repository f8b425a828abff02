"""Sends messages to the operator's channels, by apprise (DingTalk, Feishu, WeCom, mail, ...)."""

from __future__ import annotations

import json
import re
import subprocess
import sys

from attrs import define, field

from pipelines.config import Settings
from pipelines.storage.operations.alerts import Severity
from schedules.alerts.routes import Route, read_routes

SEND_SECONDS = 90.0
"""Time for all channels together; apprise gives up each one much earlier."""
LONGEST_BODY = 6000
SENDER = (sys.executable, "-P", "-m", "schedules.alerts.sender")


@define(frozen=True, kw_only=True)
class Delivery:
    """Whether a message arrived at one channel. error: None if it did."""

    channel: str
    error: str | None


@define(frozen=True)
class Channels:
    """The channels that the operator named. routes: what is sent where; all of it if left out.

    apprise runs in a process of its own: it takes 40 MB and a second to load, most hours have
    nothing to tell, and a hanging channel must not block the service.
    """

    urls: tuple[str, ...]
    routes: tuple[Route, ...] = field()

    @routes.default
    def _all_of_it(self) -> tuple[Route, ...]:
        return tuple(Route(url) for url in self.urls)

    @classmethod
    def of(cls, settings: Settings) -> Channels:
        """Returns the channels of the setting NEWSDESK_ALERT_URLS."""
        if settings.alert_urls is None:
            return cls(())
        routes = read_routes(settings.alert_urls.get_secret_value())
        return cls(tuple(route.url for route in routes), routes)

    def about(self, severity: Severity) -> Channels:
        """Returns those that are told of what is about no site and matters so much."""
        news = {"severity": severity, "site": None}
        routes = tuple(route for route in self.routes if route.takes(news))
        return Channels(tuple(route.url for route in routes), routes)

    def send(self, title: str, body: str) -> list[Delivery]:
        """Sends to all channels; a dead one does not affect the others. Blocks, 90 s at most."""
        if not self.urls:
            return []
        letter = {"urls": self.urls, "title": title, "body": body[:LONGEST_BODY]}
        try:
            ended = subprocess.run(  # noqa: S603 - our own program
                SENDER,
                input=json.dumps(letter),
                capture_output=True,
                text=True,
                timeout=SEND_SECONDS,
                check=True,
            )
        except subprocess.TimeoutExpired:
            return self._nobody(f"no answer within {SEND_SECONDS:.0f} s")
        except subprocess.CalledProcessError as error:
            lines = (error.stderr or "").strip().splitlines()
            return self._nobody(lines[-1] if lines else "the sender ended without a word")
        except OSError as error:
            return self._nobody(f"the sender could not be started: {error.strerror}")
        return [Delivery(**each) for each in json.loads(ended.stdout)]

    def _nobody(self, why: str) -> list[Delivery]:
        return [Delivery(channel=scheme_of(url), error=without(why, url)) for url in self.urls]


def scheme_of(url: str) -> str:
    """Returns the part of an address that is no secret: "dingtalk://"."""
    return f"{url.partition('://')[0][:20]}://"


def without(text: str, url: str) -> str:
    """Removes from a text the parts of an address that may be secrets."""
    for part in re.split(r"[/:@?&=]+", url):
        if len(part) >= 6 and not part.replace(".", "").isdigit():
            text = text.replace(part, "***")
    return text[:300]
