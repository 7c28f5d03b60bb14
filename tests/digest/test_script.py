"""The call script: bundled and the lead's own; what is wrong is told with file and line."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from staged_day import AGENT, NOW, add_case, reading_of, settings_in, stage

import data
from monitor import digest
from monitor.calling.dispositions import dispositions
from monitor.cli import main
from monitor.digest.script import (
    FACTS,
    KINDS,
    LARGEST,
    NAMES,
    RECIPIENTS,
    Script,
    Step,
    call_script,
    parse,
    script_in,
    tree_lines,
)
from monitor.errors import SettingsError
from monitor.language import LANGUAGES, language
from monitor.settings import AgentSettings, DigestSettings
from monitor.store import Store

OWN = "- 一件事一句话\n\n## 自家开场\n您好，我是{agent}。\n"
in_both = pytest.mark.parametrize("code", LANGUAGES)


def said(step: Step, **facts: str) -> list[str]:
    """Return the paragraphs as the page fills them: the fact, or what stands there without it."""
    return [
        "".join(facts.get(piece.fact or "", piece.text) for piece in line)
        for line in step.paragraphs
    ]


def message(script: Script, to: str) -> Step:
    """Return the message of a script to such a recipient."""
    [step] = [step for step in script.steps if step.to == to]
    return step


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A lead's folder for scripts, empty."""
    made = tmp_path / "scripts"
    made.mkdir()
    return made


def complaint(folder: Path, text: str | bytes, name: str = "call.zh-CN.md") -> str:
    """Write a script that must be refused and return what the lead is told."""
    raw = text if isinstance(text, bytes) else text.encode()
    (folder / name).write_bytes(raw)
    with pytest.raises(SettingsError) as told:
        call_script("zh-CN", folder)
    return str(told.value).replace(f"{folder}/", "")


@in_both
def test_the_bundled_script_has_four_principles_and_nothing_wrong(code: str) -> None:
    script = call_script(code)
    assert len(script.principles) == 4
    assert script.problems == ()
    assert script.source == "bundled"


@in_both
def test_every_outcome_has_a_step_that_goes_with_it(code: str) -> None:
    named = {name for step in call_script(code).steps for name in step.dispositions}
    assert named == dispositions().keys()


def test_both_languages_have_the_same_steps() -> None:
    zh, en = (
        [(step.dispositions, step.to, len(step.paragraphs)) for step in call_script(code).steps]
        for code in LANGUAGES
    )
    assert zh == en


@in_both
def test_there_is_a_message_for_every_kind_of_recipient(code: str) -> None:
    sent = [step.to for step in call_script(code).steps if step.message]
    assert sorted(to or "" for to in sent) == sorted(RECIPIENTS)


def test_the_message_asks_for_a_screenshot_of_the_list() -> None:
    assert "清单的截图" in said(message(call_script("zh-CN"), "contact"))[-1]
    assert "screenshot" in said(message(call_script("en"), "contact"))[-1]


@in_both
def test_a_reply_in_public_names_nobody_and_no_number(code: str) -> None:
    step = message(call_script(code), "reply")
    assert not any(piece.fact for piece in step.paragraphs[-1])
    assert not re.search(r"\d", said(step)[-1])


@in_both
def test_every_message_says_that_we_take_no_money(code: str) -> None:
    words = {"zh-CN": "不收任何费用", "en": "no money"}[code]
    for step in call_script(code).steps:
        assert not step.message or words in said(step)[-1], step.title


@in_both
def test_where_somebody_is_hurt_the_script_says_where_to_turn(code: str) -> None:
    hurt = [
        step
        for step in call_script(code).steps
        if step.dispositions == ("in_distress",) and "120" in "".join(said(step))
    ]
    assert len(hurt) == 1


@in_both
def test_the_facts_of_the_case_stand_in_the_words(code: str) -> None:
    facts = {"person": "李护士", "facility": "晴川医院", "amounts": "护手霜 40支", "agent": AGENT}
    script = call_script(code)
    assert "李护士" in said(script.steps[0], **facts)[0]
    sent = said(message(script, "contact"), **facts)[-1]
    assert all(words in sent for words in (AGENT, "晴川医院", "护手霜 40支"))


def test_without_facts_the_words_are_still_whole() -> None:
    zh, en = (said(message(call_script(code), "contact"))[-1] for code in LANGUAGES)
    assert "看到贵单位需要一些物资" in zh
    assert "your hospital needs some supplies" in en


