"""Parts that pages share, on a page of their own: they are drawn, and what they show is text."""

from __future__ import annotations

from typing import Any

import pytest
from fastapi import APIRouter
from playwright.async_api import Browser
from pymongo.database import Database
from starlette.responses import HTMLResponse, Response

from newsdesk.web.charts import Bar
from newsdesk.web.rendering import environment
from newsdesk.web.visit import Here
from pipelines.config import Settings
from pipelines.storage.operations.repositories import NightStore
from pipelines.timing import clock
from tests.support.console import Looker, Served, served

PAGE = """
{% extends "base.html" %}
{% from "macros/charts.html" import curve %}
{% from "macros/parts.html" import pager %}
{% block title %}Parts{% endblock %}
{% block styles %}<link rel="stylesheet" href="{{ static('vendor/uPlot.min.css') }}">{% endblock %}
{% block scripts %}
<script src="{{ static('vendor/uPlot.iife.min.js') }}" defer></script>
<script src="{{ static('chart.js') }}" defer></script>
{% endblock %}
{% block main %}
<h1>Parts</h1>
{{ curve("Articles a day", x, [{"label": "芯片", "values": x}, {"label": "of all", "values": x}]) }}
{{ histogram(bars, "Articles a day") }}
{{ sparkline([1, 4, 2, 8], "Rising") }}
{{ pager("/parts?newer", "/parts?older") }}
{% endblock %}
"""
EVIL = "<script>alert(1)</script>{{ 7 * 7 }}\"'"

router = APIRouter()


@router.get("/parts")
def parts(visit: Here) -> Response:
    given = {
        "x": [1_772_000_000 + day * 86_400 for day in range(30)],
        "bars": [Bar(f"{day}", day % 7, doubtful=day % 5 == 2, href="/") for day in range(30)],
    }
    page = environment(visit.language).from_string(PAGE)
    return HTMLResponse(page.render(visit=visit, said=None, **given))


async def test_parts_as_people_see_them(own_settings: Settings, chromium: Browser) -> None:
    with served(own_settings, router) as console:
        look = Looker(chromium, console)
        await look.at("/parts", "parts", widths=(1440, 390))
        async with look.page() as (page, faults):
            await page.goto(f"{console.url}/parts")
            assert await page.locator(".curve canvas").count() == 1
            assert faults == []


BAD = """
{% extends "base.html" %}
{% block title %}Bad{% endblock %}
{% block main %}
<img src="/static/icon.svg"><p style="color: #777; background: #888">Pale</p>
<script>document.title = "ran"</script>
<p><code>{{ "wide" * 200 }}</code></p><div><svg width="3000" height="9"></svg>wide</div>
<table><tr><td>{{ "wide " * 9 }}</td>{% for _ in range(60) %}<td>cell</td>{% endfor %}</tr></table>
{% endblock %}
"""


@router.get("/bad")
def bad(visit: Here) -> Response:
    page = environment(visit.language).from_string(BAD)
    return HTMLResponse(page.render(visit=visit, said=None))


async def test_the_looker_sees_what_is_wrong(own_settings: Settings, chromium: Browser) -> None:
    with served(own_settings, router) as console:
        with pytest.raises(AssertionError) as seen:
            await Looker(chromium, console).at("/bad", "bad", widths=(390,))
        async with Looker(chromium, console).page() as (page, _faults):
            await page.goto(f"{console.url}/bad")
            assert await page.title() == "Bad · Newsdesk"
    for fault in ("inline script", "inline style", "cut off", "image-alt", "page-has-heading-one"):
        assert fault in str(seen.value), fault


async def test_what_is_stored_is_text(
    seeded: Served, database: Database[dict[str, Any]], chromium: Browser
) -> None:
    night = NightStore(database)
    night.alerts.raise_("bug", "error", EVIL, clock.now(), site=EVIL, schedule=EVIL, job=EVIL)
    night.changes.add(clock.now(), EVIL, "console", EVIL, EVIL, {})
    database["leases"].update_many({}, {"$set": {"owner": EVIL, "trouble": EVIL}})
    async with Looker(chromium, seeded).page(language="en") as (page, faults):
        await page.goto(seeded.url)
        assert await page.get_by_text(EVIL).count() >= 5
        assert await page.locator("main script").count() == 0
        assert faults == []
