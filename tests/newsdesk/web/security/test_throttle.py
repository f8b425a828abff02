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


def test_it_remembers_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_KEYS", 10)
    throttle = Throttle()
    for number in range(100):
        throttle.failed(f"192.0.2.{number}", f"name-{number}")
    assert len(throttle._failed) == 10
