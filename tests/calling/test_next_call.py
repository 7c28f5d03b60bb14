"""Whom to call next and when: one table, asked of the line and of the page in a real browser."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Sequence
from datetime import UTC, datetime
from importlib.resources import files
from typing import Any

import pytest
from next_call_table import ROWS, Row

from monitor.calling.dispositions import dispositions
from monitor.calling.next_call import ACTIONS, REASONS
from monitor.pages.bundle import modules

NAMES = [row["name"] for row in ROWS]
SEEDS = 300  # of each rule that holds whatever happened


@pytest.mark.parametrize("words", ROWS, ids=NAMES)
def test_the_next_call_is_as_the_table_says(words: dict[str, Any]) -> None:
    row = Row(words)
    assert row.answer() == row.expected


def test_the_page_proposes_what_the_line_proposes(chromium: Any) -> None:
    assert _differences(chromium, ROWS) == {}


@pytest.mark.parametrize("seeds", [200, pytest.param(2000, marks=pytest.mark.long)])
def test_whatever_happened_the_page_and_the_line_agree(chromium: Any, seeds: int) -> None:
    rows = [
        {"name": str(seed), **_any_case(random.Random(seed)), **_any_stop(random.Random(seed))}
        for seed in range(seeds)
    ]
    rows += [
        {"name": f"back {seed}", **_any_call_back(random.Random(seed))} for seed in range(seeds)
    ]
    woken = sum(Row(words).asked().back is not None for words in rows)
    assert seeds / 3 < woken < seeds
    assert _differences(chromium, rows) == {}


def _differences(chromium: Any, rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return by name where the page's answer, which comes first, is not that of the line."""
    found = _asked_in_browser(chromium, [Row(words).page_data() for words in rows])
    wrong = {}
    for words, answer in zip(rows, found, strict=True):
        proposed = Row(words).asked()
        offer = answer["offer"]
        told = {
            "action": answer["action"],
            "at": _moment(answer["at"]),
            "contact": _known(answer["contact"]),
            "offer": offer and (_known(offer["contact"]), _moment(offer["at"])),
            "reason": answer["reason"],
            "round": answer["round"],
            "unanswered": answer["unanswered"],
            "agreed_at": _moment(answer["agreed_at"]),
            "back": answer["back"],
        }
        expected = dataclasses.asdict(proposed)
        expected["contact"] = _known(expected["contact"])
        if proposed.offer:
            expected["offer"] = _known(expected["offer"]["contact"]), proposed.offer.at
        if told != expected:
            wrong[words["name"]] = told, expected
    return wrong


