from __future__ import annotations

import gzip
import zlib

import pytest
from scrapy import Request
from scrapy.http import HtmlResponse, Response

from crawler.middlewares.decompression import DecompressionMiddleware
from crawler.network.exceptions import BadEncoding, TooLarge

TEXT = "<html>河湾镇的新码头</html>".encode() * 50
LIMIT = 10_000
URL = "https://www.guancha.cn/"


def unpacked(body: bytes, *encodings: str, limit: int = LIMIT) -> Response:
    response = Response(URL, body=body, headers={"Content-Encoding": list(encodings)})
    return DecompressionMiddleware(limit).process_response(Request(URL), response)


RAW_DEFLATE = zlib.compressobj(wbits=-15)


def packed(body: bytes) -> bytes:
    """The same bytes at any time: both processes that run the tests must name them alike."""
    return gzip.compress(body, mtime=0)


@pytest.mark.parametrize(
    ("body", "encodings"),
    [
        (packed(TEXT), ["gzip"]),
        (packed(TEXT), ["X-GZIP"]),
        (packed(TEXT[:70]) + packed(TEXT[70:]), ["gzip"]),
        (packed(TEXT) + b"\x00\x00trailing", ["gzip"]),
        (zlib.compress(TEXT), ["deflate"]),
        (RAW_DEFLATE.compress(TEXT) + RAW_DEFLATE.flush(), ["deflate"]),
        (packed(zlib.compress(TEXT)), ["deflate, gzip"]),
        (packed(zlib.compress(TEXT)), ["deflate", "gzip"]),
        (packed(TEXT), ["identity", "gzip"]),
        (packed(packed(TEXT)), ["gzip"]),
        # the header says nothing, or something else
        (packed(TEXT), []),
        (packed(TEXT), ["utf-8"]),
        (packed(TEXT), ["utf-8", "gzip"]),
        (packed(TEXT), ["text/html;charset=gbk"]),
        (packed(TEXT), ["deflate"]),
        (zlib.compress(TEXT), ["gzip"]),
        (packed(TEXT), ['"gzip"']),
        (packed(TEXT), ["gzip;q=1.0"]),
        (TEXT, ["utf-8"]),
        (TEXT, ["UTF-8"]),
        (TEXT, ["none"]),
        (TEXT, ["identity, chunked"]),
        (TEXT, ["gzip"]),
        (TEXT, ["br"]),
        (b" \n" + TEXT, ["deflate"]),
    ],
)
def test_unpacks(body: bytes, encodings: list[str]) -> None:
    response = unpacked(body, *encodings)
    assert response.body.lstrip() == TEXT
    assert "Content-Encoding" not in response.headers
    assert isinstance(response, HtmlResponse)


def test_leaves_alone_what_is_not_packed() -> None:
    assert unpacked(TEXT).body == TEXT
    assert unpacked(b"", "gzip").body == b""


@pytest.mark.parametrize(
    ("body", "encoding", "why"),
    [
        (packed(TEXT)[:-9], "gzip", "cut off"),
        (packed(TEXT)[:40], "gzip", "cut off"),
        (zlib.compress(TEXT)[:-3], "deflate", "cut off"),
        (b"neither packed nor text \x00\x01", "gzip", "damaged"),
        (b"neither packed nor text \xff\xff", "gzip", "damaged"),
        (packed(TEXT)[:-9], "utf-8", "cut off"),
        (packed(TEXT)[:-9], "", "cut off"),
        (packed(TEXT)[:-8] + b"\x00" * 8, "gzip", "damaged"),
        (b"\xff\xff\xff", "deflate", "damaged"),
        (b"...", "br", "not asked for"),
        (packed(TEXT), "gzip, gzip, gzip", "3 times"),
        (packed(b"") * 200_000, "gzip", "more than 100 gzip members"),
    ],
)
def test_half_a_stream_is_an_error(body: bytes, encoding: str, why: str) -> None:
    with pytest.raises(BadEncoding, match=why):
        unpacked(body, encoding)


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "GZIP, utf-8"])
@pytest.mark.parametrize(
    "body",
    [
        b'cb({"a": 1})',
        b'var a = {"a": 1};',
        "出错了，请稍后再试。".encode(),
        "出错了，请稍后再试。".encode("gbk"),
        "石桥<p>下月改建</p>".encode(),
        ("石桥" * 4000).encode(),
    ],
)
def test_text_is_read_though_the_header_calls_it_packed(body: bytes, encoding: str) -> None:
    assert unpacked(body, encoding).body == body


def test_a_stream_is_known_by_itself_whatever_it_is_called() -> None:
    raw = zlib.compressobj(wbits=-15)
    assert unpacked(raw.compress(TEXT) + raw.flush(), "gzip").body == TEXT
    assert unpacked(zlib.compress(TEXT)).body == TEXT
    assert unpacked(packed(TEXT), "br").body == TEXT
    assert unpacked(zlib.compress(TEXT)[:-3]).body == zlib.compress(TEXT)[:-3]


def test_a_list_in_json_is_read_whatever_its_header_says() -> None:
    body = b'{"result": {"data": []}}'
    assert unpacked(body, "gzip").body == body
    assert unpacked(packed(body)).body == body


@pytest.mark.parametrize("layers", [1, 2])
def test_a_bomb_stops_at_the_limit(layers: int) -> None:
    body = b"\x00" * 50_000_000
    for _ in range(layers):
        body = packed(body)
    with pytest.raises(TooLarge, match="10000"):
        unpacked(body, ", ".join(["gzip"] * layers))
    assert unpacked(packed(b"x" * LIMIT), "gzip").body == b"x" * LIMIT


def test_asks_for_what_it_can_unpack() -> None:
    request = Request(URL)
    DecompressionMiddleware(LIMIT).process_request(request)
    assert request.headers["Accept-Encoding"] == b"gzip, deflate"
