"""Writes a proposal as the TOML file of a site, with what is unsure said beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from crawler.kit.embedded import JSON_LD
from crawler.kit.links.data import DataList
from crawler.kit.links.patterns import Pattern
from crawler.kit.places.bodies import BodyProposal
from crawler.kit.places.fields import Proposal
from crawler.kit.places.place import Place
from crawler.kit.survey import ListProposal, Survey
from crawler.sources.feed import Feed
from crawler.sources.json_items import JsonItems
from crawler.sources.link_page import LinkPage
from crawler.sources.list_page import ListPage
from crawler.sources.script_json import ScriptJson
from crawler.sources.sitemap import Sitemap

NAMES = {"published_at": "time"}
"""What the file calls a field where that is another name than the article's."""
SURE = 0.9
HALF = 0.5
ORDER = (
    "title", "published_at", "source", "authors", "editors", "section", "keywords", "summary",
    "comment_count",
)  # fmt: skip
_NO_SLUG = re.compile(r"[^a-z0-9]+")
_META = re.compile(r'meta\[(?:name|property)="([^"]+)"\]')
_LAYOUT_HEAD = re.compile(r"^\[article\][ \t]*(?=#|$)", re.MULTILINE)
_FIELDS_HEAD = re.compile(r"^\[article\.", re.MULTILINE)
_MANY_LAYOUTS = re.compile(r"^\[\[article\]\]", re.MULTILINE)


def site_text(found: Survey, *, title: str, day: date) -> str:
    """The whole file."""
    title = " ".join(title.split())
    blocks = [
        "\n".join(_head(found, title, day)),
        *("\n".join(_articles(pattern)) for pattern in found.patterns),
        *("\n".join(lines) for lines in _lists(found)),
        "\n".join(["[article]", *_fields(found)]),
        "\n".join(_expectations(found)),
        "\n".join(_examples(found)),
    ]
    return "\n\n".join(blocks) + "\n"


def with_layout(text: str, found: Survey, since: date) -> str:
    """The file of a site with one more look of its pages, from a day on."""
    if not _MANY_LAYOUTS.search(text):
        if _LAYOUT_HEAD.search(text):
            text = _LAYOUT_HEAD.sub("[[article]]", text, count=1)
        else:
            text = _FIELDS_HEAD.sub("[[article]]\n[article.", text, count=1)
    head = f"# The pages as they look since {since}, found by {_evidence(found)}."
    return "\n".join(
        [text.rstrip("\n"), "", head, "[[article]]", f"since = {since}", *_fields(found), ""]
    )


def _evidence(found: Survey) -> str:
    stored = f", {found.stored} of them stored articles" if found.stored else ""
    return f"{found.read} pages{stored}"


def _head(found: Survey, title: str, day: date) -> Iterator[str]:
    yield f"# {title}. Proposed on {day} from {_evidence(found)}; docs/sites.md is the reference."
    yield "# What is not certain says so: look at it, and take the remark away."
    yield f"title = {quoted(title)}"
    yield f"home = {quoted(found.start)}"
    yield f"domains = [{quoted(found.domain)}]"
    if found.others:
        yield ""
        yield "[other_pages]"
        yield f"not_news = {literal(found.others)}"


def _articles(pattern: Pattern) -> Iterator[str]:
    yield "[[articles]]"
    yield f"# {pattern.of} addresses such as {pattern.examples[0]}"
    yield f"pattern = {literal(pattern.path)}"
    if pattern.key != "{key}":
        yield f"key = {quoted(pattern.key)}"
        yield "# unsure: no single part of the address tells these articles apart"
    yield f"address = {quoted(pattern.address)}"


