"""The address of a message broker, as an operator writes it."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, SecretStr

LOCAL_BROKER = "amqp://guest:guest@127.0.0.1:5672//"
SCHEMES = ("amqp://", "amqps://", "redis://", "rediss://")


def _checked(value: SecretStr) -> SecretStr:
    """Refuses what is no address, without repeating it: it may hold a password."""
    if not value.get_secret_value().startswith(SCHEMES):
        raise ValueError("a broker is written amqp://user:password@host:port// or redis://...")
    return value


BrokerUrl = Annotated[SecretStr, AfterValidator(_checked)]
