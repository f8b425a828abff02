"""Every spelling of an address that is not public is found out, and no public one is refused."""

from __future__ import annotations

import ipaddress
import socket

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.network.addresses import NotAnAddress, literal, range_of, why_not, why_not_address

RANGES = [
    ("127.0.0.1", "loopback"),
    ("127.255.255.254", "loopback"),
    ("10.1.2.3", "private"),
    ("172.16.0.1", "private"),
    ("172.31.255.255", "private"),
    ("172.32.0.1", "public"),
    ("192.168.1.1", "private"),
    ("169.254.169.254", "link_local"),
    ("100.64.0.1", "shared"),
    ("100.127.255.255", "shared"),
    ("100.128.0.1", "public"),
    ("0.0.0.0", "unspecified"),  # noqa: S104 - nothing binds to it
    ("0.1.2.3", "reserved"),
    ("192.0.0.8", "reserved"),
    ("192.0.2.1", "documentation"),
    ("198.18.0.1", "reserved"),
    ("198.51.100.1", "documentation"),
    ("203.0.113.1", "documentation"),
    ("224.0.0.1", "multicast"),
    ("240.0.0.1", "reserved"),
    ("255.255.255.255", "broadcast"),
    ("8.8.8.8", "public"),
    ("123.125.81.6", "public"),
    ("::1", "loopback"),
    ("::", "unspecified"),
    ("::ffff:127.0.0.1", "loopback"),
    ("::ffff:169.254.169.254", "link_local"),
    ("::ffff:8.8.8.8", "public"),
    ("::127.0.0.1", "loopback"),
    ("::8.8.8.8", "reserved"),
    ("::ffff:0:10.0.0.1", "private"),
    ("::ffff:0:8.8.8.8", "reserved"),
    ("64:ff9b::10.0.0.1", "private"),
    ("64:ff9b::8.8.8.8", "public"),
    ("64:ff9b:1::8.8.8.8", "private"),
    ("2002:7f00:1::", "loopback"),
    ("2002:a9fe:a9fe::1", "link_local"),
    ("2002:808:808::1", "public"),
    ("2001:0:808:808::f7f7:f7f7", "public"),  # Teredo, the client's address inverted
    ("2001:0:808:808::80ff:fffe", "loopback"),
    ("2001:0:a00:1::f7f7:f7f7", "private"),
    ("2408:8756::5efe:7f00:1", "loopback"),
    ("2408:8756::200:5efe:a00:1", "private"),
    ("fe80::1", "link_local"),
    ("fe80::1%eth0", "link_local"),
    ("fec0::1", "private"),
    ("fd00::1", "private"),
    ("ff02::1", "multicast"),
    ("2001:db8::1", "documentation"),
    ("2001:10::1", "reserved"),
    ("3fff::1", "documentation"),
    ("5f00::1", "reserved"),
    ("2400:da00::6666", "public"),
]


@pytest.mark.parametrize(("address", "expected"), RANGES)
def test_where_addresses_lead(address: str, expected: str) -> None:
    assert range_of(ipaddress.ip_address(address)) == expected
    assert (why_not_address(address) is None) == (expected == "public")


@given(st.integers(0, 2**32 - 1))
def test_what_python_calls_private_is_never_public(number: int) -> None:
    address = ipaddress.IPv4Address(number)
    if not address.is_global or address.is_multicast or address.is_reserved:
        assert range_of(address) != "public"
        assert range_of(ipaddress.IPv6Address(f"::ffff:{address}")) != "public"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1",
        "127.0.0.1.",
        "127.1",
        "127.0.1",
        "2130706433",
        "0x7f000001",
        "0X7F.0.0.1",
        "017700000001",
        "0177.0.0.01",
        "0x7f.1",
        "１２７.0.0.1",
        "127。0。0。1",
        "①②⑦.0.0.1",
        "127.0\u00ad.0.\u200b1",
        "%31%32%37.0.0.1",
        "[::1]",
        "[0:0:0:0:0:0:0:1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "::ffff:127.0.0.1",
        "%5b::1%5d",
        "localhost",
        "LOCALHOST.",
        "news.localhost",
        "ｌｏｃａｌｈｏｓｔ",
    ],
)
def test_this_machine_is_found_out_in_every_spelling(host: str) -> None:
    why = why_not(host)
    assert why is not None
    if host != "%5b::1%5d":  # no brackets once it has been read: refused, whatever is allowed
        assert "loopback" in why
        assert why_not(host, loopback=True) is None


@pytest.mark.parametrize(
    "host",
    [
        "169.254.169.254",
        "[fe80::1%25eth0]",
        "0xa9fea9fe",
        "2852039166",
        "10.1",
        "0",
        "[::]",
        "1.2.3.400",
        "1.2.3.4.5",
        "256.1.1.1",
        "08.1.1.1",
        "4294967296",
        "0" * 40 + "1",
        "[::1",
        "[::g]",
        "..1",
        "",
        ".",
        "a" * 256,
    ],
)
def test_loopback_allowed_allows_nothing_else(host: str) -> None:
    assert why_not(host, loopback=True)


@pytest.mark.parametrize(
    "host",
    [
        "www.guancha.cn",
        "8.8.8.8",
        "0x08080808",
        "[2400:da00::6666]",
        "123.com.",
        "新浪.cn",
        "1e.cn",
    ],
)
def test_public_hosts_may_be_asked(host: str) -> None:
    assert why_not(host) is None


@given(
    st.from_regex(
        r"(0x[0-9a-f]{1,8}|0[0-7]{0,11}|[1-9][0-9]{0,9})(\.(0x[0-9a-f]{1,4}|[0-9]{1,5})){0,3}",
        fullmatch=True,
    )
)
def test_numbers_are_read_as_the_c_library_reads_them(host: str) -> None:
    try:
        system = ipaddress.IPv4Address(socket.inet_aton(host))
    except OSError:
        return
    assert literal(host) == system


def test_what_is_no_address_says_so() -> None:
    with pytest.raises(NotAnAddress, match="is no IPv4 address"):
        literal("1.2.3.400")
    assert why_not("[::1") == "'[::1' is no IPv6 address"
    assert why_not("10.0.0.1") == "10.0.0.1 is a private address"
