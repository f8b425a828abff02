"""The catalogue: both languages have every text, every text is used, every state has a name."""

from __future__ import annotations

import re
import string
from pathlib import Path
from typing import get_args

import pytest

from crawler.site_places.places import places
from newsdesk.answers.operations.alerts import KINDS
from newsdesk.answers.operations.status import TroubleKind
from newsdesk.answers.operations.tonight import NightState, Verdict
from newsdesk.web.navigation import ENTRIES
from newsdesk.web.security.accounts import Role
from newsdesk.web.texts import LANGUAGES, catalogue, language_for, texts
from pipelines.records import JobState
from tests.support.command import ROOT

WEB = ROOT / "newsdesk" / "web"
KEY = re.compile(r"""["']([a-z_]+\.[a-z_0-9]+)["'](?! ~)""")
PREFIX = re.compile(r"""["']([a-z_]+\.[a-z_]*)["'] ~|named\(["']([a-z_]+)["']|f["']([a-z_]+\.)\{""")
ACTION = re.compile(r"""note_change\([^,]+, f?["']([a-z_]+\.[a-z_]+)["']""")
NAMED = {
    "alert": KINDS,
    "job": get_args(JobState),
    "nav": [entry.name for entry in ENTRIES],
    "night": get_args(NightState),
    "role": get_args(Role),
    "said": [*KINDS, *get_args(TroubleKind)],
    "site": [name for name, place in places().items() if place.shipped],
    "tonight": get_args(Verdict),
    "trouble": get_args(TroubleKind),
}
"""What is named by the value of a variable."""


def sources() -> list[Path]:
    return [*WEB.rglob("*.py"), *WEB.rglob("*.html")]


@pytest.mark.parametrize("key", catalogue())
def test_each_text_is_whole(key: str) -> None:
    forms = catalogue()[key]
    assert set(forms) - {"one"} == set(LANGUAGES)
    assert all(form.strip() == form and form for form in forms.values())
    places = {language: _places(forms[language]) for language in LANGUAGES}
    assert len({frozenset(each) for each in places.values()}) == 1
    assert _places(forms.get("one", "")) <= places["en"]


def _places(text: str) -> set[str]:
    return {name for _before, name, _spec, _how in string.Formatter().parse(text) if name}


def test_each_text_that_is_asked_for_is_there() -> None:
    files = {file.stem for file in (WEB / "catalogue").glob("*.toml")}
    asked = {
        (path.name, key)
        for path in sources()
        for key in KEY.findall(path.read_text(encoding="utf-8"))
        if key.partition(".")[0] in files and not key.endswith((".html", ".css", ".js"))
    }
    assert len(asked) > 20
    assert {(name, key) for name, key in asked if key not in catalogue()} == set()


def test_no_text_is_left_over() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in sources())
    prefixes = {"".join(found) for found in PREFIX.findall(code)}
    unused = [
        key
        for key in catalogue()
        if f'"{key}"' not in code
        and f"'{key}'" not in code
        and not any(
            key.startswith(prefix if "." in prefix else f"{prefix}.") for prefix in prefixes
        )
        and key.removesuffix("_next") not in catalogue()
    ]
    assert unused == []


@pytest.mark.parametrize(("prefix", "values"), NAMED.items())
def test_each_value_has_a_name(prefix: str, values: list[str]) -> None:
    assert [value for value in values if f"{prefix}.{value}" not in catalogue()] == []


def test_each_change_has_a_name() -> None:
    answers = (ROOT / "newsdesk" / "answers").rglob("*.py")
    found = {name for path in answers for name in ACTION.findall(path.read_text(encoding="utf-8"))}
    assert len(found) > 5
    assert [name for name in sorted(found) if f"change.{name}" not in catalogue()] == []


def test_one_and_many() -> None:
    assert texts("en")("base.days", n=1) == "1 day"
    assert texts("en")("base.days", n=2) == "2 days"
    assert texts("zh")("base.days", n=1) == "1 天"


@pytest.mark.parametrize(
    ("kept", "accepted", "language"),
    [
        (None, "zh-CN,zh;q=0.9,en;q=0.8", "zh"),
        (None, "en-GB,en;q=0.9,zh;q=0.5", "en"),
        (None, "fr,de;q=0.9", "zh"),
        (None, "", "zh"),
        ("en", "zh-CN", "en"),
        ("xx", "en", "en"),
    ],
)
def test_the_language_of_a_reader(kept: str | None, accepted: str, language: str) -> None:
    assert language_for(kept, accepted) == language
