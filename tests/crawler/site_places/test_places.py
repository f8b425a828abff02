from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from crawler.exceptions import BrokenSite
from crawler.site_places.claims import claims_of
from crawler.site_places.loading import load_site
from crawler.site_places.places import SHIPPED, folder_problems, place_of, places
from crawler.sites import site_names
from newsdesk.answers.sites import broken_sites, sound_sites
from pipelines.config import load_settings
from tests.support.own_sites import write_python, write_toml


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder of sites that the settings name."""
    sites = tmp_path / "sites"
    sites.mkdir()
    monkeypatch.setenv("NEWSDESK_SITE_FOLDERS", str(sites))
    load_settings.cache_clear()
    before = set(sys.modules)
    shipped = {key for key, place in places().items() if place.shipped}
    yield sites
    for name in sys.modules.keys() - before:
        if name.startswith("crawler.sites.") and name.split(".")[2] not in shipped:
            del sys.modules[name]
    load_settings.cache_clear()


def test_sites_of_both_forms_are_found_beside_those_of_the_package(folder: Path) -> None:
    write_python(folder, "mine")
    write_toml(folder, "penned")
    assert {"guancha", "sina", "mine", "penned"} <= set(site_names())
    found = {key: place.form for key, place in places().items() if not place.shipped}
    assert found == {"mine": "Python", "penned": "TOML"}
    assert load_site("mine").title == "自家网"
    assert load_site("penned").title == "示例新闻网"
    assert broken_sites() == []


def test_the_folder_beside_the_settings_file_counts_by_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sites").mkdir()
    write_toml(tmp_path / "sites", "beside")
    monkeypatch.delenv("NEWSDESK_CONFIG")
    monkeypatch.chdir(tmp_path)
    load_settings.cache_clear()
    assert place_of("beside") is None  # there is no such file: it is no folder of ours
    (tmp_path / "newsdesk.toml").write_text("", encoding="utf-8")
    load_settings.cache_clear()
    assert place_of("beside") is not None
    assert load_settings().model_fields_set == {"site_folders"}  # jobs are told
    load_settings.cache_clear()


@pytest.mark.parametrize("form", ["file", "folder", "module", "inner", "root"])
def test_what_others_may_write_is_not_run(folder: Path, form: str) -> None:
    place = write_toml(folder, "lax") if form == "file" else write_python(folder, "lax")
    inner = place / "parts"
    if form != "file":
        inner.mkdir()
    inside = {"folder": place, "module": place / "urls.py", "inner": inner, "root": folder}
    open_ = inside.get(form, place)
    open_.chmod(open_.stat().st_mode | 0o022)
    with pytest.raises(BrokenSite, match=f"do chmod go-w {open_}"):
        load_site("lax")
    with pytest.raises(BrokenSite):
        __import__("crawler.sites.lax")
    assert bool([*folder_problems()]) == (form == "root")


def test_what_belongs_to_another_user_is_not_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_toml(folder, "theirs")
    owner = folder.stat().st_uid
    monkeypatch.setattr("crawler.site_places.trust.os.geteuid", lambda: owner + 1)
    monkeypatch.setattr("crawler.site_places.trust.ROOT", -1)
    with pytest.raises(BrokenSite, match="belongs to another user"):
        load_site("theirs")


@pytest.mark.parametrize("second", ["guancha", "mine"])
def test_of_two_sites_of_one_key_neither_is_taken(folder: Path, second: str) -> None:
    if second == "mine":
        write_python(folder, "mine")
    write_toml(folder, second)
    with pytest.raises(BrokenSite, match=f"There are two sites '{second}', .*: rename one"):
        load_site(second)
    assert second not in sound_sites()
    assert "sina" in sound_sites()


def test_a_broken_site_breaks_only_itself(folder: Path) -> None:
    write_toml(folder, "sound")
    write_toml(folder, "bad", "title = 3")
    (write_python(folder, "worse") / "spider.py").write_text("import nothing_of_that_name\n")
    (write_python(folder, "worst") / "urls.py").write_text("def identify(:\n")
    assert {"guancha", "sina", "sound"} <= set(sound_sites())
    said = broken_sites()
    assert [sentence.partition(": ")[0] for sentence in said] == [
        f"{folder / 'bad.toml'}, line 1, title",
        "The site 'worse' cannot be loaded",
        "The site 'worst' cannot be loaded",
    ]
    assert f"{folder / 'worse' / 'spider.py'}, line 1: ModuleNotFoundError" in said[1]
    assert f"{folder / 'worst' / 'urls.py'}, line 1: " in said[2]


def test_a_file_whose_name_is_no_key_is_told(folder: Path) -> None:
    write_toml(folder, "Ours")
    write_python(folder, "our-site")
    said = broken_sites()
    assert [sentence.partition(" is no site: ")[0] for sentence in said] == [
        str(folder / "Ours.toml"),
        str(folder / "our-site" / "spider.py"),
    ]


def test_a_domain_belongs_to_one_site_and_both_files_are_named(folder: Path) -> None:
    """The first by name goes on, and so do all others."""
    for key in ("first", "second", "third"):
        write_toml(folder, key)
    second = folder / "second.toml"
    text = second.read_text(encoding="utf-8").replace("second.test", "first.test")
    second.write_text(text, encoding="utf-8")
    assert load_site("first").domains == ("first.test",)
    with pytest.raises(
        BrokenSite, match=r"'second' \(.*second\.toml\) claims first\.test"
    ) as caught:
        load_site("second")
    assert str(folder / "first.toml") in str(caught.value)
    assert load_site("third").domains == ("third.test",)
    assert [str(caught.value)] == broken_sites()
    assert {"guancha", "first", "third"} <= set(sound_sites())


def test_a_site_of_the_package_keeps_its_domain(folder: Path) -> None:
    write_python(folder, "mine")
    urls = folder / "mine" / "urls.py"
    urls.write_text(
        urls.read_text(encoding="utf-8").replace('("mine.test",)', '("thepaper.cn",)'), "utf-8"
    )
    with pytest.raises(BrokenSite, match=r"thepaper\.cn, which 'thepaper' \(.*thepaper\.toml"):
        load_site("mine")
    assert "thepaper" in sound_sites()


def test_a_host_of_lists_alone_is_no_claim() -> None:
    """Feeds of many sites stand with one service."""
    assert claims_of(SHIPPED / "cna.toml") == {"cna.com.tw"}
    assert claims_of(SHIPPED / "guancha") == {"guancha.cn"}
    assert claims_of(SHIPPED / "none.toml") == set()


def test_no_two_sites_of_the_package_claim_one_domain() -> None:
    claimed = [domain for place in places().values() for domain in claims_of(place.path)]
    assert len(claimed) == len(set(claimed)) > len(places()) - 1