def _asked_in_browser(chromium: Any, cases: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return what the page's nextCall() answers, in one page of a real browser."""
    rules = modules("calling/page/next_call.js", files("monitor"))
    script = "".join(module.text for module in rules)
    meanings = [dataclasses.asdict(entry) for entry in dispositions().values()]
    page = chromium.new_page()
    found: list[dict[str, Any]] = page.evaluate(
        f"""([cases, meanings]) => {{ {script}
        const known = new Map(meanings.map((entry) => [entry.code, entry]));
        const {{ nextCall }} = {rules[-1].variable};
        return cases.map((asked) => nextCall(asked, known)); }}""",
        [cases, meanings],
    )
    page.close()
    return found


def _known(contact: dict[str, Any] | None) -> tuple[str, str] | None:
    return (contact["kind"], contact["value"]) if contact else None


def _moment(milliseconds: int | None) -> datetime | None:
    return None if milliseconds is None else datetime.fromtimestamp(milliseconds / 1000, UTC)


def test_the_page_understands_its_own_outcomes_before_the_store_has_them(chromium: Any) -> None:
    asked = Row(ROWS[0]).page_data()
    at = Row(ROWS[0]).now.isoformat()
    noted = {"id": "mine", "disposition": "passed_on", "attempted_at": at, "after_id": ""}
    rung = {"kind": "mobile", "value": "13800130019"}
    typed = {"value": "138 0013 0019", "person": "李护士长"}
    asked |= {"history": [noted | {"new_contact": typed}], "rungs": [rung, *asked["rungs"]]}
    (answer,) = _asked_in_browser(chromium, [asked])
    assert (answer["reason"], answer["contact"]) == ("new contact", rung)


def test_no_proposal_lies_in_the_past() -> None:
    late = [row["name"] for row in ROWS if (at := Row(row).asked().at) and at < Row(row).now]
    assert late == []


def test_whatever_happened_nobody_is_called_at_night_too_often_or_against_a_mark() -> None:
    asked = 0
    for seed in range(SEEDS):
        row = Row(_case_to_call(random.Random(seed)))
        found = row.asked()
        if found.action != "call" or found.reason == "agreed":
            continue
        asked += 1
        assert found.at and found.contact, seed
        rung = next(rung for rung in row.rungs() if rung.contact == found.contact)
        assert rung.barred is None, seed
        local = found.at.astimezone(row.zone)
        assert row.rules.start <= local.time() < row.rules.end, seed
        rang = [
            callback.attempted_at
            for callback in row.history()
            if callback.contact == found.contact
            and dispositions()[callback.disposition].number in ("reached", "unanswered")
        ] + row.elsewhere().get(found.contact.key, [])
        assert all(found.at >= at + row.rules.gap for at in rang), seed
        same_day = [at for at in rang if at.astimezone(row.zone).date() == local.date()]
        assert len(same_day) < row.rules.daily, seed
    assert asked >= 0.9 * SEEDS


def test_whatever_happened_a_message_on_offer_may_be_written() -> None:
    asked = 0
    for seed in range(SEEDS):
        row = Row(_case_to_write_to(random.Random(seed)))
        found = row.asked()
        if found.offer is None:
            assert found.action != "message", seed
            continue
        asked += 1
        rung = next(rung for rung in row.rungs() if rung.contact == found.offer.contact)
        assert rung.barred is None, seed
        assert rung.contact.kind != "landline", seed
        assert found.offer.at >= row.now, seed
        local = found.offer.at.astimezone(row.zone).time()
        assert not rung.dialled or row.rules.start <= local < row.rules.end, seed
    assert asked >= 0.9 * SEEDS


def _case_to_call(random: random.Random) -> dict[str, Any]:
    """Return a row that ends, as good as always, in a call for which no time was agreed."""
    row = _any_case(random, [code for code in _CODES if dispositions()[code].next in _CALLED_ON])
    return row | {"rungs": _with_first(row["rungs"], random.choice(_WAYS[:3]))}


def _case_to_write_to(random: random.Random) -> dict[str, Any]:
    """Return a row whose last round, as good as always, went unanswered, and not just now."""
    row = _any_case(random, [code for code in _CODES if dispositions()[code].next in _CALLED_ON])
    way = random.choice([_WAYS[0], _WAYS[1], _WAYS[3]])
    number = random.choice(_WAYS[:3])
    calls = [
        {"at": f"02-14 00:{minute:02d}", "how": random.choice(["no_answer", "busy"]), "to": number}
        for minute in range(row["rules"].get("round", 3))
    ]
    settled = {"at": "02-13 23:59", "how": "declined", "to": number}
    return row | {
        "rungs": _with_first(row["rungs"], way, number),
        "history": [*row["history"], settled, *calls],
        "now": f"02-{random.randint(14, 16)} {random.randint(1, 23):02d}:30",
    }


def _with_first(rungs: list[dict[str, Any]], *ways: str) -> list[dict[str, Any]]:
    """Return a ladder with these ways at its top, which no mark stands against."""
    first = dict.fromkeys(ways)
    return [{"contact": way} for way in first] + [r for r in rungs if r["contact"] not in first]


_WAYS = ("mobile 13800130011", "mobile 13800130012", "landline 027-85720000", "wechat a_0011")
_CODES = [code for code, entry in dispositions().items() if not entry.ends_case]
_CALLED_ON = ("retry", "soon", "message", "contact")  # what leaves a case to be called


def _any_case(random: random.Random, codes: Sequence[str] = _CODES) -> dict[str, Any]:
    """Return a row with a history as it may come, likely or not, of these dispositions."""
    silent = ["no_answer", "busy", "message_sent"]

    def time(day: int) -> str:
        return f"02-{day} {random.randrange(24):02d}:{random.randrange(60):02d}"

    history = []
    for day in sorted(random.choices(range(10, 14), k=random.randrange(9))):
        how = random.choice([*silent, *codes])
        noted = {"at": time(day), "how": how, "to": random.choice(_WAYS)}
        if how == "call_later":
            noted["again"] = time(day + 1)
        if how == "passed_on":
            noted["named"] = random.choice(_WAYS)
        history.append(noted)
    rungs = [
        {"contact": way} | ({"barred": "wrong"} if random.random() < 0.2 else {})
        for way in random.sample(_WAYS, random.randint(1, 4))
    ]
    return {
        "rungs": rungs,
        "history": history,
        "now": time(14),
        "zone": random.choice(["Asia/Shanghai", "Asia/Urumqi"]),
        "rules": random.choice([{}, {"daily": 1}, {"gap": "5h"}, {"round": 5, "borders": []}]),
        "elsewhere": random.choice([{}, {_WAYS[0]: [time(13), time(14)]}]),
    }


def _any_stop(random: random.Random) -> dict[str, str]:
    """Return when a later post said that nobody needs to be called, mostly never."""
    return random.choice([{}, {}, {}, {"stopped": f"02-{random.randint(10, 14)} 12:00"}])


def _any_call_back(random: random.Random) -> dict[str, Any]:
    """Return a row of a case that ended once or more, with news of its goods."""
    codes = ["need_confirmed", "need_confirmed", "called_back", "declined", *_CODES]
    row = _any_case(random, codes)
    for noted in row["history"]:
        if noted["how"] in ("need_confirmed", "called_back") and random.random() < 0.4:
            noted["next need"] = f"02-{random.randint(11, 15)} 09:00"
    first = {"at": "02-09 10:00", "how": "need_confirmed", "to": random.choice(_WAYS)}
    words = [word for word in ("received", "waiting", "asked") if random.random() < 0.4]
    news = {word: f"02-{random.randint(10, 14)} {random.randrange(24):02d}:00" for word in words}
    rules = row["rules"] | random.choice([{}, {"no_news": "2d"}, {"after_goods": "1d"}])
    return row | {"history": [first, *row["history"]], "news": news, "rules": rules, "closed": True}


def test_every_action_and_reason_of_the_closed_list_stands_in_the_table() -> None:
    seen = {(row["expected"]["action"], row["expected"]["reason"]) for row in ROWS}
    assert seen == {(action, reason) for action in ACTIONS for reason in REASONS[action]}


def test_the_table_asks_of_every_disposition() -> None:
    tried = {callback["how"] for row in ROWS for callback in row["history"]}
    unasked = set(dispositions()) - tried
    assert unasked == {"do_not_call"}, "it ends a case as others do, and its mark is asked of"
