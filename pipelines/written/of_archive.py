"""Settings of the archive: what is kept, for how long, and where it is shipped to."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Self

from pydantic import Field, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings

_S3 = re.compile(r"s3://[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](/[\w.=-]+)*/?")
_ENDPOINT = re.compile(
    r"https?://[A-Za-z0-9.-]+(:\d{1,5})?/?|https?://\[[0-9A-Fa-f:]+\](:\d{1,5})?/?"
)


def checked_target(address: str) -> str:
    """Returns the address of a target without a closing slash.

    Raises:
        ValueError: it is none.
    """
    if _S3.fullmatch(address) and not {"", ".", ".."} & {*address.rstrip("/")[5:].split("/")}:
        return address.rstrip("/")
    path = address.removeprefix("file://")
    is_path = path != address and path.startswith("/") and path.isprintable() and path.strip("/")
    if is_path and not {".", ".."} & {*path.split("/")}:
        return "file://" + re.sub("/+", "/", path).rstrip("/")
    raise ValueError("a target is s3://BUCKET/FOLDER or file:///FOLDER")


def checked_endpoint(address: str) -> str:
    """Returns the address of an S3 server.

    Raises:
        ValueError: it is none.
    """
    if not _ENDPOINT.fullmatch(address):
        raise ValueError("an endpoint is http(s)://HOST:PORT, without user and password")
    return address.rstrip("/")


class ArchiveSettings(BaseSettings):
    """What an operator may set of the archive."""

    archive: bool = Field(
        default=True, description="Keep what sites sent, as they sent it, in WARC files."
    )
    archive_dir: Path | None = Field(
        default=None,
        description="Folder of these files. Empty: `archive` in the data folder; below it a "
        "folder for each database.",
    )
    archive_article_days: int | None = Field(
        default=None,
        ge=1,
        le=36_500,
        description="Days for which articles are archived. Empty: no limit.",
    )
    archive_article_megabytes: int = Field(
        default=8192,
        ge=1,
        le=1_000_000_000,
        description="Size of all archived articles; the oldest files go first.",
    )
    archive_list_days: int = Field(
        default=90,
        ge=1,
        le=36_500,
        description="Days for which lists and API answers are archived.",
    )
    archive_list_megabytes: int = Field(
        default=2048,
        ge=1,
        le=1_000_000_000,
        description="Size of all archived lists; the oldest files go first.",
    )
    archive_file_megabytes: int = Field(
        default=256,
        ge=1,
        le=100_000,
        description="Size from which on the archive begins another file.",
    )
    archive_target: str = Field(
        default="",
        description="Where finished files are shipped to: `s3://BUCKET/FOLDER` or "
        "`file:///FOLDER`. Empty: nowhere.",
    )
    archive_target_endpoint: str = Field(
        default="",
        description="Address of the S3 server, `https://HOST:PORT`. Empty: that of AWS.",
    )
    archive_target_region: str = Field(
        default="",
        pattern=r"^[a-z0-9-]{0,40}$",
        examples=["eu-west-1"],
        description="Region of the bucket, if it has one.",
    )
    archive_target_key: SecretStr | None = Field(
        default=None,
        description="Access key of the bucket. Empty: that of the environment or of the machine.",
    )
    archive_target_secret: SecretStr | None = Field(
        default=None, description="Secret of that access key."
    )
    archive_target_megabytes: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000_000,
        description="Size of all files at the target, of all machines; the oldest go first. Empty: "
        "no limit.",
    )
    archive_keep_days: int = Field(
        default=10,
        ge=0,
        le=36_500,
        description="Days for which the local copy of a shipped file stays.",
    )

    @field_validator("archive_target")
    @classmethod
    def _is_target(cls, address: str) -> str:
        return checked_target(address) if address else ""

    @field_validator("archive_target_endpoint")
    @classmethod
    def _is_endpoint(cls, address: str) -> str:
        return checked_endpoint(address) if address else ""

    @model_validator(mode="after")
    def _whole_target(self) -> Self:
        if (self.archive_target_key is None) != (self.archive_target_secret is None):
            raise ValueError("archive_target_key and archive_target_secret belong together")
        return self
