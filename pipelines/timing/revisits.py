"""When stored articles are looked at again: a plan of ages, for all sites and for single ones."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache

from pipelines.timing.durations import read_duration

DEFAULT = "1h 6h 1d 3d 7d"

Plan = tuple[timedelta, ...]


@lru_cache(maxsize=32)
def parse_plans(text: str) -> Mapping[str, Plan]:
    """ "1h 1d; sina: 30m 7d" as plans by site, "" for all the others; a plan may be empty.

    Raises:
        ValueError: it says which part is wrong, and what is right.
    """
    plans: dict[str, Plan] = {"": ()}
    for part in text.split(";"):
        site, colon, ages = part.rpartition(":")
        site = site.strip()
        if bool(colon) != bool(site) or (site in plans and site):
            raise ValueError(f"{part.strip()!r} names no site, or one twice: write sina: 1h 1d")
        plans[site] = tuple(map(_age, ages.split()))
        if sorted(set(plans[site])) != list(plans[site]):
            raise ValueError(f"{ages.strip()!r}: ages grow from one look to the next")
    return plans


def plan_of(text: str, site: str) -> Plan:
    """The plan of one site."""
    plans = parse_plans(text)
    return plans.get(site, plans[""])


def _age(word: str) -> timedelta:
    try:
        return read_duration(word)
    except ValueError:
        raise ValueError(f"{word!r} is no age: write 30m, 6h or 7d") from None
