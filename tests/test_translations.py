"""The documents in Chinese say what the English ones say."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.dictionary import sentences
from tests.support.translations import (
    DOCS,
    ROOT,
    SENTENCES,
    difference,
    in_chinese,
    switch,
    translated,
)

TRANSLATED = [ROOT / "README.md", DOCS / "operators.md", DOCS / "data.md", DOCS / "sites.md"]
CHINESE = [*sorted(ROOT.glob("*.zh.md")), *sorted((DOCS / "zh").glob("*.md"))]
TERMS = DOCS / "zh" / "terms.md"
CATALOGUE = ROOT / "newsdesk" / "web" / "catalogue"
"""What the console says."""
HAN = re.compile(r"[\u4e00-\u9fff]")
FILE = SENTENCES.relative_to(ROOT)


def test_every_translation_is_held_to_its_original() -> None:
    assert {in_chinese(document) for document in TRANSLATED} == {*CHINESE} - {TERMS}


@pytest.mark.parametrize("document", TRANSLATED, ids=lambda path: path.name)
def test_both_languages_say_the_same(document: Path) -> None:
    found = difference(document)
    assert found is None, found


ENGLISH = """# Desk

Keeps 88 % of [all](#settings).

## Settings

| `DELAY` | at least two seconds |
| `PROXY` | none |

```
desk run   # now
```
"""
IN_CHINESE = """# 编辑台

保留[全部](#设置)的 88 %。

## 设置

| `DELAY` | 至少两秒 |
| `PROXY` | 无 |

```
desk run   # 现在
```
"""


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("| `PROXY` | 无 |\n", "", "README.md:8 (| `PROXY` | none |) has no counterpart: "),
        ("| `PROXY` |", "| `PROXIES` |", "missing here: `PROXY`; only here: `PROXIES`"),
        ("至少两秒", "at least two seconds", "README.zh.md:7 (| `DELAY` | at least two"),
        ("88", "85", "README.zh.md:3 (保留[全部](#设置)的 85 %。) does not say what "),
        ("至少两秒 |", "至少 | 两秒 |", "a row of 2 cells there, a row of 3 cells here"),
        ("(#设置)", "(#编辑台)", "missing here: a link to "),
        ("desk run", "desk walk", "only here: ```\ndesk walk"),
        ("\n## 设置", "\n### 设置", "a heading of level 2 there, a heading of level 3 here"),
        ("\n## 设置", "\nMore.\n\n## 设置", "README.zh.md:5 (More.) has no counterpart in "),
    ],
)
def test_the_first_difference_is_named(tmp_path: Path, right: str, wrong: str, said: str) -> None:
    document = tmp_path / "README.md"
    document.write_text(ENGLISH, encoding="utf-8")
    translation = in_chinese(document)
    translation.write_text(IN_CHINESE, encoding="utf-8")
    assert difference(document) is None
    translation.write_text(IN_CHINESE.replace(right, wrong), encoding="utf-8")
    assert said in (difference(document) or "")


@pytest.mark.parametrize("document", TRANSLATED, ids=lambda path: path.name)
def test_each_language_leads_to_the_other(document: Path) -> None:
    for each in (document, in_chinese(document)):
        third = each.read_text(encoding="utf-8").splitlines()[2]
        assert third == switch(each), f"the third line of {each.relative_to(ROOT)} is the switch"


def test_every_sentence_of_the_tables_is_translated() -> None:
    said = sentences()
    missing = [sentence for sentence in said if sentence not in translated()]
    assert missing == [], f"add their translations to {FILE}"
    unused = [sentence for sentence in translated() if sentence not in said]
    assert unused == [], f"no table says these any more: take them out of {FILE}"


def test_no_translation_is_the_sentence_itself() -> None:
    untouched = [sentence for sentence, ours in translated().items() if sentence == ours]
    assert untouched == [], f"translate them in {FILE}"


@pytest.mark.parametrize(
    "path",
    [*sorted({*CHINESE} - {TERMS}), SENTENCES, *sorted(CATALOGUE.glob("*.toml"))],
    ids=lambda path: path.name,
)
def test_one_word_stands_for_one_thing(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    found = [
        f"{path.relative_to(ROOT)}:{number} says {word}: the word is {right}"
        for wrong, right in avoided()
        for number, line in enumerate(lines, 1)
        for word in wrong
        if word in line
    ]
    assert found == []


def avoided() -> Iterator[tuple[list[str], str]]:
    """(words that are not used, the word that is) from the table of terms."""
    for row in TERMS.read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in row.split("|")[1:-1]]
        if len(cells) == 4 and HAN.search(cells[3]) and cells[3] != "不写":
            yield cells[3].split("、"), cells[1]
