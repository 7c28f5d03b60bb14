"""A panel is made when its case is opened; search, paper and a scriptless browser miss none."""

from __future__ import annotations

from collections.abc import Callable

from agent_page import AgentPage
from playwright.sync_api import expect
from staged_day import add_case, reading_of, stage

from monitor.store import Store

Opener = Callable[..., AgentPage]
PLEA = "求助！一院急需口罩，<仓库>只剩“三天”的量 & 'N95' 一个也没有。"


def test_of_a_long_day_only_the_open_case_is_made(store: Store, open_page: Opener) -> None:
    cases = stage(store, 40)
    agent = open_page()
    assert agent.page.locator(".case").count() == 1
    agent.open_case(cases[5])
    agent.open_case(cases[7])
    agent.open_case(cases[5])
    assert agent.page.locator(".case").count() <= 3
    assert agent.page.locator(f"#c{cases[5]}").count() == 1


def test_search_finds_words_of_a_post_that_was_never_opened(
    store: Store, open_page: Opener
) -> None:
    cases = stage(store, 3)
    wanted = add_case(store, PLEA, reading_of(PLEA), author="<小禾>")
    agent = open_page()
    agent.open_case(cases[0])
    for words in ["<仓库>只剩", "“三天”的量 & 'n95'", "<小禾>"]:
        agent.page.fill("#search", words)
        shown = [row for row in agent.page.locator(".row").all() if row.is_visible()]
        assert [row.get_attribute("data-case") for row in shown] == [str(wanted)], words


def test_search_does_not_find_what_only_the_page_is_made_of(
    store: Store, open_page: Opener
) -> None:
    stage(store, 3)
    agent = open_page()
    for words in ["article", "data-facility", "&amp;", "blockquote"]:
        agent.page.fill("#search", words)
        assert agent.page.is_visible("#empty"), words


def test_paper_has_every_open_case_in_the_order_of_the_list(
    store: Store, open_page: Opener
) -> None:
    cases = stage(store, 12)
    agent = open_page()
    agent.open_case(cases[5])
    agent.page.emulate_media(media="print")
    expect(agent.page.locator(".case")).to_have_count(12)
    on_paper = agent.page.eval_on_selector_all(
        ".case:not([data-closed])", "all => all.map((one) => one.dataset.case)"
    )
    in_list = agent.page.eval_on_selector_all(
        ".row:not([data-ended])", "all => all.map((one) => one.dataset.case)"
    )
    assert on_paper == in_list
    assert all(agent.page.is_visible(f"#c{case}") for case in on_paper)
    assert agent.page.locator(".paper").first.is_visible()


def test_without_scripts_every_case_can_be_read(store: Store, open_page: Opener) -> None:
    cases = stage(store, 12)
    page = open_page(java_script_enabled=False).page
    assert all(page.is_visible(f"#c{case} .words") for case in cases)