@in_both
def test_every_fact_has_words_that_stand_for_it_and_is_used(code: str) -> None:
    pieces = [
        piece
        for kind in KINDS
        for step in call_script(code, kind=kind).steps
        for line in step.paragraphs
        for piece in line
    ]
    assert (
        {piece.fact for piece in pieces if piece.fact} == FACTS[code].keys() == FACTS["en"].keys()
    )
    assert all(FACTS[code].values())


def test_a_step_is_read_with_its_message_outcomes_and_facts() -> None:
    [step] = parse("- 一\n## 短信 (消息) [no_answer busy]\n先说一声。\n您好{agent}，再见\n").steps
    assert (step.title, step.to, step.dispositions) == ("短信", "contact", ("no_answer", "busy"))
    assert [(piece.text, piece.fact) for piece in step.paragraphs[1]] == [
        ("您好", None),
        ("志愿者", "agent"),
        ("，再见", None),
    ]


def test_brackets_of_a_chinese_keyboard_do_as_well() -> None:
    script = parse("##短信（消息 post）【no_answer，busy】\n您好｛agent｝\n")
    assert script.problems == ()
    assert script.steps == parse("## 短信 (消息 post) [no_answer busy]\n您好{agent}\n").steps


def test_a_file_from_windows_reads_the_same(folder: Path) -> None:
    (folder / "call.zh-CN.md").write_bytes(b"\xef\xbb\xbf" + OWN.replace("\n", "\r\n").encode())
    assert call_script("zh-CN", folder).steps == parse(OWN).steps
    assert call_script("zh-CN", folder).principles == ("一件事一句话",)


def test_the_leads_file_stands_for_the_bundled_one_and_the_other_stays(folder: Path) -> None:
    (folder / "call.zh-CN.md").write_text(OWN, encoding="utf-8")
    (folder / "notes.txt").write_text("for ourselves", encoding="utf-8")
    assert [step.title for step in call_script("zh-CN", folder).steps] == ["自家开场"]
    assert call_script("en", folder) == call_script("en")


@in_both
def test_a_copy_of_the_bundled_file_is_a_valid_script_of_ones_own(folder: Path, code: str) -> None:
    text = data.read_text(f"scripts/{NAMES[code]}")
    (folder / NAMES[code]).write_text(text, encoding="utf-8")
    assert call_script(code, folder).steps == call_script(code).steps


WRONG = {
    "an unknown fact": ("## 开场\n您好\n{hospital}好", "line 3: unknown fact '{hospital}'"),
    "an empty fact": ("## 开场\n您好{}", "line 2: unknown fact '{}'"),
    "a fact in a title": ("## 找{person}\n您好", "line 1: {person} is filled in paragraphs only"),
    "a fact in a principle": ("- 找{person}\n## 开场\n您好", "line 1: {person} is filled in"),
    "nothing in it": ("", "no step; a step begins with"),
    "principles only": ("- 一\n# 标题\n", "no step; a step begins with"),
    "one title twice": ("## 开场\n您好\n## 开场\n再见", "line 3: two steps are titled '开场'"),
    "an unknown outcome": ("## 开场 [busy gone]\n您好", "line 1: unknown disposition 'gone'"),
    "a code with a hyphen": (
        "## 开场 [no-answer]\n您好",
        "line 1: unknown disposition 'no-answer'",
    ),
    "a message without words": (
        "## 短信 (消息)\n\n## 开场\n您好",
        "line 1: the step '短信' has no",
    ),
    "a step without words": (
        "## 开场\n您好\n## 结束\n",
        "line 3: the step '结束' has no paragraph",
    ),
    "an unknown recipient": ("## 短信 (消息 all)\n您好", "line 1: unknown recipient 'all'"),
    "a bracket left open": ("## 开场 [busy\n您好", "line 1: cannot read '## 开场 [busy'"),
    "a mark that is none": ("## 开场 (短信)\n您好", "line 1: cannot read '## 开场 (短信)'"),
    "no title": ("## [busy]\n您好", "line 1: cannot read '## [busy]'"),
    "a heading of another depth": ("## 开场\n您好\n### 结束", "line 3: "),
    "a name in public": ("## 回复 (消息 reply)\n{person}好", "line 2: a reply in public must not"),
    "not UTF-8": ("## 开场\n您好".encode("gb18030"), "line 1: not UTF-8"),
    "too much": (b"x" * (LARGEST + 1), "too large; a script has at most 100,000 bytes"),
}


