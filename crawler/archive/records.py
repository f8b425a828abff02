"""WARC records as bytes: what was asked, what came, and how a file came to be (ISO 28500)."""

from __future__ import annotations

import base64
import hashlib
import uuid
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Literal
from urllib.parse import urlsplit

from attrs import define, field

from crawler.archive.surt import posted_as

VERSION = "WARC/1.1"
Kind = Literal["articles", "lists"]
"""What a record belongs to: articles and what leads to them; lists, API answers, robots.txt."""
IDENTICAL = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
POSTED = "Newsdesk-Posted"
"""A field of ours beside an answer: the request stands in a record of its own."""
UNKNOWN = "application/octet-stream"
_SECRET = frozenset({b"proxy-authorization"})
"""Headers of requests that are meant for our own proxy, not for the site."""
_PACKED_KINDS = ("image/", "audio/", "video/", "application/zip", "application/gzip")
Headers = Iterable[tuple[bytes, bytes]]


@define(frozen=True, kw_only=True)
class Exchange:
    """A request and its answer, before anything was unpacked.

    rendered: the body is a page as a browser showed it, which no site has sent so. replayed: it
    comes from a recording. ip: of the server, if it was asked directly.
    """

    kind: Kind
    url: str
    at: datetime
    status: int
    body: bytes = field(repr=False)
    response_headers: tuple[tuple[bytes, bytes], ...] = field(default=(), repr=False)
    method: str = "GET"
    request_headers: tuple[tuple[bytes, bytes], ...] = field(default=(), repr=False)
    request_body: bytes = field(default=b"", repr=False)
    ip: str | None = None
    rendered: bool = False
    truncated: bool = False

    @property
    def posted(self) -> str:
        """Returns what tells this request from others for its address."""
        return posted_as(self.method, self.request_body)

    @property
    def content_type(self) -> str:
        """Returns the media type that the site named, in lower case and without parameters."""
        return media_type(self.response_headers)

    @property
    def is_packed(self) -> bool:
        """Whether packing the body once more would gain nothing."""
        if self.content_type.startswith(_PACKED_KINDS) or self.body.startswith(b"\x1f\x8b"):
            return True
        return any(
            n.lower() == b"content-encoding" and v.strip().lower() not in {b"", b"identity"}
            for n, v in self.response_headers
        )


@define(frozen=True, kw_only=True)
class Earlier:
    """A record that a `revisit` refers to."""

    url: str
    date: str
    digest: str


def digest_of(data: bytes) -> str:
    """Returns the digest of WARC records: "sha1:" and base32."""
    found = hashlib.sha1(data, usedforsecurity=False).digest()
    return f"sha1:{base64.b32encode(found).decode('ascii')}"


def media_type(headers: Headers) -> str:
    """Returns what `Content-Type` says, in lower case and without parameters; "" if it is not
    there."""
    named = next((value for name, value in headers if name.lower() == b"content-type"), b"")
    return named.decode("latin-1").partition(";")[0].strip().lower()


def warc_date(moment: datetime) -> str:
    """Returns a time as records hold it, to the millisecond."""
    utc = moment.astimezone(UTC)
    return f"{utc:%Y-%m-%dT%H:%M:%S}.{utc.microsecond // 1000:03d}Z"


def read_date(text: str) -> datetime:
    """Returns the time of a record.

    Raises:
        ValueError: it is none.
    """
    moment = datetime.fromisoformat(text)
    return moment.replace(tzinfo=moment.tzinfo or UTC).astimezone(UTC)