def _lists(found: Survey) -> Iterator[list[str]]:
    taken: set[str] = set()

    def named(words: str, url: str) -> list[str]:
        name = free_name(url, taken)
        return ["[[lists]]", f"name = {quoted(name)}", f"title = {quoted(words)}"]

    for each in found.lists:
        yield [*named(each.title, each.form.url), *_list_page(each)]
    for url in found.link_pages:
        yield [*named("Links", url), f"kind = {quoted(LinkPage.kind)}", f"url = {quoted(url)}"]
    for url in found.feeds:
        yield [*named("Feed", url), f"kind = {quoted(Feed.kind)}", f"url = {quoted(url)}"]
    for data in found.data:
        plain = data.url.partition("?")[0]
        yield [*named(f"Data of {plain}", f"{plain}/data"), *_data_list(data)]
    for url in found.sitemaps:
        yield [
            *named("Sitemap", url),
            f"kind = {quoted(Sitemap.kind)}",
            f"url = {quoted(url)}",
            "default = false",
        ]


def _data_list(data: DataList) -> Iterator[str]:
    yield f"kind = {quoted(ScriptJson.kind if data.script else JsonItems.kind)}"
    yield f"url = {quoted(data.url)}"
    if data.script:
        is_element = not re.fullmatch(r"(?!__)[\w$.]+", data.script)
        name = "element" if is_element else "variable"
        yield f"{name} = {quoted(f'#{data.script}' if is_element else data.script)}"
    yield f"items = {quoted(data.items)}"
    if data.page_size:
        yield f"page_size = {data.page_size}"
    if data.number_from != 1:
        yield f"number_from = {data.number_from}"
    if data.body:
        yield f"body = {inline(data.body)}"
    if data.cursor:
        yield f"cursor = {inline(data.cursor)}"
        yield f"cursor_start = {inline(data.cursor_start)}"
    yield f"link = [{', '.join(map(quoted, data.link))}]"
    yield f"headline = {quoted(data.headline)}"
    if data.time:
        yield f"time = {quoted(data.time)}"


def _list_page(found: ListProposal) -> Iterator[str]:
    form, paged = found.form, found.paged
    yield f"kind = {quoted(ListPage.kind)}"
    yield f"url = {quoted(paged.url if paged else form.url)}"
    if paged and paged.first:
        yield f"first = {quoted(paged.first)}"
    if paged and paged.number_from != 1:
        yield f"number_from = {paged.number_from}"
    unsure = (
        ""
        if form.links >= SURE * form.entries
        else f"  # unsure: {form.links} of {form.entries} are articles"
    )
    yield f"entry = {quoted(form.entry)}{unsure}"
    if form.link != "a":
        yield f"link = {quoted(form.link)}"
    if form.time:
        unsure = (
            "" if form.dated >= SURE * form.links else f"  # unsure: {form.dated} of {form.links}"
        )
        yield f"time = {quoted(form.time)}{unsure}"
    if form.comments:
        yield f"comments = {quoted(form.comments)}"


def _fields(found: Survey) -> Iterator[str]:
    yield "[article.fields]"
    for name in ORDER:
        proposal = found.fields.get(name)
        if proposal is not None:
            yield _field(proposal)
    if found.body is not None:
        yield from _body(found.body)


def _field(proposal: Proposal) -> str:
    written = [_place(each.place) for each in proposal.places]
    value = written[0] if len(written) == 1 else f"[{', '.join(written)}]"
    name = NAMES.get(proposal.field, proposal.field)
    line = f"{name} = {value}"
    is_needed = proposal.field in {"title", "published_at"}
    if proposal.support < HALF * proposal.of and not is_needed:
        line = f"# {line}"
    return line + _doubt(proposal)


def _doubt(proposal: Proposal) -> str:
    """What is unsure of a field, as a remark; nothing where all pages agree."""
    wrong = sum(each.wrong for each in proposal.places)
    if proposal.support >= SURE * proposal.of and not wrong:
        return ""
    words = f"  # unsure: {proposal.support} of {proposal.of} pages"
    words += f", another text on {wrong}" if wrong else ""
    other = proposal.runner_up
    return words + (f"; runner-up {_place(other.place)} ({len(other.right)})" if other else "")


