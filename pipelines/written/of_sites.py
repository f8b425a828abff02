"""What an operator may set for single sites, `[sites.KEY]`."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator

PROXY = r"^http://([^\s/@]+@)?[^\s/@]+/?$"
MOST = 100_000_000
"""Larger numbers than this mean nothing."""
REGION = r"^[a-z][a-z0-9-]{0,19}$"
QUIET_HOURS = r"^([01]\d|2[0-3]):[0-5]\d-([01]\d|2[0-3]):[0-5]\d$"


class SiteSettings(BaseModel):
    """What an operator may set for one site, instead of what the site's declaration says.

    quiet_hours: "01:00-06:30" in the site's zone. proxy: "direct" uses none. region: only
    workers of this region crawl it (`newsdesk worker --region`).
    """

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    delay_seconds: float | None = Field(default=None, gt=0, le=3600)
    concurrency: int | None = Field(default=None, ge=1, le=16)
    requests_per_night: int | None = Field(default=None, ge=1, le=MOST)
    requests_per_run: int | None = Field(default=None, ge=1, le=MOST)
    quiet_hours: str | None = Field(default=None, pattern=QUIET_HOURS, examples=["18:00-23:30"])
    proxy: SecretStr | None = None
    region: str | None = Field(default=None, pattern=REGION, examples=["cn"])

    @field_validator("proxy")
    @classmethod
    def _is_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        return value if value and value.get_secret_value() == "direct" else checked_proxy(value)

    @field_validator("quiet_hours")
    @classmethod
    def _are_hours(cls, value: str | None) -> str | None:
        if value is not None and value.partition("-")[0] == value.partition("-")[2]:
            raise ValueError("quiet hours end at another time than they begin")
        return value


def sites_as_json(sites: Mapping[str, SiteSettings]) -> str:
    """Returns settings in the form of an environment variable, secrets included."""
    plain = {
        name: site.model_dump(exclude_none=True)
        | ({"proxy": site.proxy.get_secret_value()} if site.proxy else {})
        for name, site in sites.items()
    }
    return json.dumps(plain, ensure_ascii=False)


def checked_proxy(value: SecretStr | None) -> SecretStr | None:
    """Returns the address unchanged. The error does not repeat it, since it may hold a password.

    Raises:
        ValueError: it is no address of an HTTP proxy.
    """
    if value and not re.match(PROXY, value.get_secret_value()):
        raise ValueError("a proxy is written http://host:port or http://user:password@host:port")
    return value
