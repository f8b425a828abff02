"""Which of the texts in a list's answer are to be read."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from attrs import define

from crawler.pages.entries.text import EntryText
from crawler.urls import ArticleUrl


@define(frozen=True, kw_only=True)
class ListedText:
    """An article whose list holds its text."""

    article: ArticleUrl
    text: EntryText


def texts_to_read(
    asked: Mapping[str, ArticleUrl],
    texts: Mapping[str, EntryText],
    *,
    wanted: Collection[str],
    taken: Collection[str],
) -> list[ListedText]:
    """Returns those of the articles that a list has shown for the first time in this run.

    wanted: articles that are new or due. taken: those of them that the run may have. What has no
    page of its own is read again whenever it is shown, since nothing else says that it has
    changed; what was taken down matters if it is stored.
    """
    found = []
    for id_, article in asked.items():
        text = texts.get(id_)
        if text is None:
            continue
        again = id_ not in wanted and not text.has_page
        if again if text.gone else again or id_ in taken:
            found.append(ListedText(article=article, text=text))
    return found
