"""What must stand in the database after a night, taken from the data and never from a page."""

from __future__ import annotations

from datetime import UTC, datetime

from attrs import define

from tests.support.newsroom import guancha, sina
from tests.support.newsroom.load import NIGHTS, Newsroom
from tests.support.newsroom.model import Link, Piece
from tests.support.newsroom.night import UNRECORDED, around, seen_on, url_of
from tests.support.newsroom.sina import SECTIONS

UNREADABLE = {"no_time": "no_time", "wall": "wall"}
LED_AWAY = {"moved": ["moved", "moved"], "paid": ["not_collectable", "paid"]}


@define(frozen=True, kw_only=True)
class Expected:
    """What stands in the database once this night, after those before it, is in.

    articles: fields by `_id`, as a reader sees them in the night in which they were last
    written. rejects: ids that fit no topic. outcomes: id in `urls` -> state and reason of
    whatever is no stored article (a deleted article keeps its stored state). stories: groups of
    equal text. revised: ids that this night changed.
    """

    articles: dict[str, dict[str, object]]
    rejects: list[str]
    outcomes: dict[str, list[str]]
    stories: list[list[str]]
    revised: list[str]


def expectations(room: Newsroom, night: int) -> Expected:
    """What this night must leave."""
    known = [*room.of("guancha", night), *room.of("sina", night)]
    whole = [piece for piece in known if piece.body and piece.look not in UNREADABLE]
    stored = sorted((piece for piece in whole if piece.topic), key=lambda piece: piece.id)
    return Expected(
        articles={piece.id: _article(room, piece, night) for piece in stored},
        rejects=sorted(piece.id for piece in whole if not piece.topic),
        outcomes=_outcomes(known, night),
        stories=_stories(stored),
        revised=sorted(piece.id for piece in stored if _is_edited(room, piece, night)),
    )


def _is_edited(room: Newsroom, piece: Piece, night: int) -> bool:
    earlier = next((p for p in room.pieces[1] if p.id == piece.id), None)
    return night > 1 and piece.first_night < night and earlier is not None and earlier != piece


def _outcomes(known: list[Piece], night: int) -> dict[str, list[str]]:
    """`_id` in `urls` -> state and reason of what is no stored article."""
    found = {}
    for piece in known:
        if piece.gone_on is not None and piece.gone_on <= night:
            reason = "home_page" if piece.gone_as == "home" else "http_404"
            found[piece.id] = ["gone", reason]
        elif piece.look in UNREADABLE:
            found[piece.id] = ["unreadable", UNREADABLE[piece.look]]
        elif piece.look in LED_AWAY:
            found[piece.id] = LED_AWAY[piece.look]
    unrecorded = UNRECORDED[0].rpartition("_")[2].removesuffix(".shtml")
    return found | {f"guancha:{unrecorded}": ["failed", "not_recorded"]}


def _stories(stored: list[Piece]) -> list[list[str]]:
    """Groups of the same text on several pages; the same characters in either script count."""
    groups: dict[str, list[str]] = {}
    for piece in stored:
        origin = piece.same_text_as or piece.in_other_script or piece.id
        groups.setdefault(origin, []).append(piece.id)
    return sorted(sorted(group) for group in groups.values() if len(group) > 1)


