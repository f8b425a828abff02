"""From addresses of one shape to a pattern with named groups, a key and a clean address."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cached_property

from attrs import define

from crawler.kit.links.shapes import Token, tokens_of
from crawler.urls.parts import web_address

_LONG_DATE = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:(?:0[1-9]|[12]\d|3[01])?)")
_SHORT_ID = 5
_MOST_URLS = 400
_UNIQUE = 0.8
"""Share of the addresses from which on a number tells articles apart: some stand at two."""


@define(frozen=True, kw_only=True, slots=False)
class Pattern:
    """The form of articles' addresses. path: fits the whole path. key, address: templates of the
    groups in it. hosts: those the articles were seen on; of: how many addresses it explains."""

    path: str
    key: str
    address: str
    hosts: tuple[str, ...]
    of: int
    examples: tuple[str, ...]

    @cached_property
    def _compiled(self) -> re.Pattern[str]:
        return re.compile(self.path)

    def key_of(self, url: str) -> str:
        """The key of an article's address."""
        address = web_address(url)
        match = self._compiled.fullmatch(address.path) if address else None
        return self.key.format_map(match.groupdict()) if match else ""

    def matches(self, url: str) -> bool:
        """Whether an address has this form."""
        address = web_address(url)
        return address is not None and self._compiled.fullmatch(address.path) is not None


@define(kw_only=True)
class _Group:
    name: str
    pattern: str
    values: list[str]


def pattern_of(urls: Sequence[str]) -> Pattern:
    """The pattern of addresses that have one shape."""
    addresses = [each for each in map(web_address, urls[:_MOST_URLS]) if each is not None]
    columns = list(zip(*(tokens_of(each.path) for each in addresses), strict=True))
    parts = list(_parts(columns))
    groups = [part for part in parts if isinstance(part, _Group)]
    key = _name_key(groups, len({each.path for each in addresses}))
    path = (
        "".join(
            f"(?P<{part.name}>{part.pattern})" if isinstance(part, _Group) else re.escape(part)
            for part in parts
        )
        .replace("\\-", "-")
        .replace("\\/", "/")
        .replace("\\_", "_")
    )
    template = "".join(f"{{{p.name}}}" if isinstance(p, _Group) else p for p in parts)
    hosts = tuple(dict.fromkeys(each.host for each in addresses))
    host = main_host(hosts)
    scheme = "https" if any(each.scheme == "https" for each in addresses) else "http"
    return Pattern(
        path=path,
        key=key,
        address=f"{scheme}://{host}{template}",
        hosts=hosts,
        of=len(addresses),
        examples=tuple(urls[:3]),
    )


def main_host(hosts: Sequence[str]) -> str:
    """The host under which all articles can be had; "{host}" where each has its own."""
    for_readers = re.compile(r"^(?:www|m|wap|3g|mobile)\.")
    bare = {for_readers.sub("", host) for host in hosts}
    if len(bare) > 1:
        return "{host}"
    return min(hosts, key=lambda host: (not host.startswith("www."), host.startswith("m."), host))


def _parts(columns: Sequence[Sequence[Token]]) -> Iterator[str | _Group]:
    """Literals and groups, one after the other. A date is one group, whatever stands in it."""
    place = count = 0
    has_section = False
    while place < len(columns):
        width = _date_at(columns, place)
        values = [
            "".join(t.text for t in row)
            for row in zip(*columns[place : place + max(1, width)], strict=True)
        ]
        kind = columns[place][0].kind
        if width:
            yield _Group(name="date", pattern=_date_pattern(values[0]), values=values)
        elif (
            kind == "L"
            or (kind in "SW" and len(set(values)) == 1)
            or (kind == "D" and len(set(values)) == 1)
        ):
            yield values[0]
        elif kind == "S" and not has_section and place + 1 < len(columns):
            has_section = True
            yield _Group(name="section", pattern="[A-Za-z_-]+", values=values)
        else:
            count += 1
            yield _Group(name=f"part{count}", pattern=_class_of(kind, values), values=values)
        place += width or 1


def _date_at(columns: Sequence[Sequence[Token]], place: int) -> int:
    """How many columns from here on are a date: 2024/0509, 2024-05-09, 20240509; 0 for none."""

    def texts(at: int) -> list[str]:
        return [token.text for token in columns[at]] if at < len(columns) else [""]

    def are(at: int, pattern: str) -> bool:
        return all(re.fullmatch(pattern, text) for text in texts(at))

    month, day = "0[1-9]|1[0-2]|[1-9]", r"0[1-9]|[12]\d|3[01]|[1-9]"
    if are(place, r"(?:19|20)\d{2}") and are(place + 1, "[-_/]"):
        if (
            are(place + 2, f"(?:{month})")
            and are(place + 3, "[-_/]")
            and are(place + 4, f"(?:{day})")
        ):
            return 5
        if are(place + 2, rf"(?:0[1-9]|1[0-2])(?:{day})?"):
            return 3
    if (
        are(place, r"\d{2}")
        and are(place + 1, "/")
        and are(place + 2, rf"(?:0[1-9]|1[0-2])(?:{day})")
    ):
        return 3
    if columns[place][0].kind == "D" and are(place, _LONG_DATE.pattern):
        return 1
    return 0


def _date_pattern(example: str) -> str:
    pattern = re.sub(r"\d+", lambda match: f"\\d{{{len(match.group())}}}", example)
    return pattern.replace("\\d{1}", "\\d{1,2}")


def _class_of(kind: str, values: Sequence[str]) -> str:
    lengths = sorted(map(len, values))
    least, most = lengths[0], lengths[-1]
    if kind == "D":
        return f"\\d{{{max(1, least - 1)},{most + 2}}}" if most >= _SHORT_ID else "\\d+"
    if kind == "H":
        return f"[0-9a-f]{{{least}}}" if least == most else f"[0-9a-f]{{{least},{most}}}"
    if kind == "C":
        return f"[A-Za-z0-9]{{{least}}}" if least == most else f"[A-Za-z0-9]{{{least},{most}}}"
    return "[A-Za-z0-9_-]+" if kind == "S" else "[A-Za-z]+"


def _name_key(groups: Sequence[_Group], number: int) -> str:
    """Names the group that tells the articles apart `key`; returns the template of the key."""
    able = [group for group in groups if group.name not in {"date", "section"}] or list(groups)
    if not able:
        return "{key}"
    best = max(
        reversed(able), key=lambda group: (len(set(group.values)), max(map(len, group.values)))
    )
    best.name = "key"
    if len(set(best.values)) >= _UNIQUE * number:
        return "{key}"
    for others in (["date"], [each.name for each in groups if each is not best]):
        chosen = [each for each in groups if each is best or each.name in others]
        if len(set(zip(*(each.values for each in chosen), strict=True))) >= _UNIQUE * number:
            break
    return "-".join(f"{{{each.name}}}" for each in chosen)