@pytest.mark.parametrize(("text", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_told_with_file_and_line(
    folder: Path, text: str | bytes, told: str
) -> None:
    assert f"call.zh-CN.md: {told}" in complaint(folder, text)


def test_everything_wrong_is_told_at_once(folder: Path) -> None:
    told = complaint(folder, "## 开场 [gone]\n{x}\n## 开场\n").splitlines()
    assert [line.split(": ")[1] for line in told] == ["line 1", "line 2", "line 3", "line 3"]


def test_a_file_named_almost_like_a_script_is_told(folder: Path) -> None:
    told = complaint(folder, OWN, "call.zh.md")
    assert told == "call.zh.md: no script is named so; there are: call.zh-CN.md, call.en.md"


def test_a_folder_in_the_place_of_the_file_is_told(folder: Path) -> None:
    (folder / "call.en.md").mkdir()
    with pytest.raises(SettingsError, match="not a file"):
        call_script("en", folder)


def test_a_link_that_leads_nowhere_is_told(folder: Path) -> None:
    (folder / "call.en.md").symlink_to(folder / "gone.md")
    with pytest.raises(SettingsError, match="not a file"):
        call_script("en", folder)


def test_a_missing_folder_is_told_with_the_key_of_the_settings(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"digest\.scripts: there is no folder .*nowhere"):
        call_script("en", tmp_path / "nowhere")


def with_scripts(tmp_path: Path, **agent: Any) -> Any:
    """Return settings with a lead's folder, for one agent."""
    known = settings_in(tmp_path)
    own = DigestSettings(folder=known.digest.folder, scripts=tmp_path / "scripts")
    agents = (AgentSettings(name=AGENT, **agent),)
    return known.model_copy(update={"digest": own, "agents": agents})


def test_a_hostile_script_stays_text_on_the_page(
    store: Store, tmp_path: Path, folder: Path, chromium: Any
) -> None:
    stage(store)
    evil = '"><img src=x onerror="document.title=1"><script>document.title=1</script>'
    text = f"- {evil}\n## {evil}\n{evil} {{agent}}\u202e\x07\n"
    (folder / "call.zh-CN.md").write_text(text, encoding="utf-8")
    page_file = digest.write(store, with_scripts(tmp_path), now=NOW) / f"{AGENT}.html"
    page = chromium.new_page()
    page.goto(page_file.as_uri())
    assert page.title() != "1"
    assert page.locator(".script img, .script script").count() == 0
    assert evil in page.locator(".script [role=tabpanel]").first.text_content()
    assert "\u202e" not in page.content()
    page.close()


def test_an_agents_page_has_the_script_of_the_agents_language(
    store: Store, tmp_path: Path, folder: Path
) -> None:
    stage(store)
    (folder / "call.en.md").write_text("## Our own\nGood day, {agent} here.\n", encoding="utf-8")
    written = digest.write(store, with_scripts(tmp_path, language="en"), now=NOW)
    assert "Good day, " in (written / f"{AGENT}.html").read_text(encoding="utf-8")


def test_a_broken_script_leaves_yesterdays_pages_alone(
    store: Store, tmp_path: Path, folder: Path
) -> None:
    stage(store)
    settings = with_scripts(tmp_path)
    page = digest.write(store, settings, now=NOW) / f"{AGENT}.html"
    before = page.read_text(encoding="utf-8")
    (folder / "call.zh-CN.md").write_text("## 开场\n{x}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match="line 2: unknown fact"):
        digest.write(store, settings, now=NOW)
    assert page.read_text(encoding="utf-8") == before


def checked(tmp_path: Path) -> Any:
    """Run `distress check` with a lead's folder in the settings."""
    file = tmp_path / "distress.toml"
    file.write_text('[digest]\nscripts = "scripts"\n', encoding="utf-8")
    return CliRunner().invoke(main, ["--config", str(file), "check"])


def test_check_says_where_each_script_comes_from(tmp_path: Path, folder: Path) -> None:
    (folder / "call.en.md").write_text("## Hello\nGood day.\n", encoding="utf-8")
    told = checked(tmp_path).output
    assert f"call.en.md ({folder / 'call.en.md'})" in told
    assert "call.zh-CN.md (bundled)" in told


def test_check_refuses_a_script_in_a_language_that_nobody_has_yet(
    tmp_path: Path, folder: Path
) -> None:
    (folder / "call.en.md").write_text("## Hello\n{who}\n", encoding="utf-8")
    result = checked(tmp_path)
    assert result.exit_code == 2
    assert "unknown fact '{who}'" in result.output


def test_details_of_a_post_are_called_in_the_pages_language(store: Store, tmp_path: Path) -> None:
    text = "晴川医院急需口罩，转发"
    reading = replace(
        reading_of(text, goods=[("口罩", None, None)]),
        details={"speaker": "repost", "mood": "calm"},
    )
    add_case(store, text, reading)
    called = {
        "zh-CN": [("mood", "calm"), ("发帖人", "只是转发")],
        "en": [("mood", "calm"), ("who speaks", "only passes it on")],
    }
    for code, details in called.items():
        loaded = settings_in(tmp_path).model_copy(update={"language": code})
        page = (digest.write(store, loaded, now=NOW) / f"{AGENT}.html").read_text(encoding="utf-8")
        shown = re.search(r'(?s)<dl class="details">(.*?)</dl>', html.unescape(page))
        assert shown
        told = re.findall(r"<dt>(.*?)</dt><dd><bdi>(.*?)</bdi>", shown[1])
        assert told == details, code


TREE = """## 开场
您好，我是{agent}。
⇒ 方便：告知
⇒ 不方便：在忙
## 告知 [notice_given in_distress bereaved declined do_not_call wrong_number]
{notice}
## 在忙 [call_later no_answer busy]
好的。
"""
trees = pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "call"])


@in_both
@trees
def test_every_kind_has_four_principles_and_no_dead_end(code: str, kind: str) -> None:
    script = call_script(code, kind=kind)
    assert (len(script.principles), script.problems) == (4, ())


@trees
def test_both_languages_of_a_kind_lead_the_same_ways(kind: str) -> None:
    def ways(code: str) -> list[Any]:
        steps = call_script(code, kind=kind).steps
        places = {step.title: at for at, step in enumerate(steps)}
        return [
            (step.dispositions, step.to, step.call, [places[to] for _, to in step.branches])
            for step in steps
        ]

    assert ways("zh-CN") == ways("en")


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("⇒ 方便：告知\n", "⇒ 方便：告之\n", "'方便' leads to '告之', no step; there are: 开场"),
        ("⇒ 方便：告知\n⇒ 不方便：在忙\n", "", "line 1: the step '开场' is a dead end"),
        ("⇒ 方便：告知", "⇒ 告知", "line 3: cannot read '⇒ 告知'"),
        ("{notice}", "{地址}", "line 6: unknown fact '{地址}'"),
        ("bereaved ", "", "no step for the outcome 'bereaved'"),
        ("notice_given", "told", "unknown disposition 'told'"),
        ("## 在忙", "## 没人理\n嗯。\n⇒ 好：告知\n## 在忙", "'没人理': nothing leads to it"),
    ],
)
def test_a_leads_own_tree_is_checked_before_it_is_used(
    tmp_path: Path, before: str, after: str, told: str
) -> None:
    file = tmp_path / "care.md"
    file.write_text(TREE, encoding="utf-8")
    script, text = script_in(file)
    assert (len(script.steps), text) == (3, TREE)
    assert before in TREE
    file.write_text(TREE.replace(before, after), encoding="utf-8")
    with pytest.raises(SettingsError) as error:
        script_in(file)
    assert told in str(error.value)
    assert str(file) in str(error.value)


@in_both
@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_tree_is_shown_each_step_once_with_what_follows(code: str, kind: str) -> None:
    script = call_script(code, kind=kind)
    shown = list(tree_lines(script, language(code)))
    heads = [line.strip() for line in shown if line.strip().startswith("## ")]
    assert len(heads) == len(script.steps)
    text = "\n".join(shown)
    for step in script.steps:
        assert f"## {step.title}" in text
        assert all(f"[{name}]" in text for name in step.dispositions)


def test_the_command_shows_a_kind_and_checks_a_file(tmp_path: Path) -> None:
    run = CliRunner()
    shown = run.invoke(main, ["script", "show", "campaign", "--language", "zh-CN"])
    assert shown.exit_code == 0 and "无家可归" in shown.output
    file = tmp_path / "care.md"
    file.write_text(TREE.replace("{notice}", "{无}"), encoding="utf-8")
    checked = run.invoke(main, ["script", "check", "campaign", str(file)])
    assert checked.exit_code == 2 and "unknown fact" in checked.output
