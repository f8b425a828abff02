"""Pages without a text that send their reader on: by meta refresh, script or the body tag."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from itertools import islice
from urllib.parse import unquote

from crawler.exceptions import Moved, NotCollectable, PageError, PageGone
from crawler.pages.blocks import absolute
from crawler.pages.html import Element, find_all, raw_text
from crawler.urls import ArticleUrl, Identity

_LONGEST_SCRIPT = 20_000
_MOST_SCRIPTS = 200
_TEXT = r"(?P<{0}_quote>['\"`])(?P<{0}>[^'\"`\s<>]{{1,2000}}+)(?P={0}_quote)"
_DECODES = r"(?P<{0}_decodes>(?:decodeURI(?:Component)?|unescape)\(\s{{0,9}}+)?+"
_NAMED = r"(?P<{0}_name>[A-Za-z_$][\w$]{{0,60}}+)(?![.(\[])"
_VALUE = rf"{_DECODES}(?:{_TEXT}|{_NAMED})\s{{{{0,9}}}}+\)?(?!\s{{{{0,9}}}}+\+)"
_PLACE = r"(?:\blocation|\[\s{0,9}+['\"]location['\"]\s{0,9}+\])(?:\.href|\[['\"]href['\"]\])?"
_GOES_ON = re.compile(
    rf"{_PLACE}\s{{0,9}}+=\s{{0,9}}+{_VALUE.format('set')}"
    rf"|{_PLACE}\.(?:replace|assign)\(\s{{0,9}}+{_VALUE.format('called')}"
    rf"|\bnavigate\(\s{{0,9}}+{_VALUE.format('named')}"
    rf"|\bopen\(\s{{0,9}}+{_VALUE.format('opened')}\s{{0,9}}+,\s{{0,9}}+['\"]_(?:self|top)['\"]"
)
"""An address that a script puts together from parts is none."""
_ASSIGNED = re.compile(
    rf"\b(?P<name>[A-Za-z_$][\w$]{{0,60}}+)\s{{0,9}}+=\s{{0,9}}+{_DECODES.format('value')}{_TEXT.format('value')}"
    r"\s{0,9}+\)?(?!\s{0,9}+\+)"
)
_DECLARED = re.compile(
    r"\bfunction\s{1,9}+(?P<name>[A-Za-z_$][\w$]{0,60}+)\s{0,9}+\([^()]{0,200}+\)\s{0,9}+\{"
)
_BRACE = re.compile(r"[{}]")
_ESCAPED = re.compile(r"\\(?:x(?P<byte>[0-9a-fA-F]{2})|u(?P<code>[0-9a-fA-F]{4})|(?P<slash>/))")
_WAYS = ("set", "called", "named", "opened")
_FOR_TELEPHONES = re.compile(r"userAgent|\bisMobile\b", re.IGNORECASE)
_REFRESH = re.compile(
    r"\s{0,9}+[\d.]{0,9}+\s{0,9}+(?:[;,]\s{0,9}+)?+(?:url\s{0,9}+=\s{0,9}+)?+"
    r"['\"]?+(?P<url>[^'\"\s>;,]{2}[^'\"\s>]{0,2000}+)",
    re.IGNORECASE,
)


def where_it_leads(
    root: Element, own: ArticleUrl, base_url: str, identify: Callable[[str], Identity]
) -> PageError | None:
    """What to raise for a page without a text of its own, or None if it leads nowhere else.

    own: which article the page was asked for as. Its own address and its other pages are no way
    out; another address of the same article is.
    """
    for link in _targets(root):
        url = absolute(base_url, link)
        identity = identify(url) if url else None
        if identity is None or _is_here(identity, own):
            continue
        if isinstance(identity, ArticleUrl):
            return Moved(identity.whole_url or identity.url)
        if identity.reason == "home":
            return PageGone("home_page", f"the page leads to {url}")
        return NotCollectable(identity.reason, f"the page leads to {url}")
    return None


def _is_here(identity: Identity, own: ArticleUrl) -> bool:
    """Whether it is the page itself, or another page of an article that stands on several."""
    if not isinstance(identity, ArticleUrl) or identity.key != own.key:
        return False
    return identity.url == own.url or identity.page != own.page


def _targets(root: Element) -> Iterator[str]:
    for refresh in find_all(root, "//meta[@http-equiv and @content]"):
        if (refresh.get("http-equiv") or "").casefold() == "refresh":
            match = _REFRESH.match((refresh.get("content") or "")[:_LONGEST_SCRIPT])
            if match:
                yield match["url"]
    texts = [raw_text(script) for script in islice(root.iter("script"), _MOST_SCRIPTS)]
    body = root.find("body")
    texts.append((body.get("onload") or "") if body is not None else "")
    texts = [text[:_LONGEST_SCRIPT] for text in texts]
    every = "\n".join(texts)
    for text in texts:
        if not any(word in text for word in ("location", "open(", "navigate(")):
            continue
        if _FOR_TELEPHONES.search(text):
            continue  # sends only some of the readers on
        yield from _script_targets(_run_at_once(text, every))


def _run_at_once(text: str, every: str) -> str:
    """A script without the bodies of functions that no script calls: a reader's click does."""
    kept, at = [], 0
    for match in islice(_DECLARED.finditer(text), _MOST_SCRIPTS):
        if match.start() >= at and every.count(match["name"]) == 1:
            kept.append(text[at : match.end()])
            at = _end_of_block(text, match.end())
    return "".join((*kept, text[at:]))


def _end_of_block(text: str, start: int) -> int:
    depth = 1
    for brace in _BRACE.finditer(text, start):
        depth += 1 if brace[0] == "{" else -1
        if not depth:
            return brace.start()
    return len(text)


def _script_targets(text: str) -> Iterator[str]:
    """The addresses that a script goes on to, written there or given a name before."""
    matches = islice(_ASSIGNED.finditer(text), _MOST_SCRIPTS)
    named = {match["name"]: _written(match, "value") for match in matches}
    for match in islice(_GOES_ON.finditer(text), _MOST_SCRIPTS):
        way = next(way for way in _WAYS if match[way] or match[f"{way}_name"])
        url = _written(match, way) if match[way] else named.get(match[f"{way}_name"], "")
        if url:
            yield url


def _written(match: re.Match[str], name: str) -> str:
    """A text of a script as it reads; "" for a template with names in it."""
    text = _ESCAPED.sub(
        lambda escape: escape["slash"] or chr(int(escape["byte"] or escape["code"], 16)),
        match[name],
    )
    if "${" in text:
        return ""
    return unquote(text) if match[f"{name}_decodes"] else text
