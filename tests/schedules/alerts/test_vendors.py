"""What arrives at the channels that we name, by stand-ins that verify as their vendors do."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from schedules.alerts import channels
from schedules.alerts.channels import Channels, Delivery
from tests.support.vendors import KEY, SECRET, TOKEN, Vendors, serving

DINGTALK = f"dingtalk://{SECRET}@{TOKEN}/"
WECOM = f"wecombot://{KEY}"
FEISHU = f"feishu://{TOKEN}"
TELEGRAM = "tgram://123456789:abcdefg_hijklmnopqrstuvwxyz_abcdefg/12315544/"
NAMED = {"dingtalk": DINGTALK, "wecom": WECOM, "feishu": FEISHU, "telegram": TELEGRAM}
LIVE = '<img src=x onerror=alert(1)> <b>fat</b> & [a](javascript:1) *x* <a href="//evil">y</a>'
HURRIED = """
import runpy
from apprise import NotifyBase
NotifyBase.request_rate_per_sec = 0
runpy.run_module("schedules.alerts.sender", run_name="__main__")
"""
"""The sender without apprise's pause of 5.5 s between two parts of a message."""
HIDDEN = "\u202egnp.exe\x1b[31m\x9b31m\u2066"


@pytest.fixture
async def vendors(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Vendors]:
    monkeypatch.setattr(channels, "SENDER", (sys.executable, "-P", "-c", HURRIED))
    async with serving(tmp_path) as vendors:
        for name, value in vendors.environment.items():
            monkeypatch.setenv(name, value)
        yield vendors


async def tell(urls: list[str], title: str, body: str) -> list[Delivery]:
    return await asyncio.to_thread(Channels(tuple(urls)).send, title, body, "error")


@pytest.mark.parametrize("vendor", NAMED)
async def test_a_message_arrives_as_plain_text(vendors: Vendors, vendor: str) -> None:
    (told,) = await tell([NAMED[vendor]], "Newsdesk: 警报", f"{LIVE}{HIDDEN}\n第二行")
    assert told.error is None, vendors.refused
    (text,) = vendors.texts[vendor]
    assert text.splitlines()[0].strip() == "Newsdesk: 警报"
    plain = text.replace("\xa0", " ")
    assert LIVE in plain
    assert "第二行" in plain
    assert not set("\x1b\x9b\u202e\u2066") & set(text)


@pytest.mark.parametrize("vendor", NAMED)
async def test_what_is_too_long_comes_in_parts(vendors: Vendors, vendor: str) -> None:
    lines = [f"{number} 的消息" * 25 for number in range(100, 140)]
    (told,) = await tell([NAMED[vendor]], "Newsdesk: 许多", "\n".join(lines))
    assert (told.error, vendors.refused) == (None, [])
    whole = "".join(vendors.texts[vendor])
    parts = len(vendors.texts[vendor])
    assert parts > 1 or vendor in {"dingtalk", "feishu", "telegram"}
    for line in lines if vendor != "wecom" else lines[:10]:
        assert line in whole.replace("\xa0", " ")
    if vendor == "wecom":
        assert whole.endswith("... and more: newsdesk alerts list")
        assert "(6/6)" in whole


@pytest.mark.parametrize("vendor", ["dingtalk", "wecom", "feishu"])
async def test_a_vendor_is_believed_by_its_answer_not_by_its_status(
    vendors: Vendors, vendor: str
) -> None:
    vendors.down = 45009
    (told,) = await tell([NAMED[vendor]], "t", "b")
    assert "45009" in (told.error or "") or "11232" in (told.error or "")
    assert vendors.texts == {}


async def test_a_wrong_secret_is_no_success(vendors: Vendors) -> None:
    urls = [f"dingtalk://SECwrong@{TOKEN}/", "wecombot://wrongkey", "feishu://wrongtoken"]
    told = await tell(urls, "t", "b")
    assert "310000, sign not match" in (told[0].error or "")
    assert "93000" in (told[1].error or "")
    assert told[2].error
    assert vendors.texts == {}


async def test_titles_are_no_html_in_a_letter(vendors: Vendors) -> None:
    url = f"mailto://me:opensesame@127.0.0.1:{vendors.mail_port}?from=a@b.example&to=c@d.example"
    (told,) = await tell([f"{url}&mode=insecure"], f"Digest {HIDDEN}", f"  {LIVE}\n第二行")
    assert told.error is None
    (letter,) = vendors.letters
    assert letter["Subject"].startswith("Digest gnp.exe")
    assert letter.get_content_type() == "text/plain"
    assert LIVE in letter.get_content()
