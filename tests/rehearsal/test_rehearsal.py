"""The rehearsal: eight invented calls in both languages, judged at the end by the script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from pages.test_axe import axe, found_by_axe  # noqa: F401  (axe is a fixture)

from monitor.calling.dispositions import dispositions
from monitor.cli import main
from monitor.digest.script import call_script
from monitor.language import LANGUAGES
from monitor.rehearsal import rehearsed_calls

PHONE = {"width": 390, "height": 844}


def written(folder: Path, *options: str) -> Path:
    file = folder / "rehearsal.html"
    done = CliRunner().invoke(main, ["rehearse", *options, str(file)], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return file


@pytest.mark.parametrize("code", LANGUAGES)
def test_each_turn_has_one_fitting_choice_and_a_step_of_the_script(code: str) -> None:
    calls = rehearsed_calls(code)
    titles = {step.title for step in call_script(code).steps}
    assert len(calls) == 8
    for call in calls:
        assert set(call.fits) <= dispositions().keys()
        for turn in call.turns:
            assert turn.step in titles, (call.title, turn.step)
            assert [bool(choice.wrong) for choice in turn.choices].count(False) == 1, turn
            assert all(bool(choice.wrong) == bool(choice.answer) for choice in turn.choices), turn


def test_both_languages_rehearse_the_same_calls() -> None:
    def shape(code: str) -> list[object]:
        return [
            (call.fits, [[bool(choice.wrong) for choice in turn.choices] for turn in call.turns])
            for call in rehearsed_calls(code)
        ]

    assert shape("zh-CN") == shape("en")


def test_the_calls_cover_the_branches_of_the_script() -> None:
    fits = {code for call in rehearsed_calls() for code in call.fits}
    assert {"call_later", "message_sent", "bereaved", "declined", "already_supplied"} <= fits


@pytest.fixture
def open_rehearsal(chromium: Any) -> Iterator[Callable[..., Any]]:
    contexts = []

    def opener(file: Path, theme: str = "light") -> Any:
        contexts.append(chromium.new_context(viewport=PHONE, color_scheme=theme, bypass_csp=True))
        page = contexts[-1].new_page()
        page.goto(file.as_uri())
        return page

    yield opener
    for context in contexts:
        context.close()


def choose(page: Any, words: str) -> None:
    """Press the number that stands before a choice."""
    button = page.locator(".choices button", has_text=words)
    page.keyboard.press(button.locator("kbd").inner_text())


def rightly(page: Any, call: Any, code: str) -> None:
    """Go through a call as the script would."""
    for turn in call.turns:
        choose(page, next(choice.say for choice in turn.choices if not choice.wrong))
    entry = dispositions()[call.fits[0]]
    page.get_by_role("button", name=entry.zh if code == "zh-CN" else entry.en).click()
    page.keyboard.press("1")


@pytest.mark.parametrize(("code", "theme"), [("zh-CN", "light"), ("en", "dark")])
def test_a_wrong_turn_is_named_on_the_last_page_beside_the_script(
    tmp_path: Path,
    open_rehearsal: Callable[..., Any],
    axe: str,  # noqa: F811
    code: str,
    theme: str,
) -> None:
    page = open_rehearsal(written(tmp_path, "--language", code), theme)
    calls = rehearsed_calls(code)
    wrong = next(choice for choice in calls[0].turns[0].choices if choice.wrong)
    choose(page, wrong.say)
    assert wrong.answer in page.locator(".talk .caller").last.inner_text()
    page.reload()  # a browser that was closed goes on where it was
    assert wrong.wrong in page.locator(".talk .why").inner_text()
    assert found_by_axe(page, axe) == []
    for call in calls:
        rightly(page, call, code)
    summary = page.locator("#call.summary")
    assert summary.locator(".wrong").all_inner_texts() == [f"✗ {wrong.wrong}"]
    said = call_script(code).words(calls[0].turns[0].step, calls[0].facts)
    assert summary.locator("li blockquote").inner_text() == "\n".join(said)
    assert summary.locator(".verdict.not").count() == 0
    assert summary.locator(".verdict").count() == len(calls)
    assert found_by_axe(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
    page.locator("#again").click()
    assert page.locator(".talk li").count() == 1


@pytest.mark.parametrize(
    "kept",
    [
        "no JSON",
        "null",
        '{"at": 0, "choices": [[[9, 9]], [], [], [], [], [], [], []], "outcomes": []}',
        '{"at": 8, "choices": [[], [], [], [], [], [], [], []], "outcomes": []}',
        '{"at": 1, "choices": [[], [], [], [], [], [], [], []], "outcomes": ["gone"]}',
        '{"at": "x", "choices": [[], [], [], [], [], [], [], []], "outcomes": []}',
    ],
)
def test_what_does_not_fit_the_page_is_forgotten(
    tmp_path: Path, open_rehearsal: Callable[..., Any], kept: str
) -> None:
    page = open_rehearsal(written(tmp_path))
    page.evaluate("kept => localStorage.setItem('distress:rehearsal:zh-CN', kept)", kept)
    page.reload()
    assert page.locator(".talk li").all_inner_texts() == [rehearsed_calls()[0].turns[0].caller]


def test_a_file_that_is_no_page_is_not_overwritten(tmp_path: Path) -> None:
    file = tmp_path / "distress.toml"
    file.write_text("[store]", encoding="utf-8")
    done = CliRunner().invoke(main, ["rehearse", str(file)])
    assert done.exit_code == 2
    assert ".html" in done.output
    assert file.read_text(encoding="utf-8") == "[store]"


def test_an_outcome_that_does_not_fit_is_told_with_the_one_that_does(
    tmp_path: Path, open_rehearsal: Callable[..., Any]
) -> None:
    page = open_rehearsal(written(tmp_path))
    for turn in rehearsed_calls()[0].turns:
        choose(page, next(choice.say for choice in turn.choices if not choice.wrong))
    page.get_by_role("button", name=dispositions()["busy"].zh).click()
    verdict = page.locator(".verdict.not").inner_text()
    assert dispositions()["need_confirmed"].zh in verdict
    assert rehearsed_calls()[0].because in verdict


def test_the_lead_s_own_script_is_what_the_rehearsal_quotes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "scripts").mkdir()
    (tmp_path / "scripts/call.zh-CN.md").write_text(
        "## 开场\n{person}您好，这里是{facility}的后援。\n", encoding="utf-8"
    )
    (tmp_path / "distress.toml").write_text('[digest]\nscripts = "scripts"\n', encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    text = written(tmp_path).read_text(encoding="utf-8")
    scripts = [
        turn["script"]
        for call in json.loads(re.search(r'id="calls">(.*?)</script>', text)[1])
        for turn in call["turns"]
    ]
    assert scripts[0] == ["李护士您好，这里是紫荆医院重症医学科的后援。"]
    assert all(scripts)  # what it lacks is the bundled script's
