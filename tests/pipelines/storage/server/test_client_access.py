"""Connection strings with users, and with names that DNS must resolve."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

import dns.message
import dns.rcode
import dns.rdatatype
import dns.resolver
import dns.rrset
import pytest
from pydantic import SecretStr
from pymongo import MongoClient

from pipelines.config import Settings
from pipelines.storage.exceptions import AccessDenied, BadConnectionString, DatabaseUnavailable
from pipelines.storage.schema.ensure import ensure_schema
from pipelines.storage.server import client

PASSWORD = "p@ss/wörd:1"


@pytest.fixture
def guarded(own: Settings) -> Settings:
    """Settings of a server with further users: `desk` may do all it needs, `reader` may read."""
    with client.connect(own) as connection:
        create_user(connection, "desk", ["readWrite", "dbAdmin"], own.database)
        create_user(connection, "reader", ["read"], own.database)
    return own


def create_user(
    connection: MongoClient[dict[str, Any]], name: str, roles: list[str], database: str
) -> None:
    grants = [{"role": role, "db": database} for role in roles]
    connection.admin.command({"createUser": name, "pwd": PASSWORD, "roles": grants})


def as_user(settings: Settings, name: str, password: str) -> Settings:
    uri = (
        f"mongodb://{name}:{quote_plus(password)}@127.0.0.1:{settings.db_port}/"
        "?replicaSet=rs0&authSource=admin"
    )
    return settings.model_copy(update={"mongodb_uri": SecretStr(uri)})


async def test_users_and_their_rights(guarded: Settings) -> None:
    desk = as_user(guarded, "desk", PASSWORD)
    with client.connect(desk) as connection, client.explained(desk):
        ensure_schema(client.database(connection, desk))

    reader = as_user(guarded, "reader", PASSWORD)
    with client.connect(reader) as connection:
        ensure_schema(client.database(connection, reader))  # nothing to be done, so it may
        with pytest.raises(AccessDenied, match="readWrite and dbAdmin on newsdesk_other"):
            ensure_schema(connection["newsdesk_other"])

    wrong = as_user(guarded, "desk", "hunter2")
    async with await client.connect_async(wrong) as async_connection:
        with pytest.raises(AccessDenied) as caught, client.explained(wrong):
            await async_connection[wrong.database].articles.find_one()
    assert "authSource" in str(caught.value)
    assert "hunter2" not in str(caught.value)


@contextmanager
def name_server(records: dict[str, str]) -> Iterator[None]:
    """A DNS server on the loopback interface that knows these records of cluster.news.test."""

    def serve() -> None:
        while True:
            data, peer = sock.recvfrom(4096)
            if data == b"end":
                return
            reply = dns.message.make_response(dns.message.from_wire(data))
            question = reply.question[0]
            record = records.get(dns.rdatatype.to_text(question.rdtype))
            if record is None:
                reply.set_rcode(dns.rcode.NXDOMAIN)
            else:
                kind = dns.rdatatype.to_text(question.rdtype)
                reply.answer.append(dns.rrset.from_text(question.name, 60, "IN", kind, record))
            sock.sendto(reply.to_wire(), peer)

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=serve)
        thread.start()
        resolver = dns.resolver.Resolver(configure=False)
        resolver.nameservers, resolver.port = ["127.0.0.1"], sock.getsockname()[1]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(dns.resolver, "default_resolver", resolver)
            yield
        sock.sendto(b"end", sock.getsockname())
        thread.join()


SRV = SecretStr(
    "mongodb+srv://desk:hunter2@cluster.news.test/?serverSelectionTimeoutMS=200&tls=false"
)


def test_a_srv_name_leads_to_its_servers(tmp_path: Path) -> None:
    settings = Settings(mongodb_uri=SRV, data_dir=tmp_path)
    records = {"SRV": "0 0 27555 m1.news.test.", "TXT": '"replicaSet=rs7"'}
    with name_server(records), client.connect(settings) as connection:
        with pytest.raises(DatabaseUnavailable) as caught, client.explained(settings):
            connection.admin.command("ping")
        assert list(connection.topology_description.server_descriptions()) == [
            ("m1.news.test", 27555)
        ]
        assert connection.options.replica_set_name == "rs7"
    assert "m1.news.test:27555" in str(caught.value)
    assert "hunter2" not in str(caught.value)


def test_a_srv_name_that_nobody_knows(tmp_path: Path) -> None:
    settings = Settings(mongodb_uri=SRV, data_dir=tmp_path)
    with (
        name_server({}),
        pytest.raises(BadConnectionString, match="DNS"),
        client.explained(settings),
        client.connect(settings) as connection,
    ):
        connection.admin.command("ping")
