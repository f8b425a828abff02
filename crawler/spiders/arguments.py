"""Checks the arguments of a crawl before anything is requested."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from attrs import define

from crawler.exceptions import ArgumentError
from crawler.site import Site
from crawler.sources.base import Source, by_name

NAMES = ("since", "until", "limit", "sections", "channels")


@define(frozen=True, kw_only=True)
class CrawlArguments:
    """What a crawl is asked for.

    sources: the lists to walk. since (inclusive), until (exclusive): UTC. limit: of article
    requests.
    """

    sources: tuple[Source, ...]
    since: datetime | None = None
    until: datetime | None = None
    limit: int | None = None


def read_arguments(site: Site, given: dict[str, str]) -> CrawlArguments:
    """Checks the arguments of a crawl of `site`; empty ones count as not given.

    since, until: an ISO date or time; without a zone the site's; `until` a date includes that
    day. limit: a whole number above 0. sections or channels: names of the site's sources,
    separated by commas.

    Raises:
        ArgumentError: says which argument, what was given and what is allowed.
    """
    unknown = sorted(set(given) - set(NAMES))
    if unknown:
        raise ArgumentError(
            f"unknown argument {unknown[0]}={given[unknown[0]]!r}: a crawl of {site.key} takes "
            f"{', '.join(NAMES)}"
        )
    values = {name: value.strip() for name, value in given.items() if value.strip()}
    since = _moment("since", values.get("since"), site.zone)
    until = _moment("until", values.get("until"), site.zone, end_of_day=True)
    if since and until and since >= until:
        raise ArgumentError(
            f"since={values['since']!r} is not before until={values['until']!r}: nothing is between"
        )
    return CrawlArguments(
        sources=_sources(site, values), since=since, until=until, limit=_limit(values.get("limit"))
    )


def _moment(
    name: str, value: str | None, zone: str, *, end_of_day: bool = False
) -> datetime | None:
    if value is None:
        return None
    try:
        if len(value) <= len("2026-03-01"):
            day = date.fromisoformat(value) + timedelta(days=1 if end_of_day else 0)
            moment = datetime.combine(day, time(), ZoneInfo(zone))
        else:
            moment = datetime.fromisoformat(value)
        return moment.replace(tzinfo=moment.tzinfo or ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise ArgumentError(
            f"{name}={value!r} is no date: write 2026-03-01, 2026-03-01T06:00 ({zone}) or "
            "2026-03-01T06:00+00:00"
        ) from None


def _limit(value: str | None) -> int | None:
    if value is None:
        return None
    if not (value.isascii() and value.isdigit() and int(value[:9]) > 0 and len(value) <= 9):
        raise ArgumentError(f"limit={value!r} is no number of articles: write 1 or more")
    return int(value)


def _sources(site: Site, values: dict[str, str]) -> tuple[Source, ...]:
    """Returns the sources that were named, or the site's default ones."""
    known = by_name(site.sources)
    if "sections" in values and "channels" in values:
        raise ArgumentError("sections and channels are the same: give one of them")
    argument = "channels" if "channels" in values else "sections"
    if argument not in values:
        return tuple(source for source in site.sources if source.default)
    names = list(dict.fromkeys(filter(None, map(str.strip, values[argument].split(",")))))
    unknown = [name for name in names if name not in known]
    if unknown or not names:
        raise ArgumentError(
            f"{argument}={values[argument]!r}: {site.key} has no {', '.join(unknown) or 'such'!r}; "
            f"it has {', '.join(known)}"
        )
    return tuple(known[name] for name in names)
