"""Decides which addresses may be reached: those of the public internet, in any spelling.

A page, a redirect or a DNS answer can name this machine (127.0.0.1, 2130706433, [::ffff:7f00:1]),
its network (10.0.0.1) or a cloud's keys (169.254.169.254). These are
rules over names and numbers; nothing is resolved or asked. The ranges are those of IANA's
special-purpose address registries.
"""

from __future__ import annotations

import re
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Literal
from urllib.parse import unquote

Address = IPv4Address | IPv6Address
Range = Literal[
    "public",
    "loopback",
    "private",
    "link_local",
    "shared",
    "multicast",
    "broadcast",
    "unspecified",
    "documentation",
    "reserved",
]
"""shared: between a provider and its customers (100.64.0.0/10)."""

# The first network that holds an address tells its range.
_V4: dict[IPv4Network, Range] = {
    IPv4Network("0.0.0.0/32"): "unspecified",
    IPv4Network("0.0.0.0/8"): "reserved",
    IPv4Network("10.0.0.0/8"): "private",
    IPv4Network("100.64.0.0/10"): "shared",
    IPv4Network("127.0.0.0/8"): "loopback",
    IPv4Network("169.254.0.0/16"): "link_local",
    IPv4Network("172.16.0.0/12"): "private",
    IPv4Network("192.0.0.0/24"): "reserved",
    IPv4Network("192.0.2.0/24"): "documentation",
    IPv4Network("192.88.99.0/24"): "reserved",
    IPv4Network("192.168.0.0/16"): "private",
    IPv4Network("198.18.0.0/15"): "reserved",
    IPv4Network("198.51.100.0/24"): "documentation",
    IPv4Network("203.0.113.0/24"): "documentation",
    IPv4Network("224.0.0.0/4"): "multicast",
    IPv4Network("255.255.255.255/32"): "broadcast",
    IPv4Network("240.0.0.0/4"): "reserved",
}
_V6: dict[IPv6Network, Range] = {
    IPv6Network("::/128"): "unspecified",
    IPv6Network("::1/128"): "loopback",
    IPv6Network("64:ff9b:1::/48"): "private",
    IPv6Network("2001:db8::/32"): "documentation",
    IPv6Network("2001::/23"): "reserved",
    IPv6Network("3fff::/20"): "documentation",
    IPv6Network("2000::/3"): "public",
    IPv6Network("fc00::/7"): "private",
    IPv6Network("fe80::/10"): "link_local",
    IPv6Network("fec0::/10"): "private",
    IPv6Network("ff00::/8"): "multicast",
    IPv6Network("::/0"): "reserved",
}
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_6TO4 = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_CARRIERS = (_MAPPED, _NAT64, _TEREDO)
"""Not public by themselves, but an address that they carry may be."""
# Compatible (::a.b.c.d) and translated (::ffff:0:a.b.c.d): out of use, never public.
_OLD_FORMS = (IPv6Network("::/96"), IPv6Network("::ffff:0:0:0/96"))
_ISATAP = frozenset({0x0000_5EFE, 0x0200_5EFE})
_LOW = 0xFFFF_FFFF

_DOTS = re.compile("[\u3002\uff0e\uff61]")
_INVISIBLE = re.compile("[\u00ad\u034f\u180b-\u180f\u200b-\u200d\u2060\u2064\ufe00-\ufe0f\ufeff]")
"""Characters that browsers leave out of a host."""
_NUMBER = re.compile(r"0[xX][0-9a-fA-F]*|[0-9]+")
_LONGEST_HOST = 255


class NotAnAddress(ValueError):
    """Raised when a host is spelt as a number or in brackets and is no address."""


def range_of(address: Address) -> Range:
    """Returns an address's range; for an IPv6 one that carries an IPv4 one, the latter's."""
    if isinstance(address, IPv4Address):
        return next((name for network, name in _V4.items() if address in network), "public")
    plain = IPv6Address(int(address))  # without a zone such as %eth0
    own = next(name for network, name in _V6.items() if plain in network)
    if own in {"loopback", "unspecified"}:
        return own
    carried = [range_of(each) for each in carried_by(plain)]
    hidden: Range | None = next((each for each in carried if each != "public"), None)
    if hidden is not None:
        return hidden
    return "public" if any(plain in form for form in _CARRIERS) else own


