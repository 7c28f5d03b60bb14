"""The pages with posts that were written to do harm, in a real Chromium."""

from __future__ import annotations

from collections.abc import Callable

from agent_page import AgentPage
from staged_day import AGENT, add_case, call, reading_of

from monitor.store import Store

Opener = Callable[..., AgentPage]

HOSTILE = (
    '求助<script>alert(1)</script>"><img src=x onerror=alert(2)>医院急需口罩</mark></script>'
    '=HYPERLINK("http://127.0.0.1:1/")\u202e倒着\u2066\x00\x07\x1b\u2028</blockquote>&lt;b&gt;😷'
    "<style>*{display:none}</style><!-- --><svg onload=alert(3)><a href=javascript:alert(4)>x</a>"
)


def test_hostile_text_is_inert_on_every_page(store: Store, open_page: Opener) -> None:
    reading = reading_of(
        HOSTILE,
        goods=[('"><img src=x onerror=alert(2)>', "1", "</span><b>")],
        facility='<script>alert(1)</script>"><img src=x onerror=alert(2)>医院',
        urgent=("critical", "</mark></script>"),
        place=("<style>*{display:none}</style>", "", ""),
    )
    for agent in (AGENT, None):
        case_id = add_case(
            store,
            HOSTILE + str(agent),
            reading,
            agent=agent,
            author=HOSTILE,
            url="javascript:alert(5)" if agent else 'https://example.org/"><img src=x onerror=1>',
        )
    call(store, case_id, "no_answer", note=HOSTILE)
    for name in (f"{AGENT}.html", "index.html", "supplies.html"):
        opened = open_page(name)
        opened.page.wait_for_timeout(200)
        assert opened.troubles == [], name
        assert opened.page.locator("script").count() <= 5
        foreign = opened.page.locator(
            "img, svg:not(.bars), iframe, object, body style, a[href^=javascript]"
        )
        assert foreign.count() == 0
        text = opened.page.inner_text("body")
        assert not set(text) & {"\u202e", "\u2066", "\x00", "\x07", "\x1b", "\u2028"}
    assert "<script>alert(1)</script>" in open_page().page.text_content(".words")


def test_a_post_of_100000_characters_is_folded(store: Store, open_page: Opener) -> None:
    text = "长" * 60_000 + "晴川医院急需口罩" + "长" * 40_000
    add_case(store, text, reading_of(text, goods=[("口罩", None, None)], facility="晴川医院"))
    agent = open_page()
    shown = agent.page.locator(".words:visible").all_inner_texts()
    assert len(shown) == 1
    assert "急需口罩" in shown[0]
    assert len(shown[0]) < 500
    assert not agent.troubles
