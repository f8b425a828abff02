"""What a line that is no text of the article says."""

from __future__ import annotations

from attrs import define, field

from pipelines.items import Author, Editor, Source


@define(kw_only=True)
class LineNote:
    """The fields that a line gives.

    rule: the kind of line, for `extraction.removed`. source: the medium that the line names as
    where the text is from. medium: the one that its writers are of. kept: the part of the line
    that stays in the body.
    """

    rule: str = "byline"
    authors: list[Author] = field(factory=list)
    editors: list[Editor] = field(factory=list)
    original_title: str | None = None
    keywords: list[str] = field(factory=list)
    source: Source | None = None
    medium: Source | None = None
    kept: str = ""
