"""Records a site for replays, and makes fixtures of its articles: what they must go on giving."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

import attrs
import web_poet
from attrs import define
from web_poet.serialization import SerializedDataFileStorage, serialize

from crawler.downloads.recording import MANIFEST, Recording
from crawler.exceptions import PageError
from crawler.files.saved_page import page_class
from crawler.kit.page import Page
from crawler.pages.budget import read_within_budget
from crawler.site_places.places import SitePlace, place_of
from crawler.urls import ArticleUrl
from newsdesk.answers.crawls.fixtures import plain
from newsdesk.answers.kit.looking import look
from newsdesk.answers.sites import load_site
from newsdesk.exceptions import BadSite, SiteIsThere
from pipelines.config import Settings

RECORDING = "recording"
MOST_ARTICLES = 60
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


def record_site(
    settings: Settings,
    key: str,
    *,
    folder: Path | None = None,
    replay: Path | None = None,
    force: bool = False,
) -> Recorded:
    """Records the first pages of a site's lists and articles that they show, and writes a fixture
    for each article or refused page.

    Raises:
        UnknownSite: there is no such site. BadSite: it is one of the package.
        SiteIsThere: it has a recording or fixtures already; `force` adds to them.
        NotSeen: nothing came. RecordingError: what is there is no recording.
    """
    site = load_site(key)
    place = place_of(key)
    if place is None or place.shipped:
        raise BadSite(f"{key} comes with Newsdesk: its recordings and fixtures are the package's.")
    target = folder or place.fixtures.parent / RECORDING
    if target.exists() and not force:
        raise SiteIsThere(f"{target} is there: --force writes it anew, --output names another.")
    if target.exists():
        _remove(target)
    looked = look(
        settings,
        key=key,
        domains=site.domains,
        site=key,
        articles=MOST_ARTICLES,
        replay=replay,
        folder=target,
    )
    pages = [
        page
        for page in looked.pages
        if page.root is not None and isinstance(site.identify(page.url), ArticleUrl)
    ]
    articles, refused = _fixtures(place, pages)
    return Recorded(
        recording=target,
        pages=len(looked.pages),
        fixtures=place.fixtures,
        articles=articles,
        refused=refused,
        failed=[f"{url}: {why}" for url, why in looked.failed.items()],
    )


def _remove(folder: Path) -> None:
    """Removes a recording's files, and nothing that is none of them."""
    for page in Recording.read(folder).pages:
        if page.path is not None:
            page.path.unlink()
    (folder / MANIFEST).unlink()


def _fixtures(place: SitePlace, pages: Sequence[Page]) -> tuple[int, list[str]]:
    """Writes a fixture for each page that has none; what is there stays as somebody reviewed it."""
    refused: list[str] = []
    for page in pages[:MOST_FIXTURES]:
        reader = page_class(page.url)
        response = web_poet.HttpResponse(page.url, body=page.body, headers=dict(page.headers))
        base = place.fixtures / f"{reader.__module__}.{reader.__qualname__}"
        name = _case(page.url)
        if (base / name).exists():
            continue
        inputs = base / name / "inputs"
        inputs.mkdir(parents=True)
        SerializedDataFileStorage(inputs).write(serialize([response]))
        try:
            given = plain(attrs.asdict(read_within_budget(reader(response=response))[0]))
            _write_json(base / name / "output.json", given)
        except PageError as error:
            kind = type(error)
            said = {"import_path": f"{kind.__module__}.{kind.__qualname__}", "msg": str(error)}
            _write_json(base / name / "exception.json", said)
            refused.append(f"{page.url}: {error}")
    return len(pages[:MOST_FIXTURES]) - len(refused), refused


def _write_json(path: Path, data: object) -> None:
    path.write_text(json.dumps(data, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def _case(url: str) -> str:
    """The last words of an address as the name of a case."""
    path = re.sub(r"\.\w{2,5}$", "", url.partition("://")[2].partition("/")[2].lower())
    return _NO_NAME.sub("_", path).strip("_")[-60:] or "page"
