from __future__ import annotations

import json
import tomllib
from datetime import date

import pytest

from crawler.downloads.recording import Recording
from crawler.kit.page import Page
from crawler.kit.places.known import Known
from crawler.kit.survey import Survey, domain_of, survey
from crawler.kit.writing import site_text
from crawler.urls.generic import normalise
from newsdesk.answers.kit.looking import page_of_recording
from tests.support.command import RECORDINGS
from tests.support.portal import HOME, SECTIONS, Story, stories
from tests.support.seen import looked_at, portal_pages


@pytest.fixture(scope="module")
def seen() -> Survey:
    """What is learnt of the portal's first night."""
    look = looked_at(HOME, portal_pages(1))
    return survey(HOME, "jiangwan.example", [*look.pages.values()])


def test_its_articles_are_told_from_lists_and_galleries(seen: Survey) -> None:
    (pattern,) = seen.patterns
    assert all(pattern.matches(story.url) for story in stories(2))
    assert not pattern.matches(f"{HOME}roll/index_2.html")
    assert seen.others == ("/photo/",)


def test_its_lists_are_found_with_times_and_pages(seen: Survey) -> None:
    found = {each.form.url.removeprefix(HOME): each for each in seen.lists}
    assert {"roll/", *(f"{name}/" for name in SECTIONS)} <= found.keys()
    roll = found["roll/"]
    assert roll.paged is not None
    assert (roll.paged.url, roll.paged.first) == (f"{HOME}roll/index_{{page}}.html", f"{HOME}roll/")
    assert (roll.form.time, roll.form.comments) == (".news-time", ".news-comment")
    assert roll.form.entries == roll.form.links == roll.form.dated


def test_its_feed_and_sitemap_are_found(seen: Survey) -> None:
    assert seen.feeds == (f"{HOME}rss/news.xml",)
    assert seen.sitemaps == (f"{HOME}sitemap.xml",)


def test_its_fields_stand_where_they_were_put(seen: Survey) -> None:
    places = {name: str(each.places[0].place) for name, each in seen.fields.items()}
    assert places == {
        "title": ".article-title",
        "published_at": ".pub-time",
        "source": ".pub-source",
        "authors": ".pub-author",
        "editors": ".editor-line",
        "keywords": 'meta[name="keywords"]@content',
        "comment_count": ".cmt-num",
    }
    assert all(each.support == each.of for each in seen.fields.values())
    assert seen.body is not None
    (box,) = seen.body.boxes
    assert box.css == "#article-body"
    assert {css for css, _ in box.drop} == {".promo-box", ".related-box", ".editor-line"}


def test_later_pages_of_a_list_are_no_lists_of_their_own() -> None:
    whole = [*portal_pages(2).values()]
    found = survey(HOME, "jiangwan.example", whole)
    assert not any("index_" in each.form.url for each in found.lists)


def known(story: Story) -> Known:
    return Known(
        title=story.title,
        body=story.body,
        published_at=story.published,
        texts={"source": story.source},
        names={
            "authors": (story.author,) if story.author else (),
            "editors": (story.editor,),
            "keywords": story.keywords,
        },
        stored=True,
    )


def test_stored_articles_say_where_fields_stand_in_a_new_look() -> None:
    stored = {normalise(story.url): known(story) for story in stories(1)}
    pages = [portal_pages(2)[story.url] for story in stories(1)]
    found = survey(HOME, "jiangwan.example", pages, stored, lambda url: url.endswith(".html"))
    places = {name: str(each.places[0].place) for name, each in found.fields.items()}
    assert places == {
        "title": ".story-tit",
        "published_at": ".clock",
        "source": ".from",
        "authors": ".writer",
        "editors": ".story-ed",
    }
    assert found.body is not None
    assert [box.css for box in found.body.boxes] == [".story-txt"]
    assert found.stored == found.read == len(pages)


