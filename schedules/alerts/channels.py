"""Sends messages to the operator's channels, by apprise (DingTalk, Feishu, WeCom, mail, ...)."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator, Sequence
from urllib.parse import unquote, urlsplit

from attrs import define, field

from pipelines.config import Settings
from pipelines.storage.operations.alerts import Severity
from pipelines.text.harmless import harmless
from schedules.alerts.routes import Route, read_routes

SEND_SECONDS = 90.0
"""Time for all channels together; apprise gives up each one much earlier."""
SENDER = (sys.executable, "-P", "-m", "schedules.alerts.sender")
WITH_HOST = frozenset(
    f"{name}{secure}"
    for name in ("json", "xml", "form", "mailto", "ntfy", "gotify", "mmost", "rocket", "matrix")
    for secure in ("", "s")
)
"""Schemes in whose addresses a host stands after the slashes; in others that may be a secret."""
SHORTEST_SECRET = 3
_BETWEEN = re.compile(r"[/:@?&=+,;#]+")


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

    @property
    def names(self) -> list[str]:
        """What these channels are called: the same wherever an alert goes."""
        every = dict.fromkeys([*(route.url for route in self.routes), *self.urls])
        names = dict(zip(every, names_of([*every]), strict=True))
        return [names[url] for url in self.urls]

    def about(self, severity: Severity) -> Channels:
        """Returns those that are told of what is about no site and matters so much."""
        news = {"severity": severity, "site": None}
        routes = tuple(route for route in self.routes if route.takes(news))
        return Channels(tuple(route.url for route in routes), routes)

    def send(self, title: str, body: str, severity: Severity | None = "info") -> list[Delivery]:
        """Sends to all channels; a dead one does not affect the others. Blocks, 90 s at most.

        severity: None if it is good news.
        """
        if not self.urls:
            return []
        errors = self._ask_sender(
            {
                "urls": self.urls,
                "title": harmless(title),
                "body": harmless(body, lines=True),
                "severity": severity,
            }
        )
        return [
            Delivery(channel=name, error=error and without(error, url))
            for name, url, error in zip(self.names, self.urls, errors, strict=True)
        ]

    def check(self) -> list[Delivery]:
        """Finds out, without sending anything, which addresses are none. Blocks."""
        errors = self._ask_sender({"urls": self.urls}) if self.urls else []
        return [
            Delivery(channel=name, error=error)
            for name, error in zip(self.names, errors, strict=True)
        ]

    def _ask_sender(self, letter: dict[str, object]) -> Sequence[str | None]:
        """Returns by channel why it did not take the letter, None if it did."""
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
            return [f"no answer within {SEND_SECONDS:.0f} s"] * len(self.urls)
        except subprocess.CalledProcessError as error:
            lines = (error.stderr or "").strip().splitlines()
            return [lines[-1] if lines else "the sender ended without a word"] * len(self.urls)
        except OSError as error:
            return [f"the sender could not be started: {error.strerror}"] * len(self.urls)
        errors: list[str | None] = json.loads(ended.stdout)
        return errors


def names_of(urls: Sequence[str]) -> Iterator[str]:
    """Yields a name for each address that holds none of its secrets: "json://desk.example".

    A second one of the same name is called "json://desk.example (2)".
    """
    seen: dict[str, int] = {}
    for url in urls:
        name = _name_of(url)
        seen[name] = seen.get(name, 0) + 1
        yield name if seen[name] == 1 else f"{name} ({seen[name]})"


def _name_of(url: str) -> str:
    scheme, mark, _rest = url.partition("://")
    if not (mark and re.fullmatch(r"[A-Za-z][A-Za-z0-9]{0,19}", scheme)):
        return "no address"
    scheme = scheme.lower()
    if scheme not in WITH_HOST:
        return f"{scheme}://"
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:
        host = ""
    return f"{scheme}://{harmless(host)[:100]}"


def without(text: str, url: str) -> str:
    """Removes from a text the parts of an address that may be secrets."""
    scheme, _mark, rest = url.partition("://")
    host = _name_of(url).partition("://")[2]
    parts = {each for written in (rest, unquote(rest)) for each in _BETWEEN.split(written)}
    secrets = {each for each in parts if len(each) >= SHORTEST_SECRET} - {host, scheme}
    for part in sorted(secrets, key=len, reverse=True):
        text = text.replace(part, "***")
    return harmless(text)[:300]