def new_id() -> str:
    """Returns an id for a record."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def response_record(exchange: Exchange, id_: str, payload: str, warcinfo: str) -> bytes:
    """Returns the record of an answer; of a rendered page, which is none, a `resource`."""
    if exchange.rendered:
        named = exchange.content_type or UNKNOWN
        block, type_, content_type = exchange.body, "resource", named
    else:
        block = _response_head(exchange) + exchange.body
        type_, content_type = "response", "application/http; msgtype=response"
    fields = _fields(exchange, type_, id_, warcinfo, content_type)
    fields["WARC-Payload-Digest"] = payload
    fields["WARC-Block-Digest"] = payload if exchange.rendered else digest_of(block)
    if exchange.posted:
        fields[POSTED] = exchange.posted
    if exchange.truncated:
        fields["WARC-Truncated"] = "disconnect"
    return record(fields, block)


def revisit_record(
    exchange: Exchange, id_: str, earlier: Earlier | None, profile: str, warcinfo: str
) -> bytes:
    """Returns the record of an answer whose body stands in an earlier record."""
    block = _response_head(exchange)
    content_type = "application/http; msgtype=response"
    fields = _fields(exchange, "revisit", id_, warcinfo, content_type)
    fields["WARC-Profile"] = profile
    if earlier is not None:
        fields["WARC-Payload-Digest"] = earlier.digest
        fields["WARC-Refers-To-Target-URI"] = earlier.url
        fields["WARC-Refers-To-Date"] = earlier.date
    if exchange.posted:
        fields[POSTED] = exchange.posted
    fields["WARC-Block-Digest"] = digest_of(block)
    return record(fields, block)


def request_record(exchange: Exchange, concurrent_to: str, warcinfo: str) -> bytes:
    """Returns the record of what was asked, without what was meant for our own proxy."""
    parts = urlsplit(exchange.url)
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    line = f"{exchange.method} {path} HTTP/1.1\r\nHost: {parts.netloc.rpartition('@')[2]}\r\n"
    sent = [each for each in exchange.request_headers if each[0].lower() not in _SECRET]
    block = _encoded(line) + _lines(sent) + b"\r\n" + exchange.request_body
    content_type = "application/http; msgtype=request"
    fields = _fields(exchange, "request", new_id(), warcinfo, content_type)
    fields["WARC-Concurrent-To"] = concurrent_to
    fields["WARC-Block-Digest"] = digest_of(block)
    return record(fields, block)


def warcinfo_record(id_: str, at: datetime, filename: str, facts: Mapping[str, str]) -> bytes:
    """Returns the record that says how the records after it came to be."""
    block = b"".join(_encoded(f"{name}: {_one_line(text)}\r\n") for name, text in facts.items())
    fields = {
        "WARC-Type": "warcinfo",
        "WARC-Record-ID": id_,
        "WARC-Date": warc_date(at),
        "WARC-Filename": filename,
        "Content-Type": "application/warc-fields",
        "WARC-Block-Digest": digest_of(block),
    }
    return record(fields, block)


def record(fields: Mapping[str, str], block: bytes) -> bytes:
    """Returns a whole record; `Content-Length` is added."""
    lines = [VERSION, *(f"{name}: {_one_line(text)}" for name, text in fields.items())]
    lines += [f"Content-Length: {len(block)}", "", ""]
    return _encoded("\r\n".join(lines)) + block + b"\r\n\r\n"


def _fields(
    exchange: Exchange, type_: str, id_: str, warcinfo: str, content_type: str
) -> dict[str, str]:
    fields = {
        "WARC-Type": type_,
        "WARC-Record-ID": id_,
        "WARC-Date": warc_date(exchange.at),
        "WARC-Target-URI": exchange.url,
        "WARC-Warcinfo-ID": warcinfo,
        "Content-Type": content_type,
    }
    if exchange.ip:
        fields["WARC-IP-Address"] = exchange.ip
    return fields


def _response_head(exchange: Exchange) -> bytes:
    try:
        phrase = HTTPStatus(exchange.status).phrase
    except ValueError:
        phrase = "Unknown"
    line = f"HTTP/1.1 {exchange.status} {phrase}\r\n"
    return line.encode("ascii") + _lines(exchange.response_headers) + b"\r\n"


def _lines(headers: Headers) -> bytes:
    """Returns headers as they go over the line; none can begin another line."""
    return b"".join(b"%b: %b\r\n" % (_bare(name), _bare(value)) for name, value in headers)


def _bare(text: bytes) -> bytes:
    return b" ".join(text.splitlines()) if b"\r" in text or b"\n" in text else text


def _one_line(text: str) -> str:
    return text if text.isprintable() else " ".join(text.split())


def _encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
