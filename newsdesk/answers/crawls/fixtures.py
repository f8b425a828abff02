"""Runs the fixtures of a site: saved pages, each with the article that it must give, or why none.

They are kept as web-poet keeps them: a folder for each page object and in it one for each page,
with `inputs/` and either `output.json` or `exception.json`.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import attrs
from attrs import define
from web_poet.serialization import SerializedDataFileStorage, deserialize

from crawler.exceptions import PageError
from crawler.pages.base import ArticlePage
from crawler.pages.budget import read_within_budget
from crawler.site_places.loading import load_module
from crawler.site_places.places import PACKAGE, SitePlace, places
from crawler.urls import ArticleUrl
from newsdesk.answers.sites import load_site
from newsdesk.exceptions import NotInCheckout

SHIPPED = Path(__file__).parents[3] / "fixtures"
EXAMPLES = "EXAMPLES"
"""Name in a site's module: addresses, each with the key of its article or why it is none."""
REFUSAL = "(refusal)"


@define(frozen=True, kw_only=True)
class Difference:
    """What is not as a fixture says. case: "ExamplePage/a_page", or an address."""

    case: str
    field: str
    expected: object
    found: object


@define(frozen=True, kw_only=True)
class SiteTest:
    """What the fixtures of a site gave. fields: how many were compared, a refusal counts as one."""

    site: str
    cases: int
    fields: int
    differences: list[Difference]


def try_site(key: str) -> SiteTest:
    """Reads all fixtures of a site and compares each field.

    Raises:
        UnknownSite, BrokenSite: there is no such site, or it cannot be loaded.
        NotInCheckout: the fixtures of a site of the package stand in a source checkout alone.
    """
    site, place = load_site(key), places()[key]
    if place.shipped and not SHIPPED.is_dir():
        raise NotInCheckout(
            f"{key} comes with Newsdesk: its fixtures stand in a source checkout, not here."
        )
    examples = getattr(load_module(place, place.declaration), EXAMPLES, {})
    differences = []
    for url, expected in examples.items():
        found = site.identify(url)
        said = found.key if isinstance(found, ArticleUrl) else found.reason
        if said != expected:
            differences.append(Difference(case=url, field="", expected=expected, found=said))
    cases, fields = 0, 0
    for case in _cases(place):
        cases += 1
        compared = [*_compare(place, case)]
        fields += len(compared)
        differences += [each for each in compared if each.expected != each.found]
    return SiteTest(
        site=key,
        cases=cases + len(examples),
        fields=fields + len(examples),
        differences=differences,
    )


def fixtures_of(place: SitePlace) -> Path:
    """Returns the folder in which the fixtures of a site stand."""
    return SHIPPED if place.shipped else place.fixtures


def _cases(place: SitePlace) -> Iterator[Path]:
    for folder in sorted(fixtures_of(place).glob(f"{PACKAGE}.{place.key}.*")):
        yield from (inputs.parent for inputs in sorted(folder.glob("*/inputs")))


def _compare(place: SitePlace, case: Path) -> Iterator[Difference]:
    """Yields each field of a fixture as it is to be and as it was read."""
    name = f"{case.parent.name.rpartition('.')[2]}/{case.name}"
    try:
        given: Mapping[str, Any] = _read(place, case)
    except PageError as error:
        given = {REFUSAL: _refusal(f"{type(error).__module__}.{type(error).__name__}", str(error))}
    wanted = _wanted(case)
    if REFUSAL in wanted.keys() ^ given.keys():  # of one that is none, its refusal says enough
        both = {REFUSAL: wanted.get(REFUSAL, "an article")}
        yield Difference(
            case=name, field=REFUSAL, expected=both[REFUSAL], found=given.get(REFUSAL, "an article")
        )
        return
    for field in (*wanted, *(given.keys() - wanted.keys())):
        yield Difference(case=name, field=field, expected=wanted.get(field), found=given.get(field))


def _wanted(case: Path) -> dict[str, Any]:
    expected = case / "output.json"
    if expected.is_file():
        article: dict[str, Any] = json.loads(expected.read_text(encoding="utf-8"))
        return article
    error = json.loads((case / "exception.json").read_text(encoding="utf-8"))
    return {REFUSAL: _refusal(error["import_path"], error["msg"] or "")}


def _refusal(name: str, message: str) -> str:
    """Returns the kind of a refusal and its reason; its details may change with their words."""
    return f"{name.rpartition('.')[2]} {message.partition(':')[0]}"


def _read(place: SitePlace, case: Path) -> dict[str, Any]:
    """Reads the article. Raises: PageError."""
    module, _, name = case.parent.name.rpartition(".")
    page_class: type[ArticlePage] = getattr(load_module(place, module), name)
    storage = SerializedDataFileStorage(case / "inputs")
    article, _ = read_within_budget(deserialize(page_class, storage.read()))
    return {name: plain(value) for name, value in attrs.asdict(article).items()}


def plain(value: object) -> object:
    """A value as JSON has it, times as ISO strings."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: plain(each) for name, each in value.items()}
    return [plain(each) for each in value] if isinstance(value, list) else value
