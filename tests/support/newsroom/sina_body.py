"""The body element of a Sina article: its paragraphs, and all that is no part of it."""

from __future__ import annotations

from tests.support.newsroom.markup import esc, fill
from tests.support.newsroom.model import BOLD, Picture, Piece

BEFORE = ("quotation", "quote", "video")
AFTER = ("guba", "disclaimer", "qr")


def body(piece: Piece, part: list[str], url_of_page: list[str], editor_class: str) -> str:
    """One page's share of the body. url_of_page: the addresses of all pages."""
    start = piece.body.index(part[0])
    last = start + len(part) == len(piece.body)
    lines = []
    for number, paragraph in enumerate(part, start=start + 1):
        lines.append(_paragraph(paragraph, piece.subheads))
        lines += [_picture(picture) for picture in piece.images if picture.after == number]
    lines = _with_labels(piece, lines, first=start == 0, last=last)
    lines = surround(lines, piece.noise if last else [])
    if len(url_of_page) > 1:
        lines.append(_pager(url_of_page, piece.parts.index(part)))
    lines.append("<!-- news_keyword_pub,stock, -->")
    if piece.editor and last:
        lines.append(_part("editor", name_of_class=editor_class, editor=esc(piece.editor)))
    return "\n".join(lines)


def plain_body(piece: Piece) -> str:
    """The body where labels and editors stand elsewhere."""
    return "\n".join(
        surround([_paragraph(line, piece.subheads) for line in piece.body], piece.noise)
    )


def surround(lines: list[str], noise: list[str]) -> list[str]:
    """The paragraphs with the named noise before, between and after them."""
    middle = len(lines) // 2
    return [
        *(_part(name) for name in noise if name in BEFORE),
        *lines[:middle],
        *([_part("ads")] if "ads" in noise else []),
        *lines[middle:],
        *(_part(name) for name in noise if name in AFTER),
    ]


def _part(part: str, /, **parts: str) -> str:
    return fill(f"sina_parts.html#{part}", **parts)


def _paragraph(paragraph: str, subheads: str) -> str:
    name = subheads if paragraph.startswith(BOLD) else "paragraph"
    return _part(name, content=esc(paragraph.removeprefix(BOLD)))


def _with_labels(piece: Piece, lines: list[str], *, first: bool, last: bool) -> list[str]:
    """原标题 stands first; a byline before the text or after it, as its form wants."""
    found = list(lines)
    if piece.byline is not None:
        written = _part("paragraph", content=esc(piece.byline))
        leading = piece.byline.startswith("文/")
        found = [written, *found] if leading and first else found
        found = [*found, written] if last and not leading else found
    if piece.original_title and first:
        found.insert(0, _part("paragraph", content=f"原标题：{esc(piece.original_title)}"))
    return found


def _picture(picture: Picture) -> str:
    if picture.caption is None:
        return _part("picture", file=picture.file)
    return _part("picture_with_caption", file=picture.file, caption=esc(picture.caption))


def _pager(url_of_page: list[str], here: int) -> str:
    numbers = [
        _part("pager_here", number=str(n + 1))
        if n == here
        else _part("pager_other", number=str(n + 1), url=url)
        for n, url in enumerate(url_of_page)
    ]
    more = url_of_page[here + 1 : here + 2]
    following = _part("pager_next", url=more[0]) if more else ""
    return _part("pager", numbers="\n".join(numbers), following=following)
