"""Feeds in all forms, with all that is wrong with them."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scrapy.http import Response

from crawler.exceptions import SourceError
from crawler.sources.base import SourcePage
from crawler.sources.feed import Feed

NOW = datetime(2026, 3, 2, 4, 0, tzinfo=UTC)
URL = "https://news.example.com/rss/news.xml"
FEED = Feed(name="feed", title="Feed", url=URL)
WHOLE = Feed(name="feed", title="Feed", url=URL, full_text=True)
NAMESPACES = (
    'xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" '
    'xmlns:slash="http://purl.org/rss/1.0/modules/slash/" '
    'xmlns:feedburner="http://rssnamespace.org/feedburner/ext/1.0"'
)


def read(body: str | bytes, source: Feed = FEED, content_type: str = "text/xml") -> SourcePage:
    data = body.encode() if isinstance(body, str) else body
    return source.read(Response(URL, body=data, headers={"Content-Type": content_type}), 1, NOW)


def rss(*items: str) -> str:
    inside = "".join(f"<item>{item}</item>" for item in items)
    return f'<rss version="2.0" {NAMESPACES}><channel><title>新闻</title>{inside}</channel></rss>'


def item(number: int, text: str = "") -> str:
    return (
        f"<title>第{number}条</title><link>https://news.example.com/{number}.html</link>"
        f"<pubDate>Mon, 02 Mar 2026 08:0{number % 10}:00 +0800</pubDate>{text}"
    )


ATOM = """<?xml version="1.0"?><feed xmlns="http://www.w3.org/2005/Atom"
 xml:base="https://news.example.com/a/"><link rel="self" href="self.xml"/>
 <link rel="next" href="2.xml"/><entry xml:base="b/">
 <title type="html">石桥&lt;b&gt;修好&lt;/b&gt;了 </title>
 <link rel="enclosure" href="x.mp3"/><link href="1.html"/>
 <updated>2026-03-02T01:00:00Z</updated><published>2026-03-02T00:00:00Z</published>
 <author><name>王小明</name></author><category term="桥"/></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
 <channel><title>新闻</title></channel><item rdf:about="https://news.example.com/1.html">
 <title>石桥修好了</title><link>https://news.example.com/1.html</link>
 <dc:date>2026-03-02T08:00:00+08:00</dc:date></item></rdf:RDF>"""
OLD = """<?xml version="1.0"?><!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN"
 "http://my.netscape.com/publish/formats/rss-0.91.dtd"><rss version="0.91"><channel><item>
 <title>石桥修好了</title><link>https://news.example.com/1.html</link></item></channel></rss>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "next_url": "/2.json",
        "items": [
            {
                "id": "7",
                "url": "/1.html",
                "title": "石桥修好了",
                "date_published": "2026-03-02T08:00:00+08:00",
                "authors": [{"name": "王小明"}],
            }
        ],
    }
)


@pytest.mark.parametrize(
    ("body", "address", "moment", "following"),
    [
        (rss(item(0)), "0.html", NOW.replace(hour=0), None),
        (ATOM, "a/b/1.html", NOW.replace(hour=0), "https://news.example.com/a/2.xml"),
        (RDF, "1.html", NOW.replace(hour=0), None),
        (OLD, "1.html", None, None),
        (JSON, "1.html", NOW.replace(hour=0), "https://news.example.com/2.json"),
    ],
    ids=["rss", "atom", "rdf", "0.91", "json"],
)
def test_each_form_is_read(
    body: str, address: str, moment: datetime | None, following: str | None
) -> None:
    listing = read(body)
    assert listing.problems == []
    assert [link.url for link in listing.found] == [f"https://news.example.com/{address}"]
    assert listing.found[0].title in ("第0条", "石桥修好了")
    assert listing.found[0].published_at == moment
    given_next = listing.next_request.url if listing.next_request else None
    assert given_next == following


@pytest.mark.parametrize(
    ("link", "address"),
    [
        ("<link><![CDATA[ https://a.example/?a=1&b=2 ]]></link>", "https://a.example/?a=1&b=2"),
        ("<link>/1.html</link>", "https://news.example.com/1.html"),
        ("<guid>https://a.example/1</guid>", "https://a.example/1"),
        (
            "<link>https://feeds.example/~r/1</link>"
            "<feedburner:origLink>https://a.example/1</feedburner:origLink>",
            "https://a.example/1",
        ),
        ('<guid isPermaLink="false">https://a.example/1</guid>', None),
        ("<guid>tag:1</guid>", None),
    ],
)
def test_where_an_entry_leads(link: str, address: str | None) -> None:
    listing = read(rss(f"<title>石桥</title>{link}", item(1)))
    assert [each.url for each in listing.found][:-1] == ([address] if address else [])
    assert listing.problems == ([] if address else ["entry 1: no link ('石桥')"])
    assert listing.found[-1].title == "第1条", "nothing else is lost"


