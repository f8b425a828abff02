"""Settings of the whole house: environment over `newsdesk.toml` over the defaults below.

Every name is `NEWSDESK_<FIELD>` in the environment; the connection string alone is
`MONGODB_URI`, as every tool around MongoDB calls it.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path

from platformdirs import user_data_path
from pydantic import AliasChoices, Field, SecretStr
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

CONFIG_ENVIRONMENT_NAME = "NEWSDESK_CONFIG"


class Settings(BaseSettings):
    """What an operator may set. Each field's description is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix="NEWSDESK_", env_ignore_empty=True, extra="forbid", populate_by_name=True
    )

    mongodb_uri: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("MONGODB_URI", "mongodb_uri"),
        description="Connection string of your MongoDB. Empty: the embedded server is used.",
    )
    database: str = Field(
        default="newsdesk",
        pattern=r"^[A-Za-z0-9_-]{1,38}$",
        description="Name of the database.",
    )
    data_dir: Path = Field(
        default_factory=lambda: user_data_path("newsdesk"),
        description="Folder for the embedded server's files, the spool, logs and job files.",
    )
    db_port: int = Field(
        default=27117,
        ge=1024,
        le=65535,
        description="Port of the embedded server; fixed for a data folder once it has started.",
    )
    topics: Path | None = Field(
        default=None, description="Topics file. Empty: the topics shipped with Newsdesk."
    )
    keep_unmatched: bool = Field(
        default=False,
        description="Store articles that match no topic instead of turning them away.",
    )
    contact: str = Field(
        default="",
        description="Where a site's operator can reach you (page or mail); sent in the user agent.",
    )
    delay_seconds: float = Field(
        default=1.0,
        gt=0,
        description="Mean pause between two requests to one site (jitter 0.5 to 1.5 times).",
    )
    concurrency: int = Field(
        default=2, ge=1, le=16, description="Requests to one site at the same time."
    )
    allow_loopback: bool = Field(
        default=False,
        description="Let crawls reach servers on this machine (never other private addresses).",
    )
    browser: Path | None = Field(
        default=None,
        description="Chromium for pages that need a browser. Empty: the first that is found.",
    )
    rejects_days: int = Field(
        default=90, ge=1, description="Days for which turned-away articles are kept."
    )
    evidence_days: int = Field(default=30, ge=1, description="Days for which evidence is kept.")
    evidence_megabytes: int = Field(
        default=256, ge=1, description="Size of all evidence pages together, compressed."
    )
    log_level: str = Field(default="INFO", description="Level of the log files of jobs.")

    @property
    def spool_dir(self) -> Path:
        """Where items wait while MongoDB is away."""
        return self.data_dir / "spool" / self.database

    @property
    def jobs_dir(self) -> Path:
        """Log and statistics files of jobs."""
        return self.data_dir / "jobs"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Order of precedence: arguments, environment, file."""
        path = Path(os.environ.get(CONFIG_ENVIRONMENT_NAME, "newsdesk.toml"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, toml_file=path)


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """The settings of this process, read once."""
    return Settings()
