"""What of an article queries look at."""

from __future__ import annotations

import attrs

from pipelines.storage.documents import article_document
from pipelines.text.query.fields import DOCUMENT_FIELDS, article_fields, document_fields
from pipelines.text.query.tree import FIELDS
from tests.support.samples import full_sample, sample


def test_an_article_and_its_document_give_the_same() -> None:
    for article in (full_sample(), sample(1)):
        document = article_document(article)
        assert document_fields(document) == article_fields(article)
        wanted = {name: document[name] for name in DOCUMENT_FIELDS}
        assert document_fields(wanted) == article_fields(article)


def test_every_field_of_the_query_language_is_there() -> None:
    fields = article_fields(full_sample())
    assert tuple(fields) == FIELDS
    assert all(fields.values())


def test_lists_of_links_are_not_looked_at() -> None:
    article = full_sample()
    bare = attrs.evolve(article, related=[], hot=[], images=[], original_title=None, summary=None)
    assert article_fields(article) == article_fields(bare)
