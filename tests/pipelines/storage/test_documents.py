"""Articles as documents, exactly and back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pymongo.database import Database

from pipelines.items import Article
from pipelines.storage.documents import (
    LARGEST_DOCUMENT,
    article_document,
    article_from_document,
    decode,
    encode,
    pack,
    scrubbed,
    unpack,
)
from pipelines.storage.exceptions import DocumentRefused
from pipelines.text.fingerprints import fingerprint
from tests.support.samples import full_sample, sample

_moments = st.integers(0, 4_000_000_000_000).map(
    lambda milliseconds: datetime(1990, 1, 1, tzinfo=UTC) + timedelta(milliseconds=milliseconds)
)
st.register_type_strategy(datetime, _moments)
st.register_type_strategy(str, st.text(st.characters(exclude_categories=["Cs"]), max_size=20))
st.register_type_strategy(int, st.integers(0, 2**40))
st.register_type_strategy(float, st.floats(0, 1))


@settings(max_examples=60, deadline=None)
@given(st.from_type(Article))
def test_any_article_comes_back_as_it_was(article: Article) -> None:
    assert article_from_document(decode(encode(article_document(article)))) == article
    assert unpack(pack(article)) == article


def test_through_mongodb(database: Database[dict[str, Any]]) -> None:
    article = full_sample()
    times = dict.fromkeys(
        ("first_seen_at", "stored_at", "checked_at", "last_seen_at"), article.published_at
    )
    database["articles"].insert_one({**article_document(article), **times, "revision": 1})
    found = database["articles"].find_one({"_id": article.id})
    assert found is not None
    assert article_from_document(found) == article


def test_every_field_is_written() -> None:
    names = {field.name for field in attrs.fields(Article)} - {"traces"}
    assert set(article_document(sample(1))) == names | {"_id"}


def test_lone_surrogates_are_replaced() -> None:
    article = attrs.evolve(full_sample(), title="标题\ud83d完", keywords=["a\udc00"])
    found = article_from_document(decode(encode(article_document(article))))
    assert (found.title, found.keywords) == ("标题\ufffd完", ["a\ufffd"])
    assert fingerprint(article).text == fingerprint(found).text
    assert scrubbed("真好\U0001f600") == "真好\U0001f600"


def test_times_are_kept_to_the_millisecond_in_utc() -> None:
    moment = datetime(2026, 3, 2, 9, 30, 1, 234_567, tzinfo=UTC)
    found = article_from_document(decode(encode(article_document(sample(1, published_at=moment)))))
    assert found.published_at == moment - timedelta(microseconds=567)


def test_what_mongodb_would_not_take() -> None:
    with pytest.raises(DocumentRefused, match="too_large"):
        encode(article_document(sample(1, body="字" * (LARGEST_DOCUMENT // 3))))
    with pytest.raises(DocumentRefused, match="not_storable"):
        encode({"_id": 2**70})


@pytest.mark.parametrize("removed", [{}, {"removed": None}])
def test_a_document_of_before_removed_lines_were_kept_is_read(removed: dict[str, Any]) -> None:
    document = article_document(full_sample())
    del document["source"]["origin"], document["extraction"]["removed"]
    document["extraction"] |= removed
    found = article_from_document(document)
    assert found.extraction.removed == []
    assert found.source is not None
    assert found.source.origin is None


def test_removed_lines_and_origin_make_no_revision() -> None:
    article = full_sample()
    assert article.source is not None
    bare = attrs.evolve(
        article,
        source=attrs.evolve(article.source, origin=None),
        extraction=attrs.evolve(article.extraction, removed=[]),
    )
    assert fingerprint(article) == fingerprint(bare)
