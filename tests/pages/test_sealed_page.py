"""A page under a passphrase: whoever lacks it reads nothing, in file, browser or outcomes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from agent_page import AgentPage
from click.testing import CliRunner
from desk_folder import TOML
from searched import places_of
from staged_day import AGENT, NOW, settings_in, stage

from monitor import digest
from monitor.callback import import_outcomes
from monitor.cli import main
from monitor.errors import DistressError
from monitor.seal import SealError, opened, seal_of
from monitor.settings import AgentSettings, Settings
from monitor.store import Store

WORDS, VARIABLE = "四个 随意的 词语 horse", "YUNLUO_WORDS"
NUMBER = "13800138000"


@pytest.fixture(autouse=True)
def words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(VARIABLE, WORDS)


def sealing(folder: Path) -> Settings:
    """Return the settings of the staged day with a passphrase for the agent."""
    agents = (AgentSettings(name=AGENT, passphrase=VARIABLE), AgentSettings(name="望舒", lead=True))
    return settings_in(folder).model_copy(update={"agents": agents})


@pytest.fixture
def page(chromium: Any, store: Store, tmp_path: Path) -> Iterator[AgentPage]:
    stage(store, 14)
    folder = digest.write(store, sealing(tmp_path), now=NOW)
    page = AgentPage(chromium, folder / f"{AGENT}.html", NOW)
    yield page
    assert page.troubles == []
    page.close()


def unlock(page: AgentPage, words: str = WORDS) -> None:
    page.page.fill("#passphrase", words)
    page.page.click("#open button")


def kept(page: AgentPage) -> dict[str, str]:
    found: dict[str, str] = page.page.evaluate("({ ...localStorage })")
    return found


def test_the_file_tells_nothing_and_the_right_words_open_it(
    page: AgentPage, store: Store, tmp_path: Path
) -> None:
    text = page.path.read_text("utf-8")
    assert NUMBER not in text and "紫荆" not in text and "护手霜" not in text
    assert "sealed" in text and page.page.locator(".row").count() == 0
    unlock(page, "falsch")
    page.page.locator("#wrong").wait_for()
    assert page.page.locator(".row").count() == 0
    unlock(page)
    page.page.locator(".row").first.wait_for()
    page.open_case(1)
    assert "138 0013 8000" in page.page.inner_text(".case.open")


def test_nothing_that_is_kept_or_handed_over_holds_a_number(
    page: AgentPage, store: Store, tmp_path: Path
) -> None:
    unlock(page)
    page.page.locator(".row").first.wait_for()
    page.note(1, "no_answer", note="改打 13800138999 李护士")
    page.open_case(5)
    page.page.fill("#note", "草稿 13800138999")
    page.page.wait_for_function("Object.keys(localStorage).some((key) => key.includes('outcome:'))")
    page.page.wait_for_function("Object.keys(localStorage).some((key) => key.includes('draft:'))")
    held = kept(page)
    assert all("sealed" in value for key, value in held.items() if not key.endswith("probe"))
    assert not any("13800138" in value or "李护士" in value for value in held.values())
    out = tmp_path / "out"
    out.mkdir()
    file = page.save_file(out)
    (out / "storage.json").write_text(json.dumps(kept(page)), "utf-8")
    (out / "page.html").write_bytes(page.path.read_bytes())
    for number in ("13800138999", NUMBER):
        assert places_of(number, out) == []
    # The wrong words, none, and the right ones.
    done = import_outcomes(store, [file])
    assert "passphrase of 云落" in done.refused[0].reason and not done.added
    done = import_outcomes(store, [file], passphrase_of=lambda name: "falsch")
    assert "does not open" in done.refused[0].reason
    done = import_outcomes(store, [file], passphrase_of={AGENT: WORDS}.get)
    assert (done.added, done.refused) == (1, ())


def test_what_was_noted_is_there_again_behind_the_same_words(page: AgentPage) -> None:
    unlock(page)
    page.page.locator(".row").first.wait_for()
    page.note(1, "no_answer", note="第一次")
    page.page.wait_for_function("Object.keys(localStorage).some((key) => key.includes('outcome:'))")
    page.page.reload()
    unlock(page)
    page.page.locator(".row").first.wait_for()
    assert page.count("unsaved") == 1
    page.page.reload()
    page.page.locator("#passphrase").wait_for()
    assert page.page.evaluate("globalThis.distressSeal === undefined"), "the key is never kept"


def test_what_was_kept_before_there_was_a_passphrase_is_sealed(page: AgentPage) -> None:
    unlock(page)
    page.page.locator(".row").first.wait_for()
    store_id = json.loads(page.page.locator("#page-data").text_content())["store"]
    name = f"distress:{store_id}:{AGENT}:draft:5"
    keep = "(key) => localStorage.setItem(key, JSON.stringify({ note: '13800138999' }))"
    page.page.evaluate(keep, name)
    page.page.reload()
    unlock(page)
    page.page.locator(".row").first.wait_for()
    page.page.wait_for_function("(key) => localStorage.getItem(key)?.includes('sealed')", arg=name)
    assert "13800138999" not in kept(page)[name]


def test_the_page_is_not_made_again_where_nothing_changed_but_is_for_other_words(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(store, 3)
    settings = sealing(tmp_path)
    file = digest.write(store, settings, now=NOW) / f"{AGENT}.html"
    before = file.read_text("utf-8")
    assert digest.write_changed(store, settings, now=NOW) == 0
    digest.write(store, settings, now=NOW)
    assert file.read_text("utf-8") == before
    monkeypatch.setenv(VARIABLE, "other words")
    assert digest.write_changed(store, settings, now=NOW) == 1
    assert file.read_text("utf-8") != before


def test_no_words_no_page_and_no_passphrase_no_change(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(store, 3)
    folder = digest.write(store, settings_in(tmp_path), now=NOW)
    assert "sealed" not in (folder / f"{AGENT}.html").read_text("utf-8").partition("<style")[0]
    assert (folder / f"{AGENT}.html").read_text("utf-8").count(NUMBER)
    monkeypatch.delenv(VARIABLE)
    with pytest.raises(DistressError, match=f"{AGENT}.*{VARIABLE}.*distress digest"):
        digest.write(store, sealing(tmp_path), now=NOW)


def test_the_import_takes_the_words_from_the_settings(
    tmp_path: Path, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage(store, 3)
    entry = {"id": "a-0000-4000-8000", "case": 1, "agent": AGENT, "disposition": "no_answer",
             "attempted_at": "2020-02-12T14:30:00+08:00", "note": "", "items": []}  # fmt: skip
    content = json.dumps({"format": "distress-outcomes", "version": 2, "outcomes": [entry]})
    seal = seal_of(WORDS, "x")
    file = tmp_path / "sealed.json"
    file.write_text(json.dumps({"format": "distress-outcomes-sealed", "version": 1, "agent": AGENT,
                                "store": "", "sealed": seal.close(content)}), "utf-8")  # fmt: skip
    toml = tmp_path / "distress.toml"
    named = f'name = "{AGENT}"'
    toml.write_text(TOML.replace(named, f'{named}\npassphrase = "{VARIABLE}"'), "utf-8")
    given = ["--config", str(toml), "callback", "import", str(file)]
    done = CliRunner().invoke(main, given, catch_exceptions=False)
    assert "1 outcomes added" in done.output, done.output
    monkeypatch.setenv(VARIABLE, "falsch")
    done = CliRunner().invoke(main, given, catch_exceptions=False)
    assert done.exit_code == 1 and "does not open" in done.output


@pytest.mark.parametrize(
    "change",
    [lambda s: {**s, "content": s["content"][:-8] + "AAAAAAA="},
     lambda s: {**s, "iterations": 10**9},
     lambda s: {**s, "nonce": "x"}, lambda s: {}, lambda s: None, lambda s: {**s, "salt": 7}],
)  # fmt: skip
def test_what_was_cut_or_changed_does_not_open(change: Callable[[Any], Any]) -> None:
    sealed = seal_of(WORDS, "x").close("词")
    assert opened(sealed, WORDS) == "词"
    with pytest.raises(SealError):
        opened(change(sealed), WORDS)


def test_two_windows_of_a_sealed_page_know_of_each_other(page: AgentPage) -> None:
    other = page.page.context.new_page()
    other.goto(page.path.as_uri())
    other.fill("#passphrase", WORDS)
    other.click("#open button")
    other.locator(".row").first.wait_for()
    unlock(page)
    page.page.locator(".row").first.wait_for()
    page.note(1, "no_answer", note="第一次")
    other.wait_for_function("document.getElementById('count-unsaved').textContent === '1'")
