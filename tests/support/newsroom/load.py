"""Reads the invented articles of both sites, and what stands around them."""

from __future__ import annotations

import tomllib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from attrs import define, evolve, field

from tests.support.newsroom.model import ZONE, Link, Picture, Piece, SiteKey

SINA_NEWS = "https://news.sina.com.cn"
RECORDINGS = Path(__file__).parents[3] / "fixtures" / "recordings"
DATA = RECORDINGS / "newsroom"
NIGHTS = {
    1: datetime(2026, 3, 2, 3, 0, tzinfo=ZONE),
    2: datetime(2026, 3, 3, 3, 0, tzinfo=ZONE),
}


@define(frozen=True, kw_only=True)
class Newsroom:
    """All articles in both nights' states, newest first, and the margins of the pages."""

    pieces: dict[int, list[Piece]] = field(factory=dict)
    margins: dict[SiteKey, list[Link]] = field(factory=dict)
    strays: dict[str, list[tuple[str, str]]] = field(factory=dict)

    def of(self, site: SiteKey, night: int) -> list[Piece]:
        """The site's pieces that exist by that night, deleted ones too (lists show them still)."""
        return [p for p in self.pieces[night] if p.site == site and p.first_night <= night]


def load() -> Newsroom:
    """Read the data files.

    Raises:
        TypeError: an article has a field that `Piece` does not know.
        KeyError: `same_text_as` names no article.
    """
    pieces: dict[int, list[Piece]] = {1: [], 2: []}
    for site in ("guancha", "sina"):
        data = tomllib.loads((DATA / f"{site}.toml").read_text(encoding="utf-8"))
        for entry in data["article"]:
            first = _piece(site, entry)
            edit = data["edit"].get(first.key)
            pieces[1].append(first)
            pieces[2].append(evolve(first, **_changes(edit)) if edit else first)
    margins = tomllib.loads((DATA / "margins.toml").read_text(encoding="utf-8"))
    for night, found in pieces.items():
        bodies = {piece.id: piece.body for piece in found}
        copied = [evolve(p, body=bodies[p.same_text_as]) if p.same_text_as else p for p in found]
        pieces[night] = sorted(copied, key=lambda piece: piece.published, reverse=True)
    return Newsroom(
        pieces=pieces,
        margins={"guancha": _guancha_margin(margins), "sina": _sina_margin(margins)},
        strays={
            site: [(url, name) for url, name in links] for site, links in margins["strays"].items()
        },
    )


def _piece(site: SiteKey, entry: dict[str, Any]) -> Piece:
    images = [Picture(**picture) for picture in entry.pop("images", [])]
    return Piece(site=site, images=images, **_changes(entry))


def _changes(entry: dict[str, Any]) -> dict[str, Any]:
    """The entry with its body as paragraphs."""
    body = entry.get("body")
    return entry | {"body": body.strip().splitlines()} if isinstance(body, str) else entry


def _guancha_margin(margins: dict[str, Any]) -> list[Link]:
    topics = [(slug, name) for slug, name in margins["guancha_topics"]]
    start = datetime(2026, 2, 27, 22, 40, tzinfo=ZONE)
    return [
        Link(
            title=title,
            url=f"https://www.guancha.cn/society/2026_02_27_{846300 - 3 * number}.shtml",
            time=start - timedelta(minutes=37 * number),
            section=topics[number % 4] if number % 4 < len(topics) else None,
        )
        for number, title in enumerate(margins["guancha_titles"])
    ]


def _sina_margin(margins: dict[str, Any]) -> list[Link]:
    start = datetime(2026, 2, 27, 23, 10, tzinfo=ZONE)
    return [
        Link(
            title=title,
            url=f"{SINA_NEWS}/s/2026-02-27/doc-inkdrvww41{number:02}{7731 - number}.shtml",
            time=start - timedelta(minutes=41 * number),
        )
        for number, title in enumerate(margins["sina_titles"])
    ]
