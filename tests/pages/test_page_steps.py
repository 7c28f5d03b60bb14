"""The script beside the case: it opens at the step of the proposed call or message."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from agent_page import AgentPage, choose
from staged_day import AGENT, NOW, add_case, call, reading_of, settings_in

from monitor import digest
from monitor.digest.script import CALLS, call_script, parse
from monitor.language import LANGUAGES
from monitor.settings import DigestSettings
from monitor.store import Store

Opener = Callable[..., AgentPage]
NURSE = ("mobile", "13800130001")
OTHER = ("mobile", "13800130002")


def one_case(store: Store, *numbers: tuple[str, str], **post: Any) -> int:
    """Open a case with these numbers."""
    text = f"晴川医院急需口罩，联系{'，'.join(value for _, value in numbers)}"
    reading = reading_of(text, facility="晴川医院", numbers=numbers)
    return add_case(store, text, reading, **post)


def step(agent: AgentPage) -> str:
    """Return the title of the step that is open."""
    tab = agent.page.locator(".script [role=tab][aria-selected=true]")
    title: str = tab.inner_text()
    assert agent.page.locator(".script [role=tabpanel]:visible").count() == 1
    return title


def words(agent: AgentPage) -> str:
    """Return what the open step says."""
    said: str = agent.page.locator(".script [role=tabpanel]:visible").inner_text()
    return said


def test_the_first_call_begins_with_the_opening(store: Store, open_page: Opener) -> None:
    one_case(store, NURSE)
    assert step(open_page()) == "开场"


def test_other_ways_to_begin_stand_only_where_they_fit(store: Store, open_page: Opener) -> None:
    first, again = one_case(store, NURSE), one_case(store, OTHER)
    call(store, again, "call_later", hours_ago=3, contact=OTHER, again_in=-0.05)
    agent = open_page()
    agent.open_case(first)
    agent.page.focus(".script [role=tab][aria-selected=true]")
    agent.page.keyboard.press("ArrowRight")
    assert step(agent) == "问清"
    agent.open_case(again)
    assert agent.page.locator(".script [role=tab]:visible").all_inner_texts() == ["约好的电话"]
    agent.page.keyboard.press("s")
    shown = agent.page.locator(".script [role=tab]:visible").all_inner_texts()
    assert shown[:3] == ["开场", "约好的电话", "问清"]
    assert "总机·值班台" in shown


@pytest.mark.parametrize(
    ("code", "hours", "more", "title"),
    [
        ("no_answer", 30, {}, "开场"),
        ("busy", 3, {}, "开场"),
        ("call_later", 3, {"again_in": -0.05}, "约好的电话"),
        ("call_later", 3, {"again_in": 2}, "约好的电话"),
        ("no_answer", 3, {"again_in": -0.05}, "开场"),
        ("message_sent", 30, {}, "发过消息"),
        ("message_sent", 3, {"again_in": -0.05}, "发过消息"),
        ("passed_on", 3, {"new_contact": OTHER}, "别人让找的"),
        ("passed_on", 3, {"new_contact": ("wechat", "wang_8001")}, "想看文字"),
    ],
)
def test_a_later_call_begins_with_what_it_refers_to(
    store: Store, open_page: Opener, code: str, hours: float, more: dict[str, Any], title: str
) -> None:
    case_id = one_case(store, NURSE)
    call(store, case_id, code, hours_ago=hours, contact=NURSE, **more)
    assert step(open_page()) == title


def test_whom_someone_named_is_spoken_to_by_name_and_nobody_else_by_theirs(
    store: Store, open_page: Opener
) -> None:
    case_id = one_case(store, NURSE)
    agent = open_page()
    agent.note(case_id, "passed_on", new_value=OTHER[1], new_person="王老师")
    agent.open_case(case_id)
    assert step(agent) == "别人让找的"
    assert "请问是王老师吗" in words(agent)
    agent.page.keyboard.press("t")
    assert agent.rung(NURSE[1]).locator("input").is_checked()
    assert "王老师" not in agent.page.locator(".script").text_content()
    assert step(agent) == "开场"
    agent.page.keyboard.press("t")
    assert step(agent) == "别人让找的"
    assert "请问是王老师吗" in words(agent)


def test_once_the_named_one_was_spoken_to_nobody_is_named_any_more(
    store: Store, open_page: Opener
) -> None:
    case_id = one_case(store, NURSE)
    call(store, case_id, "passed_on", hours_ago=30, contact=NURSE, new_contact=OTHER)
    call(store, case_id, "no_answer", hours_ago=28, contact=OTHER)
    agent = open_page()
    assert step(agent) == "别人让找的"
    agent.note(case_id, "call_later", again=f"{NOW.replace(hour=14):%Y-%m-%dT%H:%M}")
    agent.open_case(case_id)
    assert step(agent) == "约好的电话"


def test_where_only_a_message_is_left_its_template_is_open(store: Store, open_page: Opener) -> None:
    one_case(store)
    agent = open_page()
    assert step(agent) == "私信"
    assert "清单的截图" in words(agent)
    agent.page.keyboard.press("m")
    assert step(agent) == "私信"


def test_without_any_contact_the_switchboard_is_asked(store: Store, open_page: Opener) -> None:
    one_case(store, url=None)
    assert step(open_page()) == "总机·值班台"


def test_the_outcome_that_was_begun_turns_to_its_own_step_again(
    store: Store, open_page: Opener
) -> None:
    first, other = one_case(store, NURSE), one_case(store, OTHER)
    agent = open_page()
    agent.open_case(first)
    choose(agent.page, "call_later")
    agent.open_case(other)
    assert step(agent) == "开场"
    agent.open_case(first)
    assert step(agent) == "在忙"


@pytest.mark.parametrize("code", LANGUAGES)
def test_the_bundled_scripts_have_a_step_for_every_call_that_begins_otherwise(code: str) -> None:
    steps = call_script(code).steps
    assert sorted(step.call for step in steps if step.call) == sorted(CALLS)
    assert steps[0].call is None


def test_a_step_is_read_with_the_calls_that_begin_with_it() -> None:
    for words in ("## 约好的 (拨 agreed) [call_later]", "##约好的（call：agreed）【call_later】"):
        script = parse(f"{words}\n您好\n")
        assert script.problems == ()
        [step] = script.steps
        assert (step.title, step.call, step.message) == ("约好的", "agreed", False)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("## 再打 (拨 later)", "line 1: unknown call 'later'; there are: agreed, back, message, "),
        ("## 再打 (拨)", "line 1: unknown call ''; there are: agreed"),
    ],
)
def test_a_call_that_does_not_exist_is_told_with_its_line(words: str, told: str) -> None:
    [problem] = parse(f"{words}\n您好\n").problems
    assert problem.startswith(told)


def test_a_script_of_the_leads_own_without_such_steps_begins_with_its_first(
    store: Store, chromium: Any, tmp_path: Path
) -> None:
    folder = tmp_path / "scripts"
    folder.mkdir()
    (folder / "call.zh-CN.md").write_text(
        "## 自家开场\n您好。\n## 再见\n保重。\n", encoding="utf-8"
    )
    case_id = one_case(store, NURSE)
    call(store, case_id, "call_later", hours_ago=3, again_in=-0.05, contact=NURSE)
    one_case(store)
    known = settings_in(tmp_path)
    own = DigestSettings(folder=known.digest.folder, scripts=folder)
    written = digest.write(store, known.model_copy(update={"digest": own}), now=NOW)
    agent = AgentPage(chromium, written / f"{AGENT}.html", NOW)
    for case_id in (1, 2):
        agent.open_case(case_id)
        assert step(agent) == "自家开场"
    assert agent.troubles == []
    agent.close()
