"""Articles out of the newsroom's own sentences, at random but the same for the same seed.

They read like news and mean nothing: for measuring, never for judging what a page object reads.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from random import Random

from attrs import define

from tests.support.newsroom.load import load
from tests.support.newsroom.model import ZONE, Around, Link, Picture, Piece, SiteKey
from tests.support.newsroom.night import url_of

NEWEST = datetime(2026, 3, 2, 2, 50, tzinfo=ZONE)
LOOKS = {
    "guancha": ("news", "news", "news", "news", "column"),
    "sina": ("news", "news", "news", "finance", "finance", "finance", "finance2016", "tech2019"),
}
_SENTENCE = re.compile(r"[^。！？]{4,}[。！？]”?")
_NUMBER = re.compile(r"[二三四五六七八九](?=百|千|万|十)")
_DIGITS = "二三四五六七八九"
_NOISE = ("quotation", "ads", "qr", "guba", "disclaimer", "quote", "video")


@define(frozen=True)
class Material:
    """What articles are made of."""

    sentences: list[str]
    titles: list[str]
    names: list[str]
    media: list[str]
    keywords: list[str]


def material() -> Material:
    """The sentences, headlines and names of all invented articles."""
    pieces = load().pieces[1]
    return Material(
        sentences=sorted({s for p in pieces for line in p.text for s in _SENTENCE.findall(line)}),
        titles=sorted({re.split("[，：？ ]", p.title)[0] for p in pieces}),
        names=sorted({name for p in pieces for name in p.authors if len(name) in {2, 3}}),
        media=sorted({p.source for p in pieces if p.source}),
        keywords=sorted({word for p in pieces for word in p.keywords}),
    )


def random_pieces(site: SiteKey, count: int, seed: int = 1) -> list[Piece]:
    """`count` articles, newest first, in all looks of the site."""
    rng = Random(f"{site} {seed}")
    parts = material()
    return [_piece(site, number, rng, parts) for number in range(count)]


def random_around(pieces: list[Piece], number: int) -> Around:
    """The surroundings of piece `number`: its neighbours, and more or less furniture."""
    rng = Random(f"around {number}")
    links = [Link(title=p.title, url=url_of(p), time=p.published) for p in pieces]
    size = rng.randint(3, 20)
    related = [links[(number + step) % len(links)] for step in range(1, size + 1)]
    hot = [links[(number * 7 + step) % len(links)] for step in range(rng.randint(5, 16))]
    return Around(related=related, hot=hot, weight=rng.choice((1, 2, 2, 3, 4, 6, 9)))


def _piece(site: SiteKey, number: int, rng: Random, parts: Material) -> Piece:
    look = rng.choice(LOOKS[site])
    published = NEWEST - timedelta(minutes=3 * number, seconds=rng.randint(0, 59))
    body = [_paragraph(rng, parts) for _ in range(rng.randint(4, 24))]
    name = rng.choice(parts.names)
    key = str(846_000 - number) if site == "guancha" else f"nkdrvxb{8_840_000 - number}"
    files = {"guancha": f"20260301{number:09}.jpg", "sina": f"n.sinaimg.cn/w/{number}.jpg"}
    return Piece(
        site=site,
        key=key,
        look=look,
        section=rng.choice(("industry-science", "economy", "politics", "qiche")),
        path=rng.choice(("c", "o", "chanjing/cyxw", "roll", "it")),
        host={"tech2019": "tech.sina.com.cn"}.get(look, ""),
        title=f"{rng.choice(parts.titles)}，{rng.choice(parts.titles)}（{number}）",
        published=published,
        live=published + timedelta(minutes=2),
        updated=published + timedelta(minutes=30) if rng.random() < 0.3 else None,
        original_title=rng.choice(parts.titles) if rng.random() < 0.3 else None,
        body=body,
        source=rng.choice(parts.media),
        byline=f"【文/观察者网 {name}】" if site == "guancha" else f"（记者 {name}）",
        authors=[name],
        author_description="产业观察作者",
        editor=f"{rng.choice(parts.names)} SN{rng.randint(100, 399)}",
        keywords=rng.sample(parts.keywords, 3),
        images=[Picture(file=files[site], after=2, caption=rng.choice(parts.titles))],
        comments=rng.randint(0, 3000),
        collects=rng.randint(0, 90),
        noise=rng.sample(_NOISE, rng.randint(0, 4)) if site == "sina" else [],
        channel=rng.choice(("china", "tech", "finance")),
    )


def _paragraph(rng: Random, parts: Material) -> str:
    chosen = "".join(rng.sample(parts.sentences, rng.randint(1, 4)))
    return _NUMBER.sub(lambda _: rng.choice(_DIGITS), chosen)
