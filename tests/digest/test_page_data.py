"""What a page's script is given is a contract: what is sent, what it says and what scripts read."""

from __future__ import annotations

import dataclasses
import json
import re
import typing
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

import pytest
from agent_page import AgentPage
from confirmed import HANDS, MASKS, confirm
from desk_client import OTHER
from desk_drive import Desk
from desk_seats import Seat, serving, sitting
from staged_day import AGENT, LEAD, NOW, call, settings_in, stage

from monitor import digest, supply
from monitor.callback.decisions import decide
from monitor.desk import live
from monitor.digest import page_data
from monitor.store import Store
from monitor.types import ConfirmedItem, Hand

CONTRACT: dict[str, type] = {
    name: made
    for name, made in vars(page_data).items()
    if isinstance(made, type) and made.__module__ == page_data.__name__
}
# What scripts note on their own copies, and look for on what the page came with.
OWN = {"CallbackData": ["mine"], "RungData": ["heard"]}
AS_JSON = {datetime: str, time: str, timedelta: (int, float), float: (int, float)}
ANSWERS = {
    "live": "NewsData",
    "claims": "ClaimedData",
    "others": "LinesData",
    "case": "WholeData",
    "find": "MatchesData",
}
SCRIPTS = Path(page_data.__file__).parents[1]


