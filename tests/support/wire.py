"""A wire between two programs on loopback that may be cut, or forget what goes over it."""

from __future__ import annotations

import asyncio
import socket
import struct
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from attrs import define, field

AT_ONCE = struct.pack("ii", 1, 0)
"""Close a socket with a reset."""


@define(eq=False)
class Connection:
    """Both ends of one connection. forgotten: nothing comes through any more, either way."""

    writers: tuple[asyncio.StreamWriter, asyncio.StreamWriter]
    forgotten: bool = False

    async def copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await source.read(65536):
                if not self.forgotten:
                    target.write(data)
                    await target.drain()
        if not self.forgotten:
            target.close()

    def reset(self) -> None:
        for writer in self.writers:
            own: socket.socket = writer.get_extra_info("socket")
            if own.fileno() >= 0:
                own.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, AT_ONCE)
            writer.close()


@define
class Wire:
    """Leads from a port of its own to another."""

    target: int
    port: int = 0
    connections: list[Connection] = field(factory=list)

    def cut(self) -> None:
        """Reset all connections; new ones may be made."""
        for each in self.connections:
            each.reset()
        self.connections.clear()

    def forget(self) -> None:
        """Say nothing more on any connection, and close none, as a firewall that has forgotten
        them does; new ones may be made."""
        for each in self.connections:
            each.forgotten = True

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.close()
            return
        connection = Connection((writer, back))
        self.connections.append(connection)
        await asyncio.gather(connection.copy(reader, back), connection.copy(there, writer))


@asynccontextmanager
async def wire_to(port: int) -> AsyncIterator[Wire]:
    """A wire for as long as the block lasts."""
    wire = Wire(port)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    try:
        yield wire
    finally:
        server.close()
        wire.cut()
