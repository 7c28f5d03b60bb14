"""What has to be in sight at once: the name, six lines of the post, the next key; at every size."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from agent_page import AgentPage
from staged_day import add_case, reading_of

from monitor.store import Store

SIZES = [(1280, 800), (1440, 900), (390, 844)]
# How many lines of the post are seen whole, and whether anything is wider than its place.
SEEN = """() => {
  const seen = (element) => {
    const place = element.getBoundingClientRect();
    let [top, bottom] = [place.top, place.bottom];
    for (let box = element.parentElement; box; box = box.parentElement) {
      if (getComputedStyle(box).overflowY === "visible") continue;
      const edge = box.getBoundingClientRect();
      [top, bottom] = [Math.max(top, edge.top), Math.min(bottom, edge.bottom)];
    }
    return Math.min(bottom, innerHeight) - Math.max(top, 0);
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const of = (selector) => document.querySelector(selector);
  const words = of(".case.open .posts .words");
  const line = parseFloat(getComputedStyle(words).lineHeight);
  const whole = (selector) => seen(of(selector)) >= of(selector).getBoundingClientRect().height - 1;
  const pad = of("#outcome").getBoundingClientRect();
  return {
    lines: Math.floor((seen(words) + 1) / line),
    name: whole(".case.open h2"),
    reason: whole(".case.open .reason"),
    number: whole(".case.open .rung.proposed .value"),
    keys: all(".way:not([hidden], .rare), #more-ways").filter((one) => seen(one) > 20).length,
    pad: pad.height / innerHeight,
    wide: all(".panel *, .bar *").filter((one) => (
      !one.closest(".quote") && one.getClientRects().length
      && one.getBoundingClientRect().right > innerWidth + 1
    )).map((one) => one.outerHTML.slice(0, 80)),
  };
}"""


@pytest.fixture
def case_id(store: Store) -> int:
    """A case with goods, two numbers and a long post."""
    text = (
        "求助！青禾县第三人民医院发热门诊急需N95口罩500个、防护服200套、护目镜、护手霜40支，现有的只够一天，"
        "联系李护士13800138001，科室027-85720000，谢谢大家。"
        + "正规渠道都在排队，先发一点也好，大家已经连着上了三个夜班，手都裂了。"
        * 6
    )
    goods = [
        ("N95口罩", "500", "个"),
        ("防护服", "200", "套"),
        ("护目镜", None, None),
        ("护手霜", "40", "支"),
    ]
    reading = reading_of(
        text,
        goods=goods,
        facility="青禾县第三人民医院发热门诊",
        numbers=[("mobile", "13800138001"), ("landline", "027-85720000")],
        place=("青禾县", "湖北", "晴川"),
        urgent=("critical", "只够一天"),
    )
    return add_case(store, text, reading)


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_name_post_and_next_key_are_in_sight_at_once(
    open_page: Callable[..., AgentPage], case_id: int, width: int, height: int
) -> None:
    agent = open_page(viewport={"width": width, "height": height})
    agent.open_case(case_id)
    seen = agent.page.evaluate(SEEN)
    assert seen["lines"] >= 6, seen
    assert (seen["name"], seen["reason"], seen["number"]) == (True,) * 3, seen
    assert seen["keys"] == 6, "five outcomes and what holds the rest"
    assert seen["pad"] <= 1 / 3
    assert seen["wide"] == []


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_text_at_twice_its_size_breaks_nothing(
    open_page: Callable[..., AgentPage], case_id: int, width: int, height: int
) -> None:
    agent = open_page(viewport={"width": width, "height": height}, bypass_csp=True)
    agent.page.add_style_tag(content="html { font-size: 200% !important }")
    agent.open_case(case_id)
    agent.page.keyboard.press("3")
    assert agent.page.evaluate(SEEN)["wide"] == []
    for what in ("#next", ".case.open .value", ".case.open h2", ".case.open .words"):
        agent.page.locator(what).first.scroll_into_view_if_needed()
        box: Any = agent.page.locator(what).first.bounding_box()
        assert box and box["width"] > 0 and box["height"] > 0, what
