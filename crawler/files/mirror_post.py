"""Reads a mirror's Hexo post: RSSHub written out as Markdown with YAML front matter.

The post has no address and no docid of the site: its identity is title, date and text. Three
fields of the front matter are not read: `author` is the site, not the writer; `thumbnail` and
`headimg` are the first image of the HTML, which may be the app's QR code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from html import escape, unescape

import yaml
from frontmatter.default_handlers import YAMLHandler

from crawler.exceptions import PageError
from crawler.files.identity import import_identity
from crawler.pages.html import parse, visible
from crawler.pages.joining import merged_removed, unique
from crawler.pages.lines.sorting import sort_lines
from crawler.pages.times import parse_time
from crawler.sites.sina import parts as sina_parts
from crawler.urls import generic
from pipelines.items import Article, Extraction, Times

METHOD = "mirror_post"
VERSION = 1
ZONE = "Asia/Shanghai"
_LONGEST_POST = 5_000_000
_LONGEST_FRONT = 64_000
_BOUNDARY = re.compile(r"^-{3,}[ \t]*$", re.MULTILINE)
_SITES = (("新浪", "sina"), ("观察者", "guancha"), ("觀察者", "guancha"))
_NO_BASE = "https:"
"""Base of links: one without a scheme becomes https, a relative one has no host and is left out."""
_UTC = re.compile(r"\b(?:GMT|UTC|Z)$|\+00:?00$")
_TAG = re.compile(r"<[A-Za-z!/]")


def read_mirror_post(text: str) -> Article:
    """Reads a post: front matter between `---`, then HTML or Markdown. Its first line may be empty.

    Raises:
        PageError: no front matter, front matter that is no YAML (with its line), or a post
            without title, date or text.
    """
    front, content = _split(text)
    title = visible(unescape(_text(front, "title")))
    printed = _text(front, "date")
    if not title:
        raise PageError("no_title", "front matter: `title` is missing or empty")
    moment = _moment(printed)
    site = _site(front)
    blocks = sina_parts.body_blocks(parse(_as_html(content)), _NO_BASE)
    lines = sort_lines(blocks.lines, title=title, site_names=sina_parts.SITE_NAMES)
    body = "\n".join(lines.body)
    if not body:
        raise PageError("no_body", "the post has no text below its front matter")
    identity = import_identity(site, title, printed, body)
    return Article(
        site=site,
        key=identity.key,
        url=identity.url,
        title=title,
        body=body,
        published_at=moment[0],
        original_title=lines.original_title,
        authors=lines.authors,
        source=lines.source,
        editors=lines.editors,
        section=_section(front),
        times=Times(visible=printed, zone=moment[1]),
        images=blocks.images,
        extraction=Extraction(
            method=METHOD,
            version=VERSION,
            flags=unique(lines.flags),
            removed=merged_removed([*blocks.removed, *lines.removed]),
        ),
    )


def _split(text: str) -> tuple[Mapping[str, object], str]:
    """Returns the front matter and what stands below it."""
    if len(text) > _LONGEST_POST:
        raise PageError("too_long", f"{len(text):,} characters: no article is as long")
    text = text.replace("\r\n", "\n")
    start = len(text) - len(text.lstrip("\ufeff \t\r\n"))
    parts = _BOUNDARY.split(text[start:], 2)
    if len(parts) != 3 or parts[0]:
        raise PageError("no_front_matter", "a post starts with `---`, fields, and `---` again")
    first_line = text.count("\n", 0, start) + 1
    return _read_front(parts[1], first_line), parts[2]


def _read_front(written: str, first_line: int) -> Mapping[str, object]:
    """Reads the fields as text: dates stay as printed, and no YAML tag makes an object."""
    if len(written) > _LONGEST_FRONT:
        raise PageError("bad_front_matter", f"line {first_line}: {len(written):,} characters long")
    try:
        found = YAMLHandler().load(written, Loader=yaml.BaseLoader)
    except yaml.YAMLError as error:
        mark = getattr(error, "context_mark", None) or getattr(error, "problem_mark", None)
        line = first_line + (mark.line if mark else 0)
        problem = getattr(error, "problem", None) or str(error)
        raise PageError("bad_front_matter", f"line {line}: {problem}") from error
    except RecursionError as error:
        raise PageError("bad_front_matter", f"line {first_line}: nested too deeply") from error
    if not isinstance(found, dict):
        raise PageError("bad_front_matter", f"line {first_line}: no `field: value` lines")
    return found


def _text(front: Mapping[str, object], name: str) -> str:
    value = front.get(name, "")
    if not isinstance(value, str):
        raise PageError("bad_front_matter", f"`{name}` is no text but {type(value).__name__}")
    return visible(value)


def _categories(front: Mapping[str, object]) -> list[str]:
    value = front.get("categories")
    levels = value if isinstance(value, list) else [value]
    return [visible(level) for level in levels if isinstance(level, str) and visible(level)]


def _moment(printed: str) -> tuple[datetime, str]:
    """Returns the time of the post and the zone it was read in."""
    if not printed:
        raise PageError("no_time", "front matter: `date` is missing or empty")
    try:
        time = parse_time(printed, zone=ZONE)
    except ValueError:
        time = None
    if time is None:
        raise PageError("no_time", f"front matter: `date: {printed}` is no date and time")
    return time.moment, "UTC" if _UTC.search(printed) else ZONE


def _site(front: Mapping[str, object]) -> str:
    names = " ".join([_text(front, "author"), *_categories(front)])
    return next((site for name, site in _SITES if name in names), generic.SITE)


def _section(front: Mapping[str, object]) -> str | None:
    """Returns the last category: the feed that the post came from, as printed."""
    return next(reversed(_categories(front)), None)


def _as_html(content: str) -> str:
    """Returns HTML as it is, and plain Markdown paragraphs as HTML."""
    if _TAG.search(content):
        return content
    return "".join(f"<p>{escape(line)}</p>" for line in content.splitlines() if line.strip())
