"""Clients, sync and async, on MONGODB_URI or else on the embedded server.

Every write waits for the majority; every wait has a bound; no message shows a password.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pymongo import AsyncMongoClient, MongoClient
from pymongo.asynchronous.database import AsyncDatabase
from pymongo.database import Database
from pymongo.errors import (
    AutoReconnect,
    ConfigurationError,
    InvalidURI,
    OperationFailure,
    PyMongoError,
)

from pipelines.config import Settings
from pipelines.storage.documents import Document
from pipelines.storage.exceptions import (
    AccessDenied,
    BadConnectionString,
    DatabaseUnavailable,
)
from pipelines.storage.retries import is_passing
from pipelines.storage.server import embedded

EMBEDDED_SELECTION_MS = 3_000
_DENIED = {13, 18}  # Unauthorized, AuthenticationFailed
_SCHEME = re.compile(r"mongodb(?:\+srv)?://")
_HOST = r"(?:[\w.-]*+|\[[0-9A-Fa-f:.]{2,45}+\])(?::\d{1,5})?"
_HOSTS = re.compile(rf"{_HOST}(?:,{_HOST}){{0,49}}")
_SHOWN_OPTIONS = frozenset(
    name.lower()
    for name in (
        "appName", "authMechanism", "authSource", "compressors", "connectTimeoutMS",
        "directConnection", "journal", "loadBalanced", "localThresholdMS", "maxIdleTimeMS",
        "maxPoolSize", "minPoolSize", "readConcernLevel", "readPreference", "replicaSet",
        "retryReads", "retryWrites", "serverSelectionTimeoutMS", "socketTimeoutMS", "ssl", "tls",
        "tlsAllowInvalidCertificates", "tlsInsecure", "w", "waitQueueTimeoutMS", "wTimeoutMS",
    )
)  # fmt: skip
"""Options of a connection string that hold no secret; others are shown by their names."""
_PLAIN_VALUE = re.compile(r"[\w.,:+-]{0,100}")
_DUMPS = re.compile(r", Timeout: |, full error: | \(configured timeouts| to execute command ")

# A connection string may override these; milliseconds and numbers of connections.
_DEFAULTS: dict[str, Any] = {
    "serverSelectionTimeoutMS": 10_000,
    "connectTimeoutMS": 5_000,
    "socketTimeoutMS": 60_000,
    "wTimeoutMS": 30_000,
    "waitQueueTimeoutMS": 30_000,
    "maxPoolSize": 20,
    "maxIdleTimeMS": 300_000,
    "appName": "newsdesk",
}
# A person waits: that a server stands still is known this much and a connection's time later.
_HASTY: dict[str, Any] = {
    "serverSelectionTimeoutMS": EMBEDDED_SELECTION_MS,
    "heartbeatFrequencyMS": 3_000,
}
# It may not override these: a write that fewer acknowledge can be lost, and times must be aware.
_FIXED: dict[str, Any] = {
    "w": "majority",
    "retryWrites": True,
    "tz_aware": True,
    "tzinfo": UTC,
    "datetime_conversion": "DATETIME_CLAMP",  # no date may make a whole answer unreadable
    "uuidRepresentation": "standard",
}


def resolve_uri(settings: Settings) -> str:
    """Returns MONGODB_URI, or the embedded server's after starting it if need be. Blocks.

    Raises:
        EmbeddedServerError: the embedded server cannot be started.
    """
    if settings.mongodb_uri is not None:
        return settings.mongodb_uri.get_secret_value()
    return embedded.ensure_running(settings)


def masked_uri(uri: str) -> str:
    """Returns what of a connection string may be shown: scheme, hosts, database, plain options.

    What is not plainly one of these may be a password that stands in the wrong place.
    """
    scheme = _SCHEME.match(uri)
    if scheme is None:
        return "***"
    rest = uri[scheme.end() :]
    before, user, hosts_and_more = rest.rpartition("@")
    hosts, slash, more = (hosts_and_more if user else before or hosts_and_more).partition("/")
    shown = hosts if _HOSTS.fullmatch(hosts) else "***"
    name, mark, options = more.partition("?")
    name = name if _PLAIN_VALUE.fullmatch(name) else "***"
    masked = "&".join(map(_masked_option, options.split("&"))) if mark else ""
    return f"{scheme[0]}{'***@' if user else ''}{shown}{slash}{name}{mark}{masked}"


def _masked_option(option: str) -> str:
    name, equals, value = option.partition("=")
    known = name.lower() in _SHOWN_OPTIONS and _PLAIN_VALUE.fullmatch(value)
    if not re.fullmatch(r"[A-Za-z]{1,60}", name):
        return "***"
    return f"{name}{equals}{value if known else '***'}" if equals else "***"


def connect(settings: Settings, *, hasty: bool = False) -> MongoClient[Document]:
    """Returns a client, which connects with the first operation. Close it when done.

    hasty: waits as short as people do.

    Raises:
        BadConnectionString: MONGODB_URI cannot be read.
        EmbeddedServerError: the embedded server cannot be started.
    """
    uri = resolve_uri(settings)
    with _readable(uri):
        return MongoClient(uri, **_options(uri, settings, hasty=hasty))


async def connect_async(settings: Settings) -> AsyncMongoClient[Document]:
    """Returns an async client, bound to the running loop; `await client.close()` when done.

    Raises: as `connect`.
    """
    uri = await asyncio.to_thread(resolve_uri, settings)
    with _readable(uri):
        return AsyncMongoClient(uri, **_options(uri, settings))


def database(client: MongoClient[Document], settings: Settings) -> Database[Document]:
    """Returns Newsdesk's database."""
    return client[settings.database]


