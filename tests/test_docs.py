"""What docs/ tells of the agent's day and of the store is what the program does."""

from __future__ import annotations

import csv
import io
import re
import shlex
import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from documents import COMMANDS, ROOT, cells, fenced
from staged_day import call, settings_in, stage

from monitor import supply
from monitor.calling.dispositions import dispositions
from monitor.settings import DigestSettings, Settings
from monitor.settings.calling import AgentSettings, CallingSettings, DeskSettings
from monitor.store import Store
from monitor.supply import spreadsheet
from monitor.types import ConfirmedItem

DAY = "docs/agents-day.md"
COMMANDED = (*sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("docs/*.md")),
             "README.md", "README.zh-CN.md", "CONTRIBUTING.md")  # fmt: skip


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A called day: goods on their way in every state, a step undone, a case reopened."""
    settings = settings_in(tmp_path_factory.mktemp("day"))
    with Store(settings.store_path) as store:
        made = stage(store)
        goods = [
            ConfirmedItem(name=name, quantity="40", unit="支")
            for name in ("护手霜", "面膜", "橡皮筋")
        ]
        call(store, made[14], "need_confirmed", items=goods)
        call(store, made[15], "no_need")
        store.cases.reopen(made[15], actor="青岚", reason="另一家医院")
        supply.open_lines(store)
        first, second, third, fourth, fifth = (line.id for line in store.supplies.lines())
        supply.step(store, first, "in transit", amount="25")
        supply.step(store, first, "received", amount="10")
        supply.undo(store, first)
        supply.step(store, second, "received", anyway=True)
        supply.step(store, third, "committed", anyway=True)
        supply.step(store, third, "in transit", anyway=True)
        supply.undo(store, third)
        supply.undo(store, third)
        supply.step(store, fourth, "committed", anyway=True)
        supply.undo(store, fourth)
        supply.step(store, fourth, "in transit", anyway=True)
        store.supplies.step(fourth, "requested", quantity="60")
        store.supplies.step(fifth, "requested", quantity="0")
        yield store


@pytest.fixture
def looking(store: Store) -> Iterator[sqlite3.Connection]:
    """The same store, opened as an analyst does: read-only."""
    connection = sqlite3.connect(f"{Path(store.path).as_uri()}?mode=ro", uri=True)
    yield connection
    connection.close()


def query(words: str) -> str:
    [found] = [query for query in fenced("docs/data.md", "sql") if words in query]
    return found


def keys_after(way: str) -> dict[str, str]:
    """Return with which keys the page notes each outcome of an open case: five likely, the rest."""
    fitting = [one for one in dispositions().values() if way in one.fits and one.likely != "back"]
    likely = [known.code for known in fitting if way in known.likely]
    rest = [known.code for known in fitting if known.code not in likely]
    assert len(likely) == 5 and len(rest) <= 9
    keys = {code: str(key) for key, code in enumerate(likely, 1)}
    return {**keys, **{code: f"0 {key}" for key, code in enumerate(rest, 1)}}


def test_the_table_of_outcomes_is_that_of_the_program() -> None:
    told = cells(DAY, "call")
    call, write = keys_after("call"), keys_after("write")
    assert told == [
        [
            call.get(known.code, ""),
            write.get(known.code, ""),
            f"`{known.code}`",
            known.zh,
            known.then_en,
            known.asks.replace("-", ""),
            known.number.replace("-", ""),
            known.seen_by,
        ]
        for known in dispositions().values()
    ]


def test_the_rules_of_calling_have_the_defaults_that_are_told() -> None:
    told = {row[0].strip("`"): row[1] for row in cells(DAY, "`[calling]`")}
    assert told.keys() == CallingSettings.model_fields.keys()
    read_in = {
        **told,
        "borders": told["borders"].split(", "),
        "zones": dict([told["zones"].split(": ")]),
    }
    assert CallingSettings.model_validate(read_in) == CallingSettings()


@pytest.mark.parametrize(
    ("document", "first"), [("README.md", "section"), ("README.zh-CN.md", "小节")]
)
def test_each_section_of_the_settings_is_named(document: str, first: str) -> None:
    rows = cells(document, first)
    named = re.findall(r"\[+(\w+)\]+", " ".join(row[0] for row in rows))
    top = re.findall(r"`(\w+)`", rows[0][1])
    assert sorted([*named, *top]) == sorted(Settings.model_fields)
    told = {
        row[0].strip("`[]"): set(re.findall(r"`(\w+)`", row[1]))
        for row in rows
        if row[0] in ("`[[agents]]`", "`[desk]`", "`[digest]`")
    }
    assert told["agents"] == set(AgentSettings.model_fields)
    assert told["desk"] <= set(DeskSettings.model_fields)
    assert told["digest"] <= set(DigestSettings.model_fields)


@pytest.mark.parametrize("query", fenced("docs/data.md", "sql"))
def test_every_query_for_analysts_answers(query: str, looking: sqlite3.Connection) -> None:
    assert looking.execute(query).fetchall()


def test_the_query_of_open_cases_knows_those_opened_again(
    store: Store, looking: sqlite3.Connection
) -> None:
    listed = {row[0] for row in looking.execute(query("SELECT cases.id"))}
    assert listed == set(store.cases.open_ids())
    assert listed < set(store.cases.all_ids())


def test_the_query_of_goods_tells_how_far_the_program_says_they_are(
    store: Store, looking: sqlite3.Connection
) -> None:
    told = {str(row[0]): row[4] for row in looking.execute(query("AS furthest"))}
    table = spreadsheet.as_csv(store.supplies.lines(), settings_in(Path()).zone)
    rows = csv.DictReader(io.StringIO(table.removeprefix("\ufeff")))
    assert told == {row["line"]: row["status"].removesuffix(" (partly)") for row in rows}
    assert set(told.values()) == {"requested", "in transit", "received", "withdrawn"}


def test_the_query_of_marks_counts_each_contact_that_stands(
    store: Store, looking: sqlite3.Connection
) -> None:
    counted = sum(number for _, number in looking.execute(query("FROM contact_marks\nWHERE")))
    assert counted == len(store.marks.standing(datetime.now(UTC)))


@pytest.mark.parametrize("document", COMMANDED)
def test_command_lines_name_commands_and_options_that_exist(document: str) -> None:
    for line in re.findall(r"^distress .+", "".join(fenced(document, "sh")), re.M):
        _, *words = shlex.split(line.split(" #")[0].split(" >")[0])
        named = "distress"
        while words and f"{named} {words[0]}" in COMMANDS:
            named = f"{named} {words.pop(0)}"
        assert named in COMMANDS, line
        known = {option for p in COMMANDS[named].params for option in p.opts}
        assert {word for word in words if word.startswith("--")} <= known, line