def _place(place: Place) -> str:
    """A place as the file has it."""
    if place.script == JSON_LD:
        return f"{{ json_ld = {quoted(place.path)} }}"
    if place.script:
        name = place.script if re.fullmatch(r"(?!__)[\w$.]+", place.script) else f"#{place.script}"
        return f"{{ script = {quoted(name)}, path = {quoted(place.path)} }}"
    meta = _META.fullmatch(place.css)
    if meta and place.attribute == "content":
        return f"{{ meta = {quoted(meta[1])} }}"
    if place.attribute:
        return f"{{ css = {quoted(place.css)}, attribute = {quoted(place.attribute)} }}"
    return quoted(place.css)


def _body(body: BodyProposal) -> Iterator[str]:
    unsure = (
        "" if body.support >= SURE * body.of else f"  # unsure: {body.support} of {body.of} pages"
    )
    if unsure and body.runner_up:
        unsure += f"; runner-up {quoted(body.runner_up.css)} ({body.runner_up.support})"
    boxes = [quoted(box.css) for box in body.boxes]
    yield f"body = {boxes[0] if len(boxes) == 1 else '[' + ', '.join(boxes) + ']'}{unsure}"
    drop = [f"{box.css} {css}" for box in body.boxes for css, _ in box.drop]
    if drop:
        yield f"leave_out = [{', '.join(map(quoted, drop))}]"


def _expectations(found: Survey) -> Iterator[str]:
    entries = sum(each.form.links for each in found.lists) or sum(found.link_pages.values())
    yield "[expectations]"
    yield f"articles = {max(1, entries // 2)}  # found in the lists, at least; {entries} were seen"
    yield "unreadable = 0.2"
    full = [name for name, each in found.fields.items() if each.support == found.read]
    kept = [f"{name} = 0.9" for name in ("source", "authors", "keywords") if name in full]
    if kept:
        yield f"filled = {{ {', '.join(kept)} }}"


def _examples(found: Survey) -> Iterator[str]:
    yield "[examples]  # held by newsdesk site test"
    for pattern in found.patterns:
        for url in pattern.examples:
            if not any(re.search(other, url) for other in found.others):
                yield f"{quoted(url)} = {quoted(pattern.key_of(url))}"


def free_name(url: str, taken: set[str]) -> str:
    """A short name for a list, by the last words of its address."""
    path = re.sub(r"\.\w{2,5}$", "", url.partition("://")[2].partition("?")[0]).lower()
    parts = [part for part in map(_slug, path.split("/")) if part]
    words = [part for part in parts[1:] if part not in {"index", "list", "default"}]
    stem = (words or [parts[0].split("_")[0] if parts else "list"])[-1][:30]
    name, number = stem, 1
    while name in taken:
        number += 1
        name = f"{stem}_{number}"
    taken.add(name)
    return name


def _slug(text: str) -> str:
    return _NO_SLUG.sub("_", text).strip("_")


def quoted(text: str) -> str:
    """A TOML string; one with double quotes and no single ones stands in single ones."""
    if '"' in text and "'" not in text and text.isprintable():
        return f"'{text}'"
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def inline(value: object) -> str:
    """A value of JSON as TOML has it on one line; what is null is left out."""
    if isinstance(value, Mapping):
        said = [f"{quoted(str(k))} = {inline(v)}" for k, v in value.items() if v is not None]
        return f"{{ {', '.join(said)} }}" if said else "{}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(inline(each) for each in value if each is not None)}]"
    return quoted(value) if isinstance(value, str) else json.dumps(value)


def literal(text: str | Sequence[str]) -> str:
    """A TOML string as it is, for patterns; or a list of them."""
    if isinstance(text, str):
        return f"'{text}'" if "'" not in text and text.isprintable() else quoted(text)
    return f"[{', '.join(map(literal, text))}]"
