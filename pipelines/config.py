"""Settings of the whole house: environment over `newsdesk.toml` over the defaults below.

In the environment every setting is called `NEWSDESK_<FIELD>`; only the connection string is called
`MONGODB_URI`, as in every tool around MongoDB.
"""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import Literal, Self

from platformdirs import user_data_path
from pydantic import (
    AliasChoices,
    Field,
    SecretStr,
    field_validator,
    model_validator,
)
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from pipelines.timing import revisits as plans
from pipelines.written.broker import LOCAL_BROKER, BrokerUrl
from pipelines.written.of_archive import ArchiveSettings
from pipelines.written.of_sites import MOST, SiteSettings, checked_proxy, sites_as_json
from pipelines.written.settings import BadConfig, Environment, TomlFile

CONFIG_ENVIRONMENT_NAME = "NEWSDESK_CONFIG"
JOB_VARIABLE = "NEWSDESK_JOB"
MEMORY_VARIABLE = "NEWSDESK_STATS_MEMORY"
"""Descriptor of a file in memory: a job's statistics go there when no disk takes them."""
LogLevel = Literal["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"]


class Settings(ArchiveSettings):
    """What an operator may set. The description of each field is its documentation."""

    model_config = SettingsConfigDict(
        env_prefix="NEWSDESK_",
        env_ignore_empty=True,
        extra="forbid",
        populate_by_name=True,
        hide_input_in_errors=True,  # some hold passwords
    )

    mongodb_uri: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("MONGODB_URI", "mongodb_uri"),
        description="Connection string of your MongoDB. Empty: the embedded server is used.",
    )
    database: str = Field(
        default="newsdesk",
        pattern=r"^[A-Za-z0-9_-]{1,38}$",
        examples=["newsdesk_2"],
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
        le=3600,
        description="Shortest pause between two requests to one site (at random up to 1.5 times).",
    )
    concurrency: int = Field(
        default=2, ge=1, le=16, description="Requests to one site at the same time."
    )
    revisits: str = Field(
        default=plans.DEFAULT,
        description="Ages at which an article is looked at again; after a semicolon those of a "
        "single site: `1h 1d; sina: 6h 7d`.",
    )
    revisits_per_run: int = Field(
        default=500,
        ge=0,
        le=MOST,
        description="At most so many pages are asked for again in one run though no list shows "
        "them as new.",
    )
    page_seconds: float = Field(
        default=5.0,
        gt=0,
        le=3600,
        description="CPU time that reading one page may take; what needs more is `too_costly`.",
    )
    site_folders: str = Field(
        default="",
        description="Folders with sites of your own, a colon between two. Empty: `sites` beside "
        "the settings file, if there is one.",
    )
    requests_per_night: int | None = Field(
        default=None,
        ge=1,
        le=MOST,
        description="Most requests to one site from noon to noon. Empty: no limit.",
    )
    requests_per_run: int = Field(
        default=20_000,
        ge=1,
        le=MOST,
        description="Most requests to one site in one run; the next run goes on.",
    )
    patience_seconds: float = Field(
        default=300.0,
        gt=0,
        le=86_400,
        description="Longest pause (Retry-After) for which a crawl waits; beyond it, it ends.",
    )
    breaker_failures: int = Field(
        default=5,
        ge=1,
        le=MOST,
        description="Failures in a row after which a host is left alone for a while.",
    )
    proxy: SecretStr | None = Field(
        default=None,
        description="HTTP proxy for all sites. Empty: that of the environment (`http_proxy` ...).",
    )
    sites: dict[str, SiteSettings] = Field(
        default={},
        description="Settings of single sites, see [below](#settings-of-a-site).",
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
        default=90, ge=1, le=36_500, description="Days for which turned-away articles are kept."
    )
    evidence_days: int = Field(
        default=30, ge=1, le=36_500, description="Days for which evidence is kept."
    )
    evidence_megabytes: int = Field(
        default=256, ge=1, le=MOST, description="Size of all evidence pages together, compressed."
    )
    log_level: LogLevel = Field(
        default="INFO",
        description="Level of the log files of jobs: DEBUG, INFO, WARNING, ERROR or CRITICAL.",
    )
    jobs_days: int = Field(
        default=400,
        ge=32,
        le=36_500,
        description="Days for which records of jobs and due times are kept.",
    )
    alerts_days: int = Field(
        default=400, ge=1, le=36_500, description="Days for which alerts that are over are kept."
    )
    sightings_days: int | None = Field(
        default=None,
        ge=7,
        le=36_500,
        description="Days after which the changes of an article in a list become one sighting a "
        "day. Empty: never.",
    )
    urls_days: int | None = Field(
        default=None,
        ge=90,
        le=36_500,
        description="Days for which URLs without an article are known after a list last showed "
        "them. Empty: for ever.",
    )
    logs_days: int = Field(
        default=90,
        ge=1,
        le=36_500,
        description="Days for which log and statistics files of jobs are kept.",
    )
    logs_files: int = Field(
        default=600,
        ge=200,
        le=MOST,
        description="Most log and statistics files of jobs, the newest ones.",
    )

    schedules: Path | None = Field(
        default=None, description="Schedules file. Empty: the schedules that stand with the sites."
    )
    max_jobs: int = Field(
        default=4, ge=1, le=64, description="Jobs that the service runs at the same time."
    )
    engine: Literal["local", "celery"] = Field(
        default="local",
        description="Who runs the jobs: `local`, the service itself; `celery`, workers on any "
        "machine (`newsdesk worker`).",
    )
    broker_url: BrokerUrl | None = Field(
        default=None,
        description="Broker of the engine `celery`: RabbitMQ (`amqp://`), Redis or Valkey "
        "(`redis://`). Empty: a RabbitMQ on this machine.",
    )
    job_megabytes: int = Field(
        default=2048,
        ge=64,
        le=MOST,
        description="Memory that a job and all it starts may hold; beyond it is ended.",
    )
    warm_starts: bool = Field(
        default=True,
        description="Let the service start its jobs out of a process that has everything loaded "
        "and takes 110 MB; a job of a few pages then takes a quarter of the CPU time. Linux only.",
    )
    service_host: str = Field(
        default="127.0.0.1",
        description="Address on which the service answers; nobody is asked for a password.",
    )
    service_port: int = Field(
        default=8117, ge=0, le=65535, description="Port of the service; 0: any free one."
    )
    service_names: str = Field(
        default="",
        description="Names under which the service answers besides its addresses and the name of "
        "the machine, with blanks between.",
    )
    web_host: str = Field(
        default="127.0.0.1",
        description="Address of the console; beyond this machine only once there is an account.",
    )
    web_port: int = Field(
        default=8118, ge=0, le=65535, description="Port of the console; 0: any free one."
    )
    web_names: str = Field(
        default="",
        description="Names of the console besides `localhost` and addresses, with blanks between.",
    )
    web_https: bool = Field(
        default=False,
        description="A proxy in front of the console speaks https: cookies never travel without.",
    )
    web_with_service: bool = Field(default=True, description="`newsdesk up` serves the console.")
    alert_urls: SecretStr | None = Field(
        default=None,
        description="Where alerts go: apprise addresses, with blanks between; `error/sina=` before "
        "one says what is sent there. Empty: nowhere.",
    )
    alert_repeat_hours: float = Field(
        default=6.0,
        gt=0,
        le=8760,
        description="Hours after which what still goes on is told again.",
    )
    digest_at: str = Field(
        default="08:30",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$",
        examples=["08:30"],
        description="When the morning digest is sent, Beijing time. Empty: never.",
    )

    @field_validator("log_level", mode="before")
    @classmethod
    def _in_capitals(cls, level: object) -> object:
        return level.strip().upper() if isinstance(level, str) else level

    @field_validator("data_dir", "archive_dir", "topics", "schedules", "browser")
    @classmethod
    def _is_path(cls, path: Path | None) -> Path | None:
        if path is not None and "\0" in str(path):
            raise ValueError("a path holds no NUL")
        return path

    @field_validator("revisits")
    @classmethod
    def _readable_plans(cls, text: str) -> str:
        plans.parse_plans(text)
        return text

    @model_validator(mode="after")
    def _place_folders(self) -> Self:
        """Names the folders of sites in full: jobs run elsewhere, and without the file."""
        beside = settings_file().absolute().parent
        written = [each for each in self.site_folders.split(os.pathsep) if each]
        if not written and settings_file().is_file() and (beside / "sites").is_dir():
            written = ["sites"]
        found = os.pathsep.join(str(beside / Path(each).expanduser()) for each in written)
        if found != self.site_folders:
            self.site_folders = found
        return self

    @property
    def site_paths(self) -> tuple[Path, ...]:
        """Folders with sites of the operator's own."""
        return tuple(Path(each) for each in self.site_folders.split(os.pathsep) if each)

    def revisits_of(self, site: str) -> plans.Plan:
        """Returns the ages at which an article of a site is looked at again."""
        return plans.plan_of(self.revisits, site)

    @model_validator(mode="after")
    def _target_elsewhere(self) -> Self:
        """A target within the archive's own folder would be shipped, too."""
        base, folder = self.archive_path.parent.absolute(), self.archive_target
        if folder.startswith("file://") and Path(folder[7:]).is_relative_to(base):
            raise ValueError(f"archive_target lies in the archive {base} itself: choose another")
        return self

    @field_validator("proxy")
    @classmethod
    def _is_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        return checked_proxy(value)

    @property
    def sites_json(self) -> str:
        """Returns `sites` in the form of an environment variable, secrets included."""
        return sites_as_json(self.sites)

    @property
    def spool_dir(self) -> Path:
        """Folder in which items wait while MongoDB is away."""
        return self.data_dir / "spool" / self.database

    @property
    def archive_path(self) -> Path:
        """Folder of the database's WARC files."""
        return (self.archive_dir or self.data_dir / "archive") / self.database

    @property
    def jobs_dir(self) -> Path:
        """Folder of the jobs' log and statistics files."""
        return self.data_dir / "jobs"

    @property
    def broker(self) -> str:
        """Address of the broker, its password included."""
        return self.broker_url.get_secret_value() if self.broker_url else LOCAL_BROKER

    @property
    def web_dir(self) -> Path:
        """Folder of the console's accounts and key."""
        return self.data_dir / "console"

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Sets the order of precedence: arguments, environment, file."""
        file = TomlFile(settings_cls, toml_file=settings_file())
        return init_settings, Environment(settings_cls), file


def settings_file() -> Path:
    """Returns where the settings file stands, if there is one.

    Raises:
        BadConfig: one was named and is not there. Without its secrets another database would be
            used, which looks as if all were well.
    """
    named = os.environ.get(CONFIG_ENVIRONMENT_NAME)
    if named and not Path(named).exists():
        raise BadConfig(
            f"There is no settings file {named}: make it, or correct {CONFIG_ENVIRONMENT_NAME}."
        )
    return Path(named or "newsdesk.toml")


@lru_cache(maxsize=1)
def load_settings() -> Settings:
    """Returns the settings of this process, read once."""
    return Settings()


def current_job() -> str | None:
    """Returns the id of the job that this process runs, set by the job's runner; None outside of
    jobs."""
    return os.environ.get(JOB_VARIABLE) or None