def database_async(
    client: AsyncMongoClient[Document], settings: Settings
) -> AsyncDatabase[Document]:
    """Returns Newsdesk's database."""
    return client[settings.database]


def _options(uri: str, settings: Settings, *, hasty: bool = False) -> dict[str, Any]:
    named = {name.lower() for name, _value in parse_qsl(urlsplit(uri).query)}
    defaults = {name: value for name, value in _DEFAULTS.items() if name.lower() not in named}
    if settings.mongodb_uri is None:
        # It was ready a moment ago: if it does not answer it has died, and waiting does not help.
        defaults["serverSelectionTimeoutMS"] = EMBEDDED_SELECTION_MS
    if hasty:
        defaults |= {name: ms for name, ms in _HASTY.items() if name.lower() not in named}
    return defaults | _FIXED


@contextmanager
def _readable(uri: str) -> Iterator[None]:
    try:
        _check_scheme(uri)
        yield
    except (InvalidURI, ConfigurationError, ValueError, TypeError) as error:
        raise _unreadable(uri, error) from None


def _check_scheme(uri: str) -> None:
    """Refuses what the driver would take for the name of a host, which it then repeats.

    Raises:
        InvalidURI: it does not begin like a connection string.
    """
    if not _SCHEME.match(uri):
        raise InvalidURI


def _unreadable(uri: str, error: Exception) -> BadConnectionString:
    """Returns our error without the driver's words, which may quote the password."""
    if uri.startswith("mongodb+srv:") and type(error) is ConfigurationError:
        return BadConnectionString(
            f"The servers of MONGODB_URI ({masked_uri(uri)}) cannot be looked up: check its host "
            "name and this machine's DNS, or name the servers in a mongodb:// string."
        )
    return BadConnectionString(
        f"MONGODB_URI ({masked_uri(uri)}) cannot be used ({type(error).__name__}): write it as "
        "mongodb://user:password@host:27017/?replicaSet=name or mongodb+srv://..., with special "
        "characters of user and password percent-encoded."
    )


@contextmanager
def explained(settings: Settings) -> Iterator[None]:
    """Turns the driver's connection and access errors into ours, which say what to do.

    Raises:
        DatabaseUnavailable: no answer from the server, or it takes no writes for a while.
        AccessDenied: wrong user or password, or not enough rights.
        BadConnectionString: the names in MONGODB_URI cannot be looked up.
    """
    where = address(settings)
    try:
        yield
    except ConfigurationError as error:
        raise _unreadable(where, error) from None
    except AutoReconnect as error:
        raise DatabaseUnavailable(
            f"MongoDB at {where} does not answer ({_brief(error)}): {_advice(settings)}"
        ) from error
    except PyMongoError as error:
        if isinstance(error, OperationFailure) and error.code in _DENIED:
            raise AccessDenied(
                f"MongoDB at {where} refuses ({_brief(error)}): {_access_advice(settings)}"
            ) from error
        if not is_passing(error):
            raise
        raise DatabaseUnavailable(
            f"MongoDB at {where} takes no writes now ({_brief(error)}): look at its log, and at "
            "the room on its disk."
        ) from error


def address(settings: Settings) -> str:
    """Returns where the server in use is, without secrets."""
    if settings.mongodb_uri is None:
        return embedded.address_of(settings)
    return masked_uri(settings.mongodb_uri.get_secret_value())


def _advice(settings: Settings) -> str:
    if settings.mongodb_uri is None:
        return "run `newsdesk db status`, then `newsdesk db start`."
    return "check that it runs and that MONGODB_URI names it, then try again."


def _access_advice(settings: Settings) -> str:
    if settings.mongodb_uri is None:
        return "run `newsdesk db stop`, then `newsdesk db start`, which gives it its password anew."
    return (
        "check user, password and authSource in MONGODB_URI, and that the user has readWrite and "
        f"dbAdmin on {settings.database}."
    )


def _brief(error: PyMongoError) -> str:
    """Returns the driver's words without its dumps of topology, reply and command."""
    return _DUMPS.split(str(error))[0][:300]


def reviver(settings: Settings) -> Callable[[], object] | None:
    """Returns what starts the embedded server again between two attempts; None for
    other servers."""
    if settings.mongodb_uri is not None:
        return None
    return lambda: embedded.ensure_running(settings)