def carried_by(address: IPv6Address) -> list[IPv4Address]:
    """Returns the IPv4 addresses inside an IPv6 one, at which a packet to it can end up."""
    number = int(address)
    if address in _MAPPED or address in _NAT64 or any(address in form for form in _OLD_FORMS):
        return [IPv4Address(number & _LOW)]
    if address in _6TO4:
        return [IPv4Address(number >> 80 & _LOW)]
    if address in _TEREDO:
        return [IPv4Address(number >> 64 & _LOW), IPv4Address(~number & _LOW)]
    if number >> 32 & _LOW in _ISATAP:
        return [IPv4Address(number & _LOW)]
    return []


def literal(host: str) -> Address | None:
    """Returns the address that a URL's host spells; None for a name, which is to be resolved.

    Reads it as browsers and the C library do: decimal, octal and hexadecimal parts, one to four of
    them, full-width digits and dots, percent signs, a dot at the end, brackets, IPv6 zones.

    Raises:
        NotAnAddress: it is spelt as one and is none (1.2.3.400, 1.2.3.4.5, [::1).
    """
    plain = _plain(host)
    if ":" in plain or "[" in plain or "]" in plain:
        bare = plain[1:-1] if plain.startswith("[") and plain.endswith("]") else plain
        try:
            return IPv6Address(bare)
        except ValueError:
            raise NotAnAddress(f"{host[:100]!r} is no IPv6 address") from None
    parts = plain.removesuffix(".").split(".")
    if not _NUMBER.fullmatch(parts[-1]):
        return None
    return _inet_aton(parts, host)


def why_not(host: str, *, loopback: bool = False) -> str | None:
    """Says in a sentence why the host of a URL may not be reached; None if it may, or is a name.

    The addresses of a name are to be judged by `why_not_address`. loopback: this machine may be
    reached, too, but nothing else that is not public.
    """
    try:
        address = literal(host)
    except NotAnAddress as error:
        return str(error)
    if address is not None:
        return why_not_address(address, loopback=loopback)
    plain = _plain(host).removesuffix(".")
    if not plain or len(plain) > _LONGEST_HOST:
        return f"{host[:100]!r} is no host"
    if plain == "localhost" or plain.endswith(".localhost"):
        return None if loopback else f"{host[:100]} is a loopback name"
    return None


def why_not_address(address: Address | str, *, loopback: bool = False) -> str | None:
    """Says in a sentence why an address may not be reached; None if it may.

    Raises:
        ValueError: a string that is no address as the system's resolver writes one.
    """
    if isinstance(address, str):
        address = ip_address(address)
    where = range_of(address)
    if where == "public" or (loopback and where == "loopback"):
        return None
    return f"{address} is a {where} address"


def _plain(host: str) -> str:
    """Normalises a host as browsers do before they look whether it is a number."""
    decoded = unquote(host) if "%" in host and ":" not in host else host
    seen = _INVISIBLE.sub("", unicodedata.normalize("NFKC", decoded))
    return _DOTS.sub(".", seen).strip().lower()


def _inet_aton(parts: list[str], host: str) -> IPv4Address:
    """Reads the parts of an address as inet_aton does: all but the last are one byte each."""
    wrong = NotAnAddress(f"{host[:100]!r} is no IPv4 address")
    if len(parts) > 4 or not all(_NUMBER.fullmatch(part) and len(part) < 20 for part in parts):
        raise wrong
    try:
        numbers = [_number(part) for part in parts]
    except ValueError:
        raise wrong from None
    *bytes_, rest = numbers
    if any(byte > 255 for byte in bytes_) or rest >= 256 ** (4 - len(bytes_)):
        raise wrong
    for place, byte in enumerate(bytes_):
        rest += byte << 8 * (3 - place)
    return IPv4Address(rest)


def _number(part: str) -> int:
    """Reads a decimal, octal (017) or hexadecimal (0x0f) number; 0x alone is 0, as in browsers."""
    if part[:2] == "0x":
        return int(part[2:] or "0", 16)
    return int(part, 8 if len(part) > 1 and part[0] == "0" else 10)
