"""Records a site for replays, and makes fixtures of its articles: what they must go on giving."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

import web_poet
from attrs import define
from web_poet.testing import Fixture

from crawler.exceptions import PageError
from crawler.files.saved_page import page_class
from crawler.kit.page import Page
from crawler.pages.budget import read_within_budget
from crawler.site_places.places import SitePlace, place_of
from crawler.urls import ArticleUrl
from newsdesk.answers.kit.looking import look
from newsdesk.answers.sites import load_site
from newsdesk.exceptions import BadSite, SiteIsThere
from pipelines.config import Settings

RECORDING = "recording"
MOST_FIXTURES = 12
_NO_NAME = re.compile(r"[^a-z0-9]+")


@define(frozen=True, kw_only=True)
class Recorded:
    """What was written. refused: fixtures of pages that must give no article, with the reason."""

    recording: Path
    pages: int
    fixtures: Path
    articles: int
    refused: Sequence[str]
    failed: Sequence[str]
