"""Registered domains without the list of public suffixes.

The rules that choose a page object are sorted by domain with tldextract's global extractor,
which would download that list before the first page, or hold 6 MB of it. Telling our sites
apart needs none of that: the last labels of the host are enough.
"""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

_SECOND_LEVELS = frozenset({"ac", "co", "com", "edu", "gov", "mil", "net", "org"})


def guess_domains() -> None:
    """Replace tldextract's extractor; nothing else in this program uses it.

    It is loaded here, with all that fetches lists over the network: who only asks whether a domain
    is shared needs none of it.
    """
    from tldextract import tldextract

    def extract(url: str, **_options: object) -> tldextract.ExtractResult:
        subdomain, domain, suffix = _guess(url)
        return tldextract.ExtractResult(
            subdomain=subdomain,
            domain=domain,
            suffix=suffix,
            is_private=False,
            registry_suffix=suffix,
        )

    tldextract.TLD_EXTRACTOR = extract  # type: ignore[assignment]


def is_shared(domain: str) -> bool:
    """Whether domains of different owners end so, by what is guessed: `com.cn`, `gov.cn`."""
    return _guess(f"https://x.{domain}/")[1] == "x"


def _guess(url: str) -> tuple[str, str, str]:
    """What stands before the registered name, that name, and what it ends with."""
    try:
        host = (urlsplit(url).hostname or "").rstrip(".")
    except ValueError:
        host = ""
    labels = [] if _is_address(host) else host.split(".")
    suffix = 2 if len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS else 1
    registered = len(labels) > suffix
    ending = ".".join(labels[-suffix:]) if registered else ""
    name = labels[-suffix - 1] if registered else host
    return ".".join(labels[: -suffix - 1]), name, ending


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
