"""The JSON of an answer, and the times in it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.exceptions import SourceError
from crawler.pages.html import decode, visible
from crawler.pages.times import ParsedTime, is_plausible
from crawler.sources.html import printed_time
from crawler.sources.json import tolerant
from crawler.sources.json.wrapped import unwrapped

if TYPE_CHECKING:
    from scrapy.http import Response

MAX_BYTES = 4_000_000
_STAMP = re.compile(r"(?P<whole>[0-9]{13}|[0-9]{9,10})(?:\.[0-9]{0,9})?")


def read_json(response: Response) -> tuple[object, Counter[str]]:
    """The JSON of an answer and what had to be mended in it, by kind.

    Raises:
        SourceError: see `data_of`.
    """
    return data_of(response.body, response.url)


def data_of(body: bytes, url: str) -> tuple[object, Counter[str]]:
    """The JSON of a body that came from `url`, and what had to be mended in it, by kind.

    Also out of what `wrapped` knows: `callback(...)`, `var name = ...;`.

    Raises:
        SourceError: too large, HTML, nested too deeply or no JSON at all.
    """
    if len(body) > MAX_BYTES:
        raise SourceError(f"{url} answered {len(body)} bytes of JSON")
    return loads(decode(body), url)


def loads(text: str, url: str) -> tuple[object, Counter[str]]:
    """The data of a text that stands at `url`, and what had to be mended in it, by kind.

    Raises:
        SourceError: HTML, nested too deeply or no JSON at all.
    """
    try:
        text, remarks = unwrapped(text)
    except ValueError as error:
        raise SourceError(f"{url} answered {error}") from None
    if text.startswith("<"):
        raise SourceError(f"{url} answered HTML instead of JSON: {visible(text[:80])!r}")
    try:
        data, slips = tolerant.loads(text)
        if isinstance(data, str) and data[:1] in ("[", "{"):  # a program's text: JSON.parse('...')
            data, more = tolerant.loads(data)
            slips += more
    except RecursionError:
        raise SourceError(f"{url} answered JSON that is nested too deeply") from None
    except ValueError as error:
        raise SourceError(f"{url} answered no JSON: {error}") from error
    return data, slips + Counter({"text around it": remarks})


def time_of(
    printed: object, now: datetime, zone: str, form: str | None = None
) -> ParsedTime | None:
    """Unix seconds (or milliseconds) or a printed time; None for what is neither.

    Nor is one at which nothing can have been published by `now`. form: how the time is written,
    as `datetime.strptime` has it.
    """
    if isinstance(printed, bool) or not isinstance(printed, str | int | float):
        return None
    text = str(printed).strip()
    if form is not None:
        return _in_form(text, now, zone, form)
    stamp = _STAMP.fullmatch(text)
    if stamp is None:
        return printed_time(text, now, zone)
    moment = datetime.fromtimestamp(int(stamp["whole"][:10]), UTC)
    return ParsedTime(moment=moment) if is_plausible(moment, now) else None


def _in_form(text: str, now: datetime, zone: str, form: str) -> ParsedTime | None:
    try:
        moment = datetime.strptime(text, form)  # noqa: DTZ007 - the zone follows
        moment = moment.replace(tzinfo=moment.tzinfo or ZoneInfo(zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    if not is_plausible(moment, now):
        return None
    return ParsedTime(moment=moment, date_only="%H" not in form and "%I" not in form)


def mended(slips: Mapping[str, int]) -> list[str]:
    """What had to be mended, as a list's problem; none if nothing had to be."""
    named = ", ".join(f"{number} x {slip}" for slip, number in slips.items())
    return [f"mended JSON: {named}"] if named else []
