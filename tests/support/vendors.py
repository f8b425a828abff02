"""The vendors of channels, played on this machine by the real names and protocols.

A proxy takes every https request of the sender to one server, whose certificate the sender is
told to trust. The server answers as the vendors document it: DingTalk checks timestamp and
signature, DingTalk, WeCom and Feishu refuse what is too long, and say so in an answer with status
200; Telegram refuses HTML that it does not know. A mail server takes letters.
"""

from __future__ import annotations

import asyncio
import base64
import email
import email.policy
import hmac
import json
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from aiohttp import web
from attrs import define, field
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

NAMES = ("oapi.dingtalk.com", "qyapi.weixin.qq.com", "open.feishu.cn", "api.telegram.org")
SECRET, TOKEN, KEY = "SECa1b2c3d4e5f6", "0123456789abcdef", "693a91f6-7abc-4bc4-97a0-0ec2sifa5aaa"
DINGTALK_BYTES, WECOM_BYTES, FEISHU_BYTES, TELEGRAM_CHARACTERS = 20_000, 2_048, 20_480, 4_096
HOUR_MS = 3_600_000
TAGS = frozenset({"b", "i", "u", "s", "code", "pre", "a", "strong", "em"})


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.text = ""

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.found.add(tag)

    def handle_data(self, data: str) -> None:
        self.text += data


@define
class Vendors:
    """texts: what people read, by vendor. refused: what was answered to all else. down: the errcode
    with which every message is refused."""

    texts: dict[str, list[str]] = field(factory=dict)
    refused: list[dict[str, Any]] = field(factory=list)
    letters: list[EmailMessage] = field(factory=list)
    down: int = 0
    environment: dict[str, str] = field(factory=dict)
    mail_port: int = 0

    async def answer(self, request: web.BaseRequest) -> web.StreamResponse:
        """Answers as the vendor of this host does."""
        data = await request.read()
        answers = {
            "oapi.dingtalk.com": self._dingtalk,
            "qyapi.weixin.qq.com": self._wecom,
            "open.feishu.cn": self._feishu,
            "api.telegram.org": self._telegram,
        }
        said = answers[request.host](request, data)
        if said.get("errcode") or said.get("code") or said.get("ok") is False:
            self.refused.append(said)
        return web.json_response(said, status=400 if said.get("ok") is False else 200)

    def _take(self, vendor: str, text: str) -> None:
        self.texts.setdefault(vendor, []).append(text)

    def _dingtalk(self, request: web.BaseRequest, data: bytes) -> dict[str, Any]:
        query = request.query
        if request.path != "/robot/send" or query.get("access_token") != TOKEN:
            return {"errcode": 300001, "errmsg": "token is not exist"}
        at = query.get("timestamp", "0")
        signed = hmac.digest(SECRET.encode(), f"{at}\n{SECRET}".encode(), "sha256")
        if abs(time.time() * 1000 - int(at)) > HOUR_MS:
            return {"errcode": 310000, "errmsg": "invalid timestamp"}
        if query.get("sign") != base64.b64encode(signed).decode():
            return {"errcode": 310000, "errmsg": "sign not match"}
        if len(data) > DINGTALK_BYTES:
            return {"errcode": 460101, "errmsg": "message too long"}
        if self.down:
            return {"errcode": self.down, "errmsg": "send too fast"}
        self._take("dingtalk", json.loads(data)["text"]["content"])
        return {"errcode": 0, "errmsg": "ok"}

    def _wecom(self, request: web.BaseRequest, data: bytes) -> dict[str, Any]:
        if request.query.get("key") != KEY:
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        text = json.loads(data)["text"]["content"]
        if len(text.encode()) > WECOM_BYTES:
            return {"errcode": 40058, "errmsg": "text.content exceed max length 2048"}
        if self.down:
            return {"errcode": self.down, "errmsg": "api freq out of limit"}
        self._take("wecom", text)
        return {"errcode": 0, "errmsg": "ok"}

    def _feishu(self, request: web.BaseRequest, data: bytes) -> dict[str, Any]:
        if TOKEN not in request.path or len(data) > FEISHU_BYTES:
            return {"code": 9499, "msg": "Bad Request", "data": {}}
        if self.down:
            return {"code": 11232, "msg": "frequency limited", "data": {}}
        self._take("feishu", json.loads(data)["content"]["text"])
        return {"code": 0, "msg": "success", "data": {}}

    def _telegram(self, request: web.BaseRequest, data: bytes) -> dict[str, Any]:
        letter = json.loads(data)
        read = _Tags()
        read.feed(letter["text"])
        if letter.get("parse_mode") != "HTML" or read.found - TAGS:
            return {"ok": False, "error_code": 400, "description": "can't parse entities"}
        if len(read.text) > TELEGRAM_CHARACTERS:
            return {"ok": False, "error_code": 400, "description": "message is too long"}
        assert read.found <= {"b"}, "nothing of a message is live"
        self._take("telegram", read.text)
        return {"ok": True, "result": {"message_id": 1}}

    async def take_mail(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Serves SMTP to one client."""
        writer.write(b"220 desk.example ESMTP\r\n")
        while words := (await reader.readline()).split():
            if words[0].upper() == b"DATA":
                writer.write(b"354 go on\r\n")
                letter = (await reader.readuntil(b"\r\n.\r\n")).removesuffix(b".\r\n")
                parsed = email.message_from_bytes(letter, policy=email.policy.default)
                assert isinstance(parsed, EmailMessage)
                self.letters.append(parsed)
            answers = {b"EHLO": b"250-desk.example\r\n250 AUTH PLAIN", b"AUTH": b"235 welcome"}
            writer.write(answers.get(words[0].upper(), b"250 ok") + b"\r\n")
        writer.close()


async def _tunnel(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, port: int) -> None:
    """Connects a client of the proxy to the server, whatever host it wants."""
    await reader.readuntil(b"\r\n\r\n")
    there, here = await asyncio.open_connection("127.0.0.1", port)
    writer.write(b"HTTP/1.1 200 OK\r\n\r\n")

    async def pump(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        with suppress(OSError):
            while data := await source.read(65_536):
                target.write(data)
        target.close()
        with suppress(OSError):
            await target.wait_closed()

    await asyncio.gather(pump(reader, here), pump(there, writer))


def _certificate(folder: Path) -> tuple[Path, ssl.SSLContext]:
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "vendors.invalid")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([*map(x509.DNSName, NAMES)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    trusted, whole = folder / "vendors.pem", folder / "vendors.key"
    trusted.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    whole.write_bytes(secret + trusted.read_bytes())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return trusted, context


@asynccontextmanager
async def serving(folder: Path) -> AsyncIterator[Vendors]:
    """The vendors for as long as the block lasts; `environment` leads a sender to them."""
    vendors = Vendors()
    trusted, context = _certificate(folder)
    runner = web.ServerRunner(web.Server(vendors.answer), shutdown_timeout=1.0)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=context).start()
    port = runner.addresses[0][1]
    proxy = await asyncio.start_server(lambda r, w: _tunnel(r, w, port), "127.0.0.1", 0)
    mail = await asyncio.start_server(vendors.take_mail, "127.0.0.1", 0)
    vendors.mail_port = mail.sockets[0].getsockname()[1]
    vendors.environment = {
        "HTTPS_PROXY": f"http://127.0.0.1:{proxy.sockets[0].getsockname()[1]}",
        "REQUESTS_CA_BUNDLE": str(trusted),
        "SSL_CERT_FILE": str(trusted),
    }
    try:
        yield vendors
    finally:
        proxy.close()
        mail.close()
        await runner.cleanup()
