"""Templates: everything is escaped, nothing undefined passes; the filters that all pages use."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from newsdesk.web import charts
from newsdesk.web.texts import Language, Texts, texts
from pipelines.text.harmless import outward
from pipelines.timing import clock
from pipelines.timing.beijing import in_beijing

HERE = Path(__file__).parent
STATIC = HERE / "static"
_UNITS = (("days", 86_400), ("hours", 3600), ("minutes", 60), ("seconds", 1))


def render(language: Language, template: str, **given: object) -> str:
    """Returns a page in a language."""
    return environment(language).get_template(template).render(**given)


@cache
def environment(language: Language) -> Environment:
    """Returns the templates of a language. `t` gives its words."""
    found = _Templates(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    words = texts(language)
    found.globals.update(
        t=words,
        language=language,
        static=static,
        strip=charts.strip,
        sparkline=charts.sparkline,
        histogram=charts.histogram,
        ranks=charts.ranks,
        lane=charts.lane,
        ago=lambda moment: ago(moment, words),
        at=lambda moment, form="%Y-%m-%d %H:%M": at(moment, form),
    )
    found.filters.update(
        number=lambda value: "–" if value is None else f"{value:,}",
        size=size,
        outward=outward,
        path=lambda value: quote(value, safe=":/"),
        json=lambda value: orjson.dumps(value).decode(),
        span=lambda value: span(value, words),
        query=lambda values: urlencode({k: v for k, v in values.items() if v not in (None, "")}),
    )
    return found


class _Templates(Environment):
    """Takes a field that a document lacks as none: MongoDB leaves out what was never set."""

    def getattr(self, obj: Any, attribute: str) -> Any:  # noqa: ANN401 - whatever is shown
        if isinstance(obj, Mapping) and attribute not in obj and not hasattr(obj, attribute):
            return None
        return super().getattr(obj, attribute)


@cache
def static(name: str) -> str:
    """Returns the address of a file in `static/`, which changes with the file."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]
    return f"/static/{name}?v={digest}"


def ago(moment: datetime | None, words: Texts) -> Markup:
    """Shows how long ago or ahead a time is; the time itself on touching it."""
    if moment is None:
        return Markup("–")
    passed = clock.now() - moment
    way = "base.ago" if passed >= timedelta() else "base.ahead"
    if abs(passed) < timedelta(seconds=45):
        text = words("base.now")
    else:
        text = words(way, span=span(abs(passed), words))
    return _time(moment, text)


def at(moment: datetime | None, form: str = "%Y-%m-%d %H:%M") -> Markup:
    """Shows a time in the sites' zone."""
    return Markup("–") if moment is None else _time(moment, f"{in_beijing(moment):{form}}")


def _time(moment: datetime, text: str) -> Markup:
    whole = f"{in_beijing(moment):%Y-%m-%d %H:%M:%S} (UTC+8)"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        moment.isoformat(timespec="seconds"), whole, text
    )


def span(value: timedelta | float | None, words: Texts) -> str:
    """Returns a length of time in its largest unit, with the next one if that is small."""
    if value is None:
        return "–"
    seconds = round(value.total_seconds() if isinstance(value, timedelta) else value)
    for place, (unit, length) in enumerate(_UNITS):
        count, rest = divmod(seconds, length)
        if count:
            text = words(f"base.{unit}", n=count)
            below = rest // _UNITS[place + 1][1] if place < len(_UNITS) - 1 else 0
            if below and count < 3 and unit != "minutes":
                text = f"{text} {words(f'base.{_UNITS[place + 1][0]}', n=below)}"
            return text
    return words("base.seconds", n=0)


def size(value: float | None) -> str:
    """Returns a number of bytes as people read it."""
    if value is None:
        return "–"
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1024:
            return f"{value:.0f} {unit}" if unit == "B" or value >= 10 else f"{value:.1f} {unit}"
        value /= 1024
    return f"{value:.1f} TB"
