"""Outcomes noted on real pages and imported: what the page proposes is what the line proposes."""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest
from walks import Difference, Fault, walk_batch

ROOT = Path(__file__).parents[2]
FEW = 200  # walks of the default run
MANY = 2000  # in which each fault is found
SIZE = 100  # walks of a batch
SEARCH = 50  # of one in which a fault is looked for, most of which are found soon
APART = 1000  # batches from one seed to the next
SHOWN = 5  # differences told in full

Walked = tuple[list[Difference], Counter[str]]

FAULTS = (
    Fault("a mobile with 86 before it is none", "mobile: `(?:${china})?", "mobile: `"),
    Fault(
        "a name before digits belongs to an id",
        "const tries = [",
        "if (/^李/.test(text)) return null; const tries = [",
    ),
    Fault(
        "anybody takes a case back from the lead",
        "const isAllowed = !leads.length || leads.includes(entry.agent);",
        "const isAllowed = true;",
    ),
    Fault(
        "whoever did not know of grief ends it",
        "(after === null || ids.has(after))",
        "(after === null || after !== undefined)",
    ),
    Fault("a call too early is the agreed one", "earlyBy = 10 * 60000", "earlyBy = 30 * 60000"),
    Fault("a late call keeps no hours", "lateBy = 30 * 60000", "lateBy = 3000 * 60000"),
    Fault(
        "a mark that ends never ends",
        "Boolean(barred.until) && Date.parse(barred.until) <= now",
        "false",
    ),
    Fault(
        "whom a call was passed on to comes last",
        "of [...named, ...known]",
        "of [...known, ...named]",
    ),
    Fault(
        "no gap between two calls",
        "Math.max(...times) + rules.gap * 1000",
        "Math.max(...times)",
    ),
    Fault("one call a day too many", "callsOn(day) >= rules.daily", "callsOn(day) > rules.daily"),
    Fault(
        "nobody waits for an answer to a message",
        "const later = rules.after_message * 1000;",
        "const later = 0;",
    ),
    Fault(
        "calls before an answer count as unanswered",
        'means.number === "unanswered" && place > answered',
        'means.number === "unanswered" && place > undone',
    ),
    Fault(
        "a foreign number has the time of its place",
        "const zoneName = rung?.zone ?? asked.zone;",
        "const zoneName = asked.zone;",
    ),
    Fault(
        "outcomes that the store knows count twice",
        "if (known.has(entry.outcome.id)) forget(name);",
        "if (false) forget(name);",
    ),
    Fault(
        "marks noted on the page are not seen",
        "markedBy([...taken, ...entries.bans(), ...entries.outcomes()]",
        "markedBy([]",
    ),
    Fault(
        "calls for other cases are not seen",
        "times[key] = [...(times[key] ?? []), at];",
        "",
    ),
    Fault("goods that came wake nobody", "instant(received) > ending.at", "false"),
    Fault("an id in capitals is another", "${value.toLowerCase()}", "${value}"),
    Fault(
        "a mark that ends takes the place of one without end",
        "const outlasts = (until, before) => ",
        "const outlasts = (until, before) => true || ",
    ),
    Fault(
        "an outcome that tells no number marks none",
        "if (numbers.length === 1) return numbers;",
        "if (numbers.length) return [];",
    ),
)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Spread walks and faults over the cores, as many as the options ask for."""
    option = metafunc.config.getoption
    if "batch" in metafunc.fixturenames:
        batches = range(math.ceil(option("--walks") / SIZE))
        metafunc.parametrize("batch", batches, ids=[f"{batch * SIZE} on" for batch in batches])
    if "fault" in metafunc.fixturenames:
        count = option("--faults")
        chance = random.Random(option("--seed"))
        faults = FAULTS if count is None else chance.sample(FAULTS, count)
        metafunc.parametrize("fault", faults, ids=[fault.name for fault in faults])


@pytest.fixture
def walk(chromium: Any, tmp_path: Path, seed: int) -> Callable[..., Walked]:
    """Walk a batch of a seed in a store of its own."""

    def walk_one(batch: int, size: int = SIZE, fault: Fault | None = None) -> Walked:
        folder = tmp_path / str(batch)
        folder.mkdir()
        return walk_batch(chromium, folder, seed * APART + batch, size=size, fault=fault)

    return walk_one


@pytest.fixture
def seed(request: pytest.FixtureRequest) -> int:
    """Which walks are walked; 0 for those of the default run."""
    return int(request.config.getoption("--seed"))


def test_page_and_line_agree_on_whatever_agents_note(walk: Any) -> None:
    _assert_none(difference for batch in range(FEW // SIZE) for difference in walk(batch)[0])


def test_every_fault_can_be_put_into_the_page_of_today() -> None:
    folders = (ROOT / "monitor/calling/page", ROOT / "monitor/pages/scripts")
    scripts = [file.read_text("utf-8") for folder in folders for file in folder.rglob("*.js")]
    assert {f.name: sum(s.count(f.words) for s in scripts) for f in FAULTS} == {
        fault.name: 1 for fault in FAULTS
    }


@pytest.mark.long
def test_page_and_line_agree_over_thousands_of_walks(
    walk: Any, record_property: Any, batch: int
) -> None:
    differences, counts = walk(batch)
    record_property("counts", {"walks": SIZE, **counts})
    _assert_none(differences)


@pytest.mark.long
def test_a_fault_of_the_page_is_found_within_2000_walks(
    walk: Any, record_property: Any, fault: Fault
) -> None:
    for batch in range(MANY // SEARCH):
        differences, _ = walk(batch, SEARCH, fault)
        if differences:
            at = batch * SEARCH + min(difference.walk % SEARCH for difference in differences)
            record_property("finding", f"found at walk {at + 1}: {fault.name}")
            return
    pytest.fail(f"not found in {MANY} walks: {fault.name}")


def _assert_none(differences: Iterable[Difference]) -> None:
    first: dict[int, Difference] = {}
    for difference in differences:
        first.setdefault(difference.walk, difference)
    told = "\n".join(str(difference) for difference in list(first.values())[:SHOWN])
    assert not first, f"{len(first)} walks differ\n{told}"
