"""The archive as the settings have it: where it lies, what it may keep, where it is shipped to."""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from pathlib import Path

from pydantic import SecretStr

from crawler.archive.folder import ArchiveFolder, Limits
from crawler.archive.records import Kind
from crawler.archive.shipped.shipping import Shipper
from crawler.archive.shipped.target import Target
from crawler.archive.shipped.whole import Archive
from pipelines.config import Settings


def archive_of(settings: Settings) -> Archive:
    """Returns the archive of the database in use."""
    return archive_at(settings, settings.archive_path)


def archive_at(settings: Settings, path: Path) -> Archive:
    """Returns the archive in a folder: with the target, if the folder is that of a database."""
    is_ours = path.absolute().parent == settings.archive_path.absolute().parent
    return Archive(ArchiveFolder(path), target_of(settings, path.name) if is_ours else None)


def target_of(settings: Settings, database: str) -> Target | None:
    """Returns the target of a database; None if nothing is shipped."""
    if not settings.archive_target:
        return None
    return _target(
        settings.archive_target,
        database,
        settings.archive_target_endpoint or None,
        settings.archive_target_region or None,
        _said(settings.archive_target_key),
        _said(settings.archive_target_secret),
    )


@lru_cache(maxsize=8)
def _target(address: str, database: str, *options: str | None) -> Target:
    """Returns one object for each target, which keeps its connections."""
    endpoint, region, key, secret = options
    return Target(address, database, endpoint=endpoint, region=region, key=key, secret=secret)


def _said(secret: SecretStr | None) -> str | None:
    return secret.get_secret_value() if secret is not None else None


def shipper_of(settings: Settings) -> Shipper | None:
    """Returns what ships the archive of the database in use; None if nothing is shipped."""
    target = target_of(settings, settings.database)
    if target is None:
        return None
    return Shipper(
        folder=ArchiveFolder(settings.archive_path),
        target=target,
        file_size=file_size_of(settings),
        keep=timedelta(days=settings.archive_keep_days),
        limits=limits_of(settings),
        most=most_afar(settings),
    )


def most_afar(settings: Settings) -> int | None:
    """Returns the bytes that the target may hold; None if there is no limit."""
    megabytes = settings.archive_target_megabytes
    return megabytes * 1024 * 1024 if megabytes is not None else None


def shipped_bytes(settings: Settings) -> int:
    """Returns what all machines have shipped, by the list of the last run; asks nobody."""
    mirror = archive_of(settings).mirror
    return sum(mirror.sizes().values()) if mirror is not None else 0


def file_size_of(settings: Settings) -> int:
    """Returns the bytes from which on a file is full."""
    return settings.archive_file_megabytes * 1024 * 1024


def limits_of(settings: Settings) -> dict[Kind, Limits]:
    """Returns what an operator lets the archive keep."""
    megabyte = 1024 * 1024
    return {
        "articles": Limits(
            days=settings.archive_article_days, size=settings.archive_article_megabytes * megabyte
        ),
        "lists": Limits(
            days=settings.archive_list_days, size=settings.archive_list_megabytes * megabyte
        ),
    }
