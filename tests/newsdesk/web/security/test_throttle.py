"""Failures are counted by address and by account, for a while, and in bounded memory."""

from __future__ import annotations

import pytest

from newsdesk.web.security import throttle as module
from newsdesk.web.security.throttle import BY_ACCOUNT, BY_ADDRESS, Throttle


def test_an_address_is_refused_and_let_in_again() -> None:
    now = 1000.0
    throttle = Throttle(now=lambda: now)
    for _ in range(BY_ADDRESS):
        assert throttle.wait("192.0.2.1", "wang") == 0
        throttle.failed("192.0.2.1", "wang")
    assert throttle.wait("192.0.2.1", "li") == 900
    assert throttle.wait("192.0.2.2", "wang") == 0
    now += 900
    assert throttle.wait("192.0.2.1", "wang") == 0


def test_an_account_is_refused_wherever_failures_come_from() -> None:
    throttle = Throttle()
    for number in range(BY_ACCOUNT):
        assert throttle.wait(f"192.0.2.{number}", "wang") == 0
        throttle.failed(f"192.0.2.{number}", "wang")
    assert throttle.wait("198.51.100.1", "wang") > 0
    assert throttle.wait("198.51.100.1", "li") == 0


@pytest.mark.parametrize(
    ("one", "other", "are_one"),
    [
        ("2001:db8::1", "2001:db8::ffff:2", True),
        ("2001:db8::1", "2001:db8:0:1::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("x" * 60_000, "y" * 60_000, True),
    ],
)
def test_whoever_has_an_address_of_ipv6_has_many(one: str, other: str, are_one: bool) -> None:
    throttle = Throttle()
    for number in range(BY_ADDRESS):
        throttle.failed(one, f"name-{number}")
    assert (throttle.wait(other, "wang") > 0) == are_one
    assert sum(map(len, throttle._failed)) < 1000


def test_it_remembers_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEYS", 10)
    throttle = Throttle()
    for number in range(100):
        throttle.failed(f"192.0.2.{number}", f"name-{number}")
    assert len(throttle._failed) == 10
