"""A target of each kind: a folder, and a bucket of a real S3 server."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.archive.shipped.target import Target
from tests.support.buckets import BUCKET, Buckets, buckets


@pytest.fixture(scope="module")
def s3(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Buckets]:
    with buckets(tmp_path_factory.mktemp("s3")) as server:
        yield server


@pytest.fixture(params=["folder", "bucket"])
def target(request: pytest.FixtureRequest, tmp_path: Path) -> Target:
    if request.param == "folder":
        (tmp_path / "far").mkdir()
        return Target(f"file://{tmp_path}/far", "news")
    return bucket(request.getfixturevalue("s3"), tmp_path)


@pytest.fixture
def bucket_target(s3: Buckets, tmp_path: Path) -> Target:
    return bucket(s3, tmp_path)


def bucket(s3: Buckets, tmp_path: Path) -> Target:
    """A folder of the bucket that no other test uses."""
    return Target(
        f"s3://{BUCKET}/{tmp_path.name}",
        "news",
        endpoint=s3.endpoint,
        region="us-east-1",
        key="desk",
        secret="kept-to-itself",  # noqa: S106 - of a server on loopback
    )