def _article(room: Newsroom, piece: Piece, night: int) -> dict[str, object]:
    """The fields as a reader sees them in the night in which they were last written."""
    edited = _is_edited(room, piece, night)
    seen = max(piece.first_night, 1) if not edited else night
    piece = seen_on(piece, seen)
    surroundings = around(room, piece, seen)
    site = guancha if piece.site == "guancha" else sina
    data: dict[str, object] = {
        "url": url_of(piece).replace("&page=0", ""),
        "title": piece.title,
        "original_title": piece.original_title,
        "summary": piece.intro if _is_guancha_page(piece) else piece.summary,
        "body": piece.text,
        "authors": [
            {"name": name, "description": piece.author_description} for name in piece.authors
        ],
        "source": {"name": piece.source, "url": piece.source_url} if piece.source else None,
        "editors": [_editor(piece.editor)] if piece.editor and piece.look != "mobile" else [],
        "keywords": [] if piece.look in {"mobile", "post"} else piece.keywords,
        "section": _section(piece),
        "published_at": _utc(piece.published),
        "updated_at": _utc(piece.updated),
        "times": _times(piece, NIGHTS[night if _drifts(piece, seen) else seen]),
        "images": [
            {"url": site.image_url(piece, picture), "caption": picture.caption}
            for picture in piece.images
        ],
        "script": piece.script,
        "comment_count": _comments(piece),
        "collect_count": piece.collects if _is_guancha_page(piece) else None,
        "related": [_related(link) for link in surroundings.related] if _has_related(piece) else [],
        "hot": [
            {"title": link.title, "url": link.url, "rank": rank}
            for rank, link in enumerate(surroundings.hot, start=1)
        ]
        if _has_related(piece)
        else [],
        "revision": 2 if edited else 1,
    }
    return data


def _drifts(piece: Piece, night: int) -> bool:
    """Whether its time is printed as so long ago; a later, exact one takes its place."""
    return piece.look == "post" and guancha.post_time(piece.published, NIGHTS[night]).endswith("前")


def _utc(moment: datetime | None) -> str | None:
    return moment.astimezone(UTC).isoformat() if moment else None


def _editor(printed: str) -> dict[str, str | None]:
    name, _, code = printed.partition(" ")
    return {"name": name, "code": code or None}


def _is_guancha_page(piece: Piece) -> bool:
    return piece.site == "guancha" and piece.look != "post"


def _is_sina_news(piece: Piece) -> bool:
    return piece.site == "sina" and piece.look == "news"


def _has_related(piece: Piece) -> bool:
    return _is_guancha_page(piece) or _is_sina_news(piece)


def _comments(piece: Piece) -> int | None:
    return piece.comments if piece.look in {"news", "finance", "zl", "column", "post"} else None


def _section(piece: Piece) -> str:
    if piece.site == "guancha":
        return "风闻" if piece.look == "post" else piece.section
    sections = {"finance2016": "国内财经", "tech2019": "产业", "mobile": f"news/{piece.path}"}
    return sections.get(piece.look, SECTIONS[piece.channel][0] if piece.channel in SECTIONS else "")


def _times(piece: Piece, seen: datetime) -> dict[str, str | None]:
    published = piece.published
    if piece.site == "guancha":
        if piece.look == "post":
            return _printed(guancha.post_time(published, seen))
        return _printed(f"{published:%Y-%m-%d %H:%M:%S}", updated=_clock(piece.updated))
    if piece.look == "mobile":
        live = f"{published:%Y-%m-%d %H:%M:%S}"
        return _printed(f"{published:%Y.%m.%d %H:%M}", live=live)
    if piece.look == "tech2019":
        return _printed(f"{published:%Y年%m月%d日%H:%M}", live=published.isoformat())
    gap = "" if piece.look == "finance2016" else " "
    went_live = published if piece.look == "finance2016" else piece.live
    return _printed(
        f"{published:%Y年%m月%d日}{gap}{published:%H:%M}",
        created=_clock(published),
        live=went_live.isoformat() if went_live else None,
        updated=_clock(piece.updated),
    )


def _clock(moment: datetime | None) -> str | None:
    return f"{moment:%Y-%m-%d %H:%M:%S}" if moment else None


def _printed(
    visible: str,
    created: str | None = None,
    live: str | None = None,
    updated: str | None = None,
) -> dict[str, str | None]:
    zone = "Asia/Shanghai"
    return {"visible": visible, "created": created, "live": live, "updated": updated, "zone": zone}


def _related(link: Link) -> dict[str, object]:
    return {
        "title": link.title,
        "url": link.url,
        "published_at": _utc(link.time.replace(second=0)) if link.time else None,
        "section": link.section[1] if link.section else None,
    }
