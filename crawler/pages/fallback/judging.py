"""Whether what was found is an article, and how far it can be trusted."""

from __future__ import annotations

import re
from itertools import pairwise

from attrs import define

from crawler.pages.fallback.body import FoundText
from crawler.pages.fallback.genres import is_live, is_service, is_service_text, is_short_genre
from crawler.pages.fallback.headline import Headline
from crawler.pages.fallback.passages import Passage, Passages
from crawler.pages.times import find_times

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
_LONGEST_SERVICE_TEXT = 200
_TURN = re.compile(r"[^：:，。；\s]{1,10}[:：]\s?\S")
_FEWEST_TURNS = 2
_FEWEST_LINES = 4
_SHORTEST_TEXT = 12
_SHORT_SENTENCE = 5
_LITTLE_SHARE = 0.2
_SHARE_OF_FLASH = 0.3
"""What a single sentence has to repeat of its headline."""
_FEWEST_DATED = 5
"""Entries with a day and a clock time each: a list of flashes, not an article."""
_LONGEST_DATE = 20
_CLOCK = re.compile(r"\d{1,2}[:：]\d{2}(?:[:：]\d{2})?")
_MOST_LINKS_BESIDE = 8


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


def judge(
    page: Passages, found: FoundText, headline: Headline, *, is_dated: bool = False
) -> Judgement:
    """Judge by the headline's words in the text, the two ways' agreement, links, and sentences.

    is_dated: whether the page prints a time near the headline, or states one.
    """
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
    is_thin = (share < _LITTLE_SHARE and (not is_shown or sentences < _A_FEW_SENTENCES)) or (
        share < 0.6 and sentences < _ONE_SENTENCE
    )
    if linked > 0.5 or (linked > 0.15 and (not is_shown or share < _LITTLE_SHARE)):
        refusal = "list_page"
    elif _is_section(headline.title):
        refusal = "list_page" if linked > 0.15 else "no_article"
    elif _is_service(headline.title, found):
        refusal = "no_article"
    elif _is_list_of_flashes(headline.title, found) or (
        refusal is None and not is_dated and _introduces_list(page, found)
    ):
        refusal = "list_page"
    elif is_thin and not (
        is_shown and is_dated and _is_short_article(headline.title, share, found)
    ):
        refusal = "no_article"
    return Judgement(round(confidence, 2), refusal, detail)


def _is_service(title: str, found: FoundText) -> bool:
    """Whether the site speaks and no author."""
    is_short = sum(passage.length for passage in found.passages) < _LONGEST_SERVICE_TEXT
    said = is_short and any(is_service_text(passage.text) for passage in found.passages)
    return said or is_service(title)


def _is_list_of_flashes(title: str, found: FoundText) -> bool:
    texts = [each.text for each in found.passages if each.length < _LONGEST_DATE]
    dated = sum(any(time.text == text for time in find_times(text)) for text in texts)
    timed = sum(_CLOCK.fullmatch(text) is not None for text in texts) if is_live(title) else 0
    return dated + timed >= _FEWEST_DATED


def _introduces_list(page: Passages, found: FoundText) -> bool:
    """Whether one paragraph stands above many links, as on a page about a topic."""
    links = [each for each in page.passages[found.last + 1 :] if each.linked > each.length]
    return len(found.passages) <= 1 and len(links) >= _MOST_LINKS_BESIDE


def _is_short_article(title: str, share: float, found: FoundText) -> bool:
    """A notice, an answer, a few turns of a dialogue, a flash, short sentences on the headline."""
    said = [each for each in found.passages if each.marks and each.length >= _SHORT_SENTENCE]
    length = sum(passage.length for passage in said)
    turns = sum(_TURN.match(passage.text) is not None for passage in said)
    if share >= _LITTLE_SHARE and not said:
        return len(found.passages) >= _FEWEST_LINES  # a poem
    is_known = is_short_genre(title) or turns >= _FEWEST_TURNS or share >= _LITTLE_SHARE
    is_sentence = share >= _SHARE_OF_FLASH and any(each.length >= _SENTENCE for each in said)
    is_enough = len(said) >= _FEWEST_TURNS and length >= _SHORTEST_TEXT
    return is_known and (is_enough or is_sentence)


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