def script_site() -> dict[str, Page]:
    """A site whose home lists its articles in a script alone, with names that a build made."""
    home = "https://news.lantai.example/"
    rows = [
        {
            "id": f"8Wd{n}wwUnuC{n}",
            "title": f"兰台市第{n}座图书馆今天开门，读者排到街角",
            "url": f"//news.lantai.example/c/8Wd{n}wwUnuC{n}",
            "newsTime": f"2026-03-02 1{n}:05:00",
        }
        for n in range(8)
    ]
    data = json.dumps({"tabs": [], "newsstream": rows}, ensure_ascii=False)
    links = "".join(f"<li><a href='{row['url']}'>{row['title']}</a></li>" for row in rows[:5])
    script = f"<script>var allData = {data};</script>"
    pages = {home: f"<title>兰台新闻</title><body><ul>{links}</ul>{script}</body>"}
    for n, row in enumerate(rows):
        text = "".join(
            f"<p>兰台市第{n}座图书馆今天开门，第{part}间阅览室坐满了人，馆长说还会加座位。</p>"
            for part in range(4)
        )
        pages[f"https:{row['url']}"] = (
            f"<title>{row['title']}_兰台新闻</title><body><div class='index_top_x8K2z'>"
            f"<h1 class='topic-{n}K7fQ2'>{row['title']}</h1><p class='index_time_9fQ2z'>"
            f"{row['newsTime']}</p></div><div class='index_text_D0U1y'>{text}</div></body>"
        )
    return {url: Page(url=url, body=html.encode()) for url, html in pages.items()}


def test_json_behind_a_page_is_asked_for_and_read() -> None:
    home = "https://news.lantai.example/"
    site = script_site()
    rows = json.loads(site[home].text.partition("var allData = ")[2].partition(";</script>")[0])
    answer = f"{home}api/roll.json?n=20"
    page = site[home].text.replace("var allData", 'get("/api/roll.json?n=20"); var tabs')
    site[home] = Page(url=home, body=page.replace("newsstream", "none").encode())
    site[answer] = Page(
        url=answer, body=f"cb({json.dumps({'data': {'list': rows['newsstream']}})})".encode()
    )
    look = looked_at(home, site)
    assert answer in look.pages
    found = survey(home, domain_of(home), [*look.pages.values()])
    (data,) = [each for each in found.data if not each.script]
    assert (data.url, data.items, data.link, data.headline) == (
        *(answer, "data.list"),
        *(("url",), "title"),
    )
    text = site_text(found, title="兰台", day=date(2026, 3, 3))
    lists = {each["kind"]: each for each in tomllib.loads(text)["lists"]}
    assert lists["json"]["url"] == answer


def test_names_of_a_build_and_data_in_scripts() -> None:
    home = "https://news.lantai.example/"
    look = looked_at(home, script_site())
    found = survey(home, domain_of(home), [*look.pages.values()])
    (data,) = found.data
    assert (data.script, data.items, data.link, data.time) == (
        *("allData", "newsstream"),
        *(("url",), "newsTime"),
    )
    (pattern,) = found.patterns
    assert pattern.path == "/c/(?P<key>[A-Za-z0-9]{11})"
    assert str(found.fields["published_at"].places[0].place) == '[class*="index_time_"]'
    assert found.body is not None
    assert found.body.boxes[0].css == '[class*="index_text_"]'


@pytest.mark.parametrize(
    ("url", "domain"),
    [
        ("https://www.example.com/", "example.com"),
        ("https://news.sina.com.cn/c/", "sina.com.cn"),
        ("https://www.people.cn/", "people.cn"),
        ("https://www.gov.cn/", "www.gov.cn"),
        ("https://bbs.a.b.gov.cn/", "b.gov.cn"),
        ("https://news.bbc.co.uk/", "bbc.co.uk"),
    ],
)
def test_the_domain_of_a_site(url: str, domain: str) -> None:
    assert domain_of(url) == domain


def test_a_page_of_many_kinds_of_blocks_is_taken_by_its_links() -> None:
    recorded = Recording.read(RECORDINGS / "netease" / "night-1").pages
    pages = [page_of_recording(page) for page in recorded if page.status == 200]
    home = "https://news.163.com/"
    found = survey(home, "163.com", pages)
    assert (found.lists, found.link_pages) == ((), {home: 4})
    text = site_text(found, title="网易", day=date(2026, 11, 30))
    (each,) = [each for each in tomllib.loads(text)["lists"] if each["kind"] == "links"]
    assert each["url"] == home


def test_links_are_not_taken_where_there_is_a_list(seen: Survey) -> None:
    assert seen.lists
    assert seen.link_pages == {}