@pytest.mark.parametrize(
    ("printed", "moment"),
    [
        ("Mon, 02 Mar 2026 08:00:00 +0800", "2026-03-02T00:00:00+00:00"),
        ("Mon, 02 Mar 2026 00:00:00 GMT", "2026-03-02T00:00:00+00:00"),
        ("Sun, 01 Mar 2026 19:00:00 -0500", "2026-03-02T00:00:00+00:00"),
        ("Mon, 02 Mar 2026 08:00:00 CST", "2026-03-02T00:00:00+00:00"),
        ("2026-03-02 08:00:00", "2026-03-02T00:00:00+00:00"),
        ("2026-03-02T08:00", "2026-03-02T00:00:00+00:00"),
        ("民國115年3月2日 08:00", "2026-03-02T00:00:00+00:00"),
        ("Mon, 02 Mar 2026 08:00:00", "2026-03-02T00:00:00+00:00"),
        ("2026-13-02T08:00:00Z", None),
        ("Mon, 32 Mar 2026 08:00:00 +0800", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", None),
        ("next week", None),
    ],
)
def test_dates_of_all_kinds(printed: str, moment: str | None) -> None:
    listing = read(rss(f"<title>x</title><link>/1</link><pubDate>{printed}</pubDate>"))
    found = listing.found[0].published_at
    assert (found.isoformat() if found else None) == moment
    problem = [f"entry 1: unreadable time {printed[:40]!r}"]
    assert listing.problems == ([] if moment else problem)


@pytest.mark.parametrize("encoding", ["gb2312", "gbk", "utf-8", "utf-16"])
@pytest.mark.parametrize("declared", ["gb2312", "utf-8", "big5"])
def test_bytes_win_over_what_is_declared(encoding: str, declared: str) -> None:
    if encoding in ("gb2312", "gbk") and declared == "big5":
        declared = "gb2312"  # what is valid in both can only be told by what is declared
    text = f'<?xml version="1.0" encoding="{declared}"?>' + rss(item(1))
    assert read(text.encode(encoding)).found[0].title == "第1条"


def test_characters_beyond_gb2312_are_read_where_it_is_declared() -> None:
    text = '<?xml version="1.0" encoding="gb2312"?>' + rss("<title>镕基</title><link>/1</link>")
    assert read(text.encode("gb18030")).found[0].title == "镕基"


def test_what_xml_refuses_is_mended_and_said() -> None:
    listing = read(rss("<title>A & B&nbsp;C\x08</title><link>/1?a=1&b=2</link>", item(1)))
    assert [link.title for link in listing.found] == ["A & B C", "第1条"]
    assert listing.found[0].url == "https://news.example.com/1?a=1&b=2"
    assert len(listing.problems) == 1
    assert listing.problems[0].startswith("mended XML: ")


def test_a_feed_that_breaks_off_loses_its_last_entry_alone() -> None:
    text = "<content:encoded><![CDATA[<p>石桥修好了。</p>]]></content:encoded>"
    whole = rss(*(item(number, text) for number in range(3)))
    listing = read(whole[: whole.rindex("好了")], WHOLE)
    assert [link.title for link in listing.found] == ["第0条", "第1条", "第2条"]
    assert [link.text is not None for link in listing.found] == [True, True, False]
    assert "its end is missing" in listing.problems[0]


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY a{n} "{f"&a{n - 1 if n else str()};" * 10}">' for n in range(12))
    + "]><rss><channel><item><title>&a11;</title></item></channel></rss>"
)
FILE = '<!DOCTYPE rss [<!ENTITY x SYSTEM "file:///etc/passwd">]>' + rss("<title>&x;</title>")


@pytest.mark.parametrize(
    ("body", "why"),
    [
        (BOMB, "declares entities of its own"),
        (FILE, "declares entities of its own"),
        ("x" * 100_000_000, "answered 100,000,000 bytes of XML"),
        ("", "answered no XML"),
        ("系统维护中", "answered no XML"),
        ("<html><body>维护中</body></html>", "answered HTML"),
        ("<urlset></urlset>", "holds <urlset> instead of a feed"),
        ('{"items": {}}', "no JSON Feed"),
        ("[]", "list instead of a JSON Feed"),
        ("{", "answered no JSON"),
    ],
)
def test_what_is_no_feed_says_so_in_one_sentence_and_at_once(body: str, why: str) -> None:
    data = body.encode()
    began = time.process_time()
    with pytest.raises(SourceError, match=why) as caught:
        read(data)
    assert time.process_time() - began < 2
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


def test_what_is_deep_costs_nothing_else() -> None:
    listing = read(rss(item(1), item(2, "<a>" * 5_000 + "</a>" * 5_000)))
    assert listing.found[0].title == "第1条"


def test_pages_are_asked_for_by_number_where_the_address_says_so() -> None:
    paged = Feed(name="f", title="F", url="https://news.example.com/feed?paged={page}")
    assert paged.first_request().url.endswith("paged=1")
    third = paged.page_request(3)
    assert third is not None
    assert third.url.endswith("paged=3")
    assert FEED.page_request(2) is None


def said_of(body: bytes) -> list[str]:
    """What is said of a feed, whose entries all lead somewhere if it is one."""
    try:
        listing = read(body, WHOLE)
    except SourceError as error:
        return [str(error)]
    assert all(link.url for link in listing.found)
    return listing.problems


TEXT = st.text(alphabet="<>&;!-[]/ab'\"=石\x00\x08\n ?", max_size=60)


@given(st.lists(TEXT, max_size=5), st.integers(0, 400), st.sampled_from([rss(item(1)), ATOM, RDF]))
def test_whatever_is_put_in_it_is_a_feed_or_one_sentence(
    noise: list[str], place: int, body: str
) -> None:
    damaged = body
    for each in noise:
        damaged = damaged[:place] + each + damaged[place:]
    assert all("\n" not in said for said in said_of(damaged.encode()))


@given(st.binary(max_size=300))
def test_any_bytes_are_a_feed_or_one_sentence(body: bytes) -> None:
    for data in (body, rss(item(1)).encode()[:150] + body, b"{" + body):
        assert all("\n" not in said for said in said_of(data))
