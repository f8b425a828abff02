"""A name is looked up once for check and use, and one bad address among its answers is enough."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from scrapy.exceptions import CannotResolveHostError
from twisted.internet.endpoints import HostnameEndpoint
from twisted.internet.protocol import Factory
from twisted.internet.testing import MemoryReactorClock

from crawler.downloads.guarded import PinnedResolver
from crawler.network import resolver
from crawler.network.exceptions import ForbiddenAddress, ForbiddenAnswer
from crawler.network.resolver import CheckedResolver, system_lookup

FACTORY: Any = Factory()
PUBLIC, OTHER = "123.125.81.6", "2400:da00::6666"


class Asked:
    """A name server that gives one answer after the other and writes down what it was asked."""

    def __init__(self, *answers: Sequence[str] | Exception) -> None:
        self.answers = list(answers)
        self.hosts: list[str] = []

    async def __call__(self, host: str) -> Sequence[str]:
        self.hosts.append(host)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return answer


async def test_a_name_that_turns_to_loopback_between_check_and_use_gains_nothing() -> None:
    asked = Asked([PUBLIC], ["127.0.0.1"])
    reactor: Any = MemoryReactorClock()  # type: ignore[no-untyped-call]
    resolver = PinnedResolver(reactor)
    resolver.install_on_reactor()
    found = await CheckedResolver(loopback=False, lookup=asked).allowed("Rebind.Example")
    resolver.pin("rebind.example", found)
    connecting = HostnameEndpoint(reactor, "rebind.example", 443).connect(FACTORY)
    reactor.advance(1)
    assert [client[:2] for client in reactor.tcpClients] == [(PUBLIC, 443)]
    assert asked.hosts == ["rebind.example"], "one look-up for both"
    connecting.addErrback(lambda _failure: None)
    connecting.cancel()


async def test_twisted_can_look_nothing_up_by_itself() -> None:
    reactor: Any = MemoryReactorClock()  # type: ignore[no-untyped-call]
    resolver = PinnedResolver(reactor)
    resolver.install_on_reactor()
    resolver.pin("two.example", [PUBLIC])
    resolver.pin("two.example", [OTHER])
    failures: list[object] = []
    HostnameEndpoint(reactor, "one.example", 80).connect(FACTORY).addErrback(failures.append)
    assert len(failures) == 1
    assert not reactor.tcpClients
    HostnameEndpoint(reactor, "TWO.example", 80).connect(FACTORY).addErrback(failures.append)
    assert [client[0] for client in reactor.tcpClients] == [OTHER]


@pytest.mark.parametrize(
    "answer",
    [
        ["127.0.0.1"],
        ["10.0.0.1", "10.0.0.2"],
        [PUBLIC, "169.254.169.254"],
        [PUBLIC, "::ffff:127.0.0.1"],
        [OTHER, "::1"],
        ["fe80::1%eth0"],
        ["64:ff9b::7f00:1"],
    ],
)
async def test_one_bad_address_among_the_answers_is_enough(answer: list[str]) -> None:
    with pytest.raises(ForbiddenAnswer, match=r"bad\.example leads to .+ is a \w+ address"):
        await CheckedResolver(loopback=False, lookup=Asked(answer)).allowed("bad.example")


async def test_loopback_by_setting_allows_loopback_alone() -> None:
    checked = CheckedResolver(
        loopback=True, lookup=Asked(["127.0.0.1", "::1"], ["127.0.0.1", "10.0.0.1"])
    )
    assert await checked.allowed("one.example") == ("127.0.0.1", "::1")
    with pytest.raises(ForbiddenAnswer, match=r"10\.0\.0\.1 is a private address"):
        await checked.allowed("two.example")


async def test_addresses_are_judged_without_a_look_up() -> None:
    asked = Asked([PUBLIC])
    checked = CheckedResolver(loopback=False, lookup=asked)
    for host in ("127.0.0.1", "::ffff:127.0.0.1", "0x7f.1", "localhost", "1.2.3.400"):
        with pytest.raises(ForbiddenAddress):
            await checked.allowed(host)
    assert await checked.allowed("0x7b7d5106") == (PUBLIC,)
    assert asked.hosts == []


async def test_answers_are_kept_for_a_minute_and_judged_each_time(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = Asked([PUBLIC], ["127.0.0.1"])
    found = CheckedResolver(loopback=False, lookup=asked)
    assert await found.allowed("a.example") == await found.allowed("A.example") == (PUBLIC,)
    assert len(asked.hosts) == 1
    monkeypatch.setattr(resolver, "KEPT_NAMES", 1)
    await found.addresses("b.example")
    with pytest.raises(ForbiddenAnswer):
        await found.allowed("b.example")
    with pytest.raises(ForbiddenAnswer):
        await found.allowed("a.example")


async def test_no_answer_is_an_error_of_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    async def silent(host: str) -> Sequence[str]:
        await asyncio.sleep(60)
        return [host]

    monkeypatch.setattr(resolver, "LOOKUP_SECONDS", 0.05)
    for lookup in (silent, Asked([]), Asked(OSError("no such name"))):
        with pytest.raises(CannotResolveHostError, match=r"^no\.example"):
            await CheckedResolver(loopback=False, lookup=lookup).allowed("no.example")


async def test_behind_a_proxy_what_cannot_be_looked_up_is_left_to_the_proxy() -> None:
    asked = Asked(OSError("no name server here"))
    found = CheckedResolver(loopback=False, lookup=asked)
    for _ in range(3):
        await found.judge_behind_proxy("unknown.example")
    assert asked.hosts == ["unknown.example"], "asked once"
    with pytest.raises(ForbiddenAddress):
        await found.judge_behind_proxy("[::1]")
    with pytest.raises(ForbiddenAnswer):
        await CheckedResolver(loopback=True, lookup=Asked(["10.0.0.1"])).judge_behind_proxy(
            "in.example"
        )


async def test_the_systems_own_names_are_read() -> None:
    assert set(await system_lookup("localhost")) <= {"127.0.0.1", "::1"}
