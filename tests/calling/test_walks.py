"""Outcomes noted on real pages and imported: what the page proposes is what the line proposes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from walks import WALKS, Difference, Fault, walk_batch

BATCHES = 2  # of the default run
MANY = 20  # of the long one: 2,000 walks
SHOWN = 5  # differences told in full

FAULTS = (
    Fault(
        "a number with 86 before it is another number",
        "/^86(1\\d{10}|0\\d{9,})$/.test(digits) ? digits.slice(2) : digits",
        "digits",
    ),
    Fault(
        "anybody takes a case back from the lead",
        "const byLead = !leads.length || leads.includes(entry.agent);",
        "const byLead = true;",
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
        "markedHere = () => markedBy(entries.outcomes(), dispositions, cases)",
        "markedHere = () => new Map()",
    ),
    Fault(
        "calls for other cases are not seen",
        "times[key] = [...(times[key] ?? []), at];",
        "",
    ),
    Fault("an id in capitals is another", ".trim().toLowerCase()", ".trim()"),
)


@pytest.fixture
def walk(chromium: Any, tmp_path: Path) -> Callable[..., tuple[list[Difference], Counter[str]]]:
    """Walk one batch in a store of its own."""

    def walk_one(number: int, fault: Fault | None = None) -> tuple[list[Difference], Counter[str]]:
        folder = tmp_path / str(number)
        folder.mkdir()
        return walk_batch(chromium, folder, number, fault=fault)

    return walk_one


@pytest.fixture
def tell(request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]) -> Iterator[Any]:
    """Write lines to the terminal, whatever is captured."""
    writer = request.config.get_terminal_writer()

    def write(*lines: str) -> None:
        with capsys.disabled():
            for line in lines:
                writer.line(line)

    write("")
    yield write


def test_page_and_line_agree_on_whatever_agents_note(walk: Any) -> None:
    _assert_none(difference for number in range(BATCHES) for difference in walk(number)[0])


@pytest.mark.long
def test_page_and_line_agree_over_2000_walks(walk: Any, tell: Any) -> None:
    counts: Counter[str] = Counter(walks=MANY * WALKS)
    differences: list[Difference] = []
    for number in range(MANY):
        found, counted = walk(number)
        differences += found
        counts += counted
    tell(*(f"{count:7} {what}" for what, count in sorted(counts.items())))
    _assert_none(differences)


@pytest.mark.long
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
def test_a_fault_of_the_page_is_found_within_2000_walks(walk: Any, tell: Any, fault: Fault) -> None:
    for number in range(MANY):
        found, _ = walk(number, fault)
        if found:
            first = min(difference.walk for difference in found)
            tell(f"found at walk {first + 1}: {fault.name}")
            return
    pytest.fail(f"not found in {MANY * WALKS} walks: {fault.name}")


def _assert_none(differences: Iterator[Difference] | list[Difference]) -> None:
    first: dict[int, Difference] = {}
    for difference in differences:
        first.setdefault(difference.walk, difference)
    told = "\n".join(str(difference) for difference in list(first.values())[:SHOWN])
    assert not first, f"{len(first)} walks differ\n{told}"
