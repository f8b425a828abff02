"""A site that no code knows, from its address to stored articles, in a folder as operators have."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from attrs import define

from tests.conftest import Server
from tests.support.command import RECORDINGS, Desk, Said
from tests.support.portal import HOME, KEY, NIGHTS, stories, write_night


@define(frozen=True)
class Office:
    """An operator's folder with a settings file, and the recordings of the portal's nights."""

    desk: Desk
    folder: Path
    nights: dict[int, Path]

    @property
    def file(self) -> Path:
        return self.folder / "sites" / f"{KEY}.toml"

    def run(self, *arguments: str | Path, night: int = 1) -> Said:
        env = {
            "NEWSDESK_CONFIG": str(self.folder / "newsdesk.toml"),
            "NEWSDESK_CLOCK": NIGHTS[night].isoformat(),
        }
        return self.desk.run(*arguments, env=env, folder=self.folder)

    def crawl(self, night: int) -> Said:
        replay = ("--replay", self.nights[night], "--keep-unmatched", "--json")
        return self.run("crawl", KEY, *replay, night=night)

    def stored(self) -> dict[int, dict[str, Any]]:
        listed = self.run("articles", "list", "--site", KEY, "--limit", "100", "--json").json
        return {int(each["key"]): each for each in listed}


@pytest.fixture(scope="module")
def office(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Office:
    folder = tmp_path_factory.mktemp("office")
    (folder / "newsdesk.toml").touch()
    nights = {night: write_night(folder / f"night-{night}", night) for night in NIGHTS}
    return Office(Desk(server.settings()), folder, nights)


@pytest.mark.soak
def test_the_story_of_a_site(office: Office) -> None:
    proposed = office.run("site", "new", HOME, "--replay", office.nights[1], "--json")
    assert proposed.code == 0, proposed.err
    assert proposed.json["file"] == str(office.file)
    tried = proposed.json["tried"]
    assert tried["read"] == tried["pages"] > 15
    assert tried["right"] == tried["of"]
    assert office.file.stat().st_mode & 0o777 == 0o644
    assert "unsure" not in office.file.read_text(encoding="utf-8")

    again = office.run("site", "new", HOME, "--replay", office.nights[1])
    assert again.code == 2
    assert "--force" in again.err

    crawled = office.crawl(1)
    assert crawled.code == 0, crawled.err
    check_articles(office, 1)

    sound = office.run("site", "check", KEY, "--replay", office.nights[1], "--json")
    assert sound.code == 0, sound.out
    assert sound.json[0]["read"] == sound.json[0]["articles"] > 15

    recorded = office.run("site", "record", KEY, "--replay", office.nights[1])
    assert recorded.code == 0, recorded.err
    check_fixtures(office)

    changed = office.crawl(2)
    assert changed.code == 3
    (job,) = changed.json
    assert job["state"] == "partial"
    assert "site new --from-stored" in str(job)

    told = office.run("site", "check", KEY, "--replay", office.nights[2], "--json", night=2)
    assert told.code == 1
    missed = {each["what"]: each for each in told.json[0]["missed"]}
    assert missed["title"]["place"] == ".article-title"
    assert missed["title"]["likely"].startswith(".story-tit ")
    assert missed["editors"]["likely"].startswith(".story-ed ")

    before = tomllib.loads(office.file.read_text(encoding="utf-8"))
    mended = office.run("site", "new", "--from-stored", KEY, "--replay", office.nights[2], night=2)
    assert mended.code == 0, mended.err
    assert "keywords" in mended.err
    old, new = tomllib.loads(office.file.read_text(encoding="utf-8"))["article"]
    assert old == before["article"]
    assert new["since"] == date(2026, 3, 4)
    assert new["fields"]["editors"] == ".story-ed"

    for night in NIGHTS:  # both looks are read
        sound = office.run("site", "check", KEY, "--replay", office.nights[night], "--json")
        checked = sound.json[0]
        assert checked["read"] == checked["articles"] > 15
        assert checked["missed"] == []

    nothing = office.run("site", "new", "--from-stored", KEY, "--replay", office.nights[2])
    assert nothing.code == 1
    assert "nothing to mend" in nothing.err


def check_articles(office: Office, night: int) -> None:
    """What is stored is what was written: titles, times, texts, people."""
    stored = office.stored()
    known = {story.number: story for story in stories(night)}
    assert stored.keys() == known.keys()
    for number, story in known.items():
        article = stored[number]
        assert article["url"] == story.url
        assert article["title"] == story.title
        assert article["body"] == "\n".join(story.body)
        assert datetime.fromisoformat(article["published_at"]) == story.published.astimezone(UTC)
        assert article["source"]["name"] == story.source
        assert [each["name"] for each in article["editors"]] == [story.editor]
        assert [each["name"] for each in article["authors"]] == [
            name for name in [story.author] if name
        ]
        assert article["keywords"] == [*story.keywords]
        assert article["comment_count"] == story.comments
        assert article["section"] == story.section


def check_fixtures(office: Office) -> None:
    cases = sorted((office.folder / "sites" / KEY / "fixtures").glob("*/*"))
    assert len(cases) == 12
    for case in cases:
        assert (case / "inputs" / "HttpResponse-body.html").is_file()
        assert (case / "output.json").is_file() != (case / "exception.json").is_file()
    tested = office.run("site", "test", KEY, "--json").json[0]
    assert tested["differences"] == []
    assert tested["cases"] > len(cases)
    replayed = ("--replay", office.folder / "sites" / KEY / "recording", "--json")
    assert office.run("--database", "newsdesk_kit", "crawl", KEY, *replayed).code == 0


def test_nothing_is_written_without_a_settings_file(office: Office, tmp_path: Path) -> None:
    new = ("site", "new", HOME, "--replay", office.nights[1])
    said = office.desk.run(*new, env={"NEWSDESK_CONFIG": ""}, folder=tmp_path)
    assert said.code == 2
    assert "newsdesk.toml" in said.err
    assert not [*tmp_path.iterdir()]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("site", "new"), "address of a new site"),
        (("site", "new", "nonsense"), "no address of a site"),
        (("site", "new", HOME, "--key", "Jiang Wan"), "no key of a site"),
        (("site", "new", HOME, "--key", "sina"), "choose another --key"),
        (("site", "new", "https://news.sina.com.cn/", "--key", "mine"), "belongs to the site"),
        (("site", "new", "--from-stored", "nowhere"), "There is no site"),
        (("site", "new", "--from-stored", "sina"), "written in Python"),
        (("site", "record", "sina"), "comes with Newsdesk"),
        (("site", "check"), "--all"),
    ],
)
def test_bad_input_gets_one_sentence(
    office: Office, arguments: tuple[str, ...], words: str
) -> None:
    env = {"NEWSDESK_CONFIG": str(office.folder / "newsdesk.toml")}
    said = office.desk.call(*arguments, env=env)
    assert said.code == 2
    assert words in said.err
    assert said.err.count("\n") == 1


def test_a_page_that_is_declared_to_be_none_is_no_fault(office: Office) -> None:
    """A film, a live report or a special says nothing of how articles look."""
    recording = RECORDINGS / "thepaper" / "night-1"
    night = {"NEWSDESK_CLOCK": "2026-11-28T03:00:00+08:00"}
    said = office.desk.run("site", "check", "thepaper", "--replay", recording, "--json", env=night)
    [found] = said.json
    assert (found["problems"], found["missed"], found["sound"]) == ([], [], True)
    assert [why.partition(":")[0] for why in found["refused"].values()] == ["live"]
    assert found["read"] == found["articles"] - 1