def kind_of(hint: Any) -> Any:
    """Return a type as the browser's watch has it: ["list" or "map", kind], a class, or None."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin is Mapping:
        return ["map", kind_of(inner[1])]
    if origin in (Sequence, tuple):
        return ["list", kind_of(inner[0])]
    return next((one.__name__ for one in inner or (hint,) if dataclasses.is_dataclass(one)), None)


KINDS = {
    name: {field: kind_of(hint) for field, hint in typing.get_type_hints(made).items()}
    for name, made in CONTRACT.items()
}


def breaks(value: Any, hint: Any, place: str) -> Iterator[str]:
    """Yield where JSON is not what its type in the contract says."""
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if dataclasses.is_dataclass(hint):
        hints = typing.get_type_hints(hint)
        if not isinstance(value, dict) or value.keys() != hints.keys():
            yield f"{place} is {value!r}, with other keys than {', '.join(hints)}"
            return
        for name, field in hints.items():
            yield from breaks(value[name], field, f"{place}.{name}")
    elif origin is Mapping:
        for key, part in value.items():
            yield from breaks(part, inner[1], f"{place}[{key}]")
    elif origin in (Sequence, tuple):
        for number, part in enumerate(value):
            yield from breaks(part, inner[0], f"{place}[{number}]")
    elif inner:
        kinds = [one for one in inner if (one is type(None)) == (value is None)]
        if not kinds:
            yield f"{place} is {value!r}"
        for kind in kinds:
            yield from breaks(value, kind, place)
    elif not isinstance(value, AS_JSON.get(hint, hint)):
        yield f"{place} is {value!r}, not {hint}"


@pytest.mark.parametrize("name", CONTRACT)
def test_every_field_is_explained(name: str) -> None:
    made = CONTRACT[name]
    inherited = {field for base in made.__bases__ for field in getattr(base, "__annotations__", {})}
    for field in {*KINDS[name]} - inherited:
        assert re.search(rf"\b{field}(, \w+)*: ", made.__doc__ or ""), field


def told_by(file: Path, element: str) -> Any:
    """Return the JSON of an element of a page."""
    page = file.read_text(encoding="utf-8")
    found = re.search(rf'id="{element}">(.+?)</script>', page)
    assert found
    return json.loads(found[1])


def test_pages_and_desk_send_what_the_contract_says(store: Store, tmp_path: Path) -> None:
    stage(store)
    folder = digest.write(store, settings_in(tmp_path), now=NOW)
    pages = sorted(folder.glob("*.html"))
    sent = [(told_by(file, "generated"), page_data.GeneratedData) for file in pages]
    agents = [folder / f"{agent}.html" for agent in (AGENT, LEAD)]
    sent += [(told_by(file, "page-data"), page_data.PageData) for file in agents]
    sent.append((live.changes(store, ""), page_data.NewsData))
    assert sent[-1][0]["callbacks"] and sent[-2][0]["cases"]
    assert [why for value, made in sent for why in breaks(value, made, made.__name__)] == []


def test_a_callback_is_told_alike_by_page_and_desk(store: Store, tmp_path: Path) -> None:
    stage(store)
    file = digest.write(store, settings_in(tmp_path), now=NOW) / f"{AGENT}.html"
    on_page = {
        callback["id"]: callback
        for case in told_by(file, "page-data")["cases"]
        for callback in case["history"]
    }
    by_desk = {callback["id"]: callback for callback in live.changes(store, "")["callbacks"]}
    assert len(on_page) > 10
    assert on_page == {name: by_desk[name] for name in on_page}


# Wrap what a page reads, so that to read what nobody sent is an error, and to read is remembered.
# Whoever copies an object whole, asks for its keys first; that alone is no reading.
WATCH = """
((kinds, own, answers) => {
  window.watched = { read: new Set(), copied: new Set(), lacking: new Set() };
  function each(value, kindOf) {
    const parts = Object.entries(value);
    return Object.fromEntries(parts.map(([key, part]) => [key, wrap(part, kindOf(key))]));
  }
  function wrap(value, kind) {
    if (value === null || kind === null) return value;
    if (Array.isArray(kind)) {
      const [shape, inner] = kind;
      if (shape === "list") return value.map((part) => wrap(part, inner));
      return each(value, () => inner);
    }
    let copying = null;
    return new Proxy(each(value, (key) => kinds[kind][key] ?? null), {
      getOwnPropertyDescriptor(target, key) {
        copying = key;
        return Reflect.getOwnPropertyDescriptor(target, key);
      },
      get(target, key) {
        if (typeof key === "symbol" || key in Object.prototype) return target[key];
        if (key === "then" && !(key in kinds[kind])) return undefined; // asked by every await
        const name = `${kind}.${key}`;
        if (!(key in kinds[kind]) && !own[kind]?.includes(key)) {
          window.watched.lacking.add(name);
          throw new TypeError(`${name} is no part of the contract`);
        }
        (copying === key ? window.watched.copied : window.watched.read).add(name);
        copying = null;
        return target[key];
      },
    });
  }
  const parse = JSON.parse;
  JSON.parse = (text, ...rest) => {
    const value = parse(text, ...rest);
    const kind = { "page-data": "PageData", generated: "GeneratedData" };
    const id = Object.keys(kind).find((one) => document.getElementById(one)?.textContent === text);
    return id ? wrap(value, kind[id]) : value;
  };
  const { clone, json } = Response.prototype;
  const clones = new WeakSet(); // what the tests' own witness reads
  Response.prototype.clone = function () {
    const made = clone.call(this);
    clones.add(made);
    return made;
  };
  Response.prototype.json = async function () {
    const value = await json.call(this);
    const kind = !clones.has(this) && answers[new URL(this.url).pathname.slice(1)];
    return kind ? wrap(value, kind) : value;
  };
})"""
WATCH += f"({json.dumps(KINDS)}, {json.dumps(OWN)}, {json.dumps(ANSWERS)})"
TOLD = """Object.fromEntries(Object.entries(window.watched).map(([key, set]) => [key, [...set]]))"""


class Watched:
    """What pages read of the contract."""

    def __init__(self) -> None:
        self.sets: dict[str, set[str]] = {"read": set(), "copied": set(), "lacking": set()}

    def take(self, page: Any) -> None:
        """Add what a page read."""
        for name, entries in page.evaluate(TOLD).items():
            self.sets[name] |= set(entries)


@pytest.fixture
def served(store: Store, tmp_path: Path) -> Iterator[Callable[..., Desk]]:
    """Start a desk of the store in a process of its own."""
    yield from serving(tmp_path)


@pytest.fixture
def sit(chromium: Any) -> Iterator[Callable[..., Seat]]:
    """Sign an agent in, in a browser profile of its own."""
    yield from sitting(chromium)


def stage_news(store: Store, handed: int) -> None:
    """Goods came, others are offered instead of those that did not, a case is handed over."""
    confirm(store, HANDS, MASKS, hours_ago=30)
    hands, masks = store.supplies.lines()[-2:]
    supply.step(store, hands.id, "received", now=NOW - timedelta(hours=6))
    asked = NOW - timedelta(hours=5)
    supply.offer_substitute(store, masks.id, "膏药", reason="面膜断货", now=asked)
    store.cases.assign(handed, OTHER, "test")
    hand = Hand(id="aaaa0000", case_id=handed, to=AGENT, note="四点前打", agent=OTHER)
    assert decide(store, hand)


def test_scripts_read_every_field_and_no_other(
    store: Store,
    tmp_path: Path,
    chromium: Any,
    served: Callable[..., Desk],
    sit: Callable[..., Seat],
) -> None:
    cases = stage(store)
    [one, other] = (case.needs[0].id for case in store.cases.get(cases[14:16]))
    store.suggestions.add(one, other, reason="same facility", against="other goods")
    store.runs.end(store.runs.start("crawl", "day"), "ok")
    stage_news(store, cases[0])
    watched = Watched()
    folder = digest.write(store, settings_in(tmp_path), now=NOW)
    walk_of_a_file(chromium, folder, cases, watched)
    walk_of_the_desk(store, served(), sit, cases, watched)
    assert watched.sets["lacking"] == set()
    fields = {f"{name}.{field}" for name in CONTRACT for field in CONTRACT[name].__annotations__}
    unread = fields - watched.sets["read"]
    # A field that is read in a copy of the whole alone: some script names it.
    words = "".join(file.read_text(encoding="utf-8") for file in SCRIPTS.rglob("*.js"))
    named = {entry for entry in unread if f".{entry.partition('.')[2]}" in words}
    assert sorted(unread - (named & watched.sets["copied"])) == []


def walk_of_a_file(chromium: Any, folder: Path, cases: Sequence[int], watched: Watched) -> None:
    """Open cases, note outcomes and search on an agent's page, then look at the lead's."""
    for name in (f"{AGENT}.html", "index.html"):
        page = AgentPage(chromium, folder / name, NOW, script=WATCH)
        if name != "index.html":
            for case_id in cases[:14]:  # one of every state
                page.open_case(case_id)
            page.note(cases[14], "no_answer")
            page.note(cases[8], "call_later", again="2199-02-12T16:30")
            page.note(cases[15], "passed_on", new_value="13800138555", new_person="王老师")
            page.note(cases[16], "bereaved")
            page.page.keyboard.press("h")
            page.page.keyboard.press("Escape")
            page.page.click("#tidings .away")  # each is read in its turn
            page.page.fill("#search", "护手霜")
            for code in ("urgent", "agreed", "write", "silent", "called", "all"):
                page.page.click(f'[data-filter="{code}"]')
            page.open_case(cases[14])
            page.page.keyboard.press("x")
            page.save_file(folder)
            page.page.evaluate("dispatchEvent(new Event('storage'))")
        watched.take(page.page)
        assert page.troubles == []
        page.close()


def walk_of_the_desk(
    store: Store, desk: Desk, sit: Callable[..., Seat], cases: Sequence[int], watched: Watched
) -> None:
    """Note an outcome at the desk, and let others do something meanwhile."""
    seat = sit(desk, AGENT, script=WATCH)
    seat.open(cases[14])
    seat.press("3\n")
    seat.settle()
    seat.open(cases[14])  # and nothing else, so that whatever stood open is given back
    call(store, cases[15], "passed_on", hours_ago=0.1, agent=OTHER, after_id="",
         new_contact=("mobile", "13800138555"))  # fmt: skip
    goods = [ConfirmedItem(name="护手霜", quantity="40", unit="支")]
    call(store, cases[9], "need_confirmed", hours_ago=0.2, agent=OTHER, items=goods, after_id="")
    store.cases.assign(cases[10], OTHER, "test")
    other = sit(desk, OTHER, script=WATCH)
    other.everyones()
    other.open(cases[5])
    with other.page.expect_response("**/find?*"):
        other.page.fill("#search", "护手霜")
    seat.page.evaluate("dispatchEvent(new Event('online'))")
    seat.until(f"document.querySelector('.row[data-case=\"{cases[5]}\"]').dataset.held")
    for one in (seat, other):
        watched.take(one.page)
        assert one.troubles == []
