"""The console's words in both languages: `catalogue/PAGE.toml`, each key with `zh` and `en`.

A key is named PAGE.KEY. Places for values stand in braces. Where English tells one from many, `one`
is used for n = 1.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final, Literal, get_args

from attrs import define

Language = Literal["zh", "en"]
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)
FOLDER = Path(__file__).parent / "catalogue"


@define(frozen=True)
class Texts:
    """The words of one language."""

    language: Language
    words: Mapping[str, Mapping[str, str]]

    def __call__(self, key: str, **values: object) -> str:
        """Returns a text with its values put in. Not escaped: templates do that."""
        forms = self.words[key]
        form = "one" if self.language == "en" and values.get("n") == 1 else self.language
        text = forms.get(form, forms[self.language])
        return text.format(**values) if values else text

    def has(self, key: str) -> bool:
        """Tells whether there is such a text."""
        return key in self.words

    def named(self, prefix: str, value: str) -> str:
        """Returns the text of a value, such as a state; the value itself if it has none."""
        key = f"{prefix}.{value}"
        return self(key) if self.has(key) else value


@cache
def texts(language: Language) -> Texts:
    """Returns the words of a language, read once."""
    return Texts(language, catalogue())


@cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Returns all texts by key."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted(FOLDER.glob("*.toml")):
        with file.open("rb") as read:
            page = tomllib.load(read)
        found |= {f"{file.stem}.{name}": forms for name, forms in page.items()}
    return found


def language_for(kept: str | None, accepted: str) -> Language:
    """Returns the language of a request: what the reader chose, else what the browser prefers.

    kept: of the switch. accepted: the header Accept-Language.
    """
    for each in LANGUAGES:
        if kept == each:
            return each
    wanted = (part.partition(";")[0].strip().lower() for part in accepted[:500].split(","))
    for name in wanted:  # browsers name them in the order of preference
        for each in LANGUAGES:
            if name == each or name.startswith(f"{each}-"):
                return each
    return "zh"
