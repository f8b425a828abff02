"""Whether what was found is an article, and how far it can be trusted."""

from __future__ import annotations

import re
from itertools import pairwise

from attrs import define

from crawler.pages.fallback.body import Found
from crawler.pages.fallback.headline import Headline
from crawler.pages.fallback.passages import Passage, Passages

_PIECES = re.compile(r"[㐀-鿿]|[^\W_㐀-鿿]+")
_SENTENCE = 20
_A_FEW_SENTENCES = 150
_ONE_SENTENCE = 40
_DOUBTFUL = 0.7
"""Below this the text is flagged: a text with hardly a piece of its headline reaches no more."""
_HOPELESS = 0.25
"""Below this it is not stored at all."""
_SECTION = re.compile(
    r"(?:频道|专题|专栏|栏目|首页|列表|排行榜?|大全|导航|滚动(?:新闻)?|要闻|动态|新闻中心|[一-鿿]{2}新闻)"
)
"""What the titles of lists and topic pages are made of."""
_LONGEST_SECTION = 8


@define(frozen=True)
class Judgement:
    """What is to be thought of a page.

    confidence: 0..1. refusal: why it is no article, a reason that is counted, or None; detail:
    the same for a person.
    """

    confidence: float
    refusal: str | None = None
    detail: str = ""

    @property
    def is_doubtful(self) -> bool:
        return self.confidence < _DOUBTFUL


def judge(page: Passages, found: Found, headline: Headline) -> Judgement:
    """Judge by the headline's words in the text, the two ways' agreement, links, and sentences."""
    share = title_share(headline.title, found.text)
    linked = _linked_share(page.passages[found.first : found.last + 1])
    sentences = sum(
        passage.length
        for passage in found.passages
        if passage.marks and passage.length >= _SENTENCE
    )
    is_shown = headline.number is not None
    confidence = found.agreement * min(1.0, 0.5 + share) * (1 - linked) * (1 if is_shown else 0.8)
    detail = f"title {share:.2f}, links {linked:.2f}, sentences {sentences:.0f}"
    refusal = "doubtful" if confidence < _HOPELESS else None
    if linked > 0.5 or (linked > 0.15 and (not is_shown or share < 0.2)):
        refusal = "list_page"
    elif _is_section(headline.title):
        refusal = "list_page" if linked > 0.15 else "no_article"
    elif (share < 0.2 and (not is_shown or sentences < _A_FEW_SENTENCES)) or (
        share < 0.6 and sentences < _ONE_SENTENCE
    ):
        refusal = "no_article"
    return Judgement(round(confidence, 2), refusal, detail)


def title_share(title: str, text: str) -> float:
    """The share of a title's pieces (two Chinese characters, or a word) that the text has."""
    pieces = _pieces(title)
    return len(pieces & _pieces(text)) / len(pieces) if pieces else 1.0


def _pieces(text: str) -> set[str]:
    words = _PIECES.findall(text.casefold())
    pairs = {first + second for first, second in pairwise(words) if len(first) == len(second) == 1}
    return pairs | {word for word in words if len(word) > 2}


def _linked_share(passages: list[Passage]) -> float:
    linked = sum(passage.linked for passage in passages)
    return linked / (linked + sum(passage.length for passage in passages) + 1)


def _is_section(title: str) -> bool:
    return len(title) <= _LONGEST_SECTION and _SECTION.search(title) is not None
