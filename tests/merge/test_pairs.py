"""Pairs labelled by hand: pleas passed on are found to be one, pleas that look alike are not."""

from __future__ import annotations

import importlib.util
from collections import Counter
from itertools import combinations
from pathlib import Path
from types import ModuleType

import pytest

from data import read_json_lines
from monitor.merge.alike import Verdict, judge
from monitor.merge.traits import Traits

HERE = Path(__file__).resolve().parents[2]
PRECISION, RECALL = 0.98, 0.90
ROWS = list(read_json_lines("pairs/rewritten.jsonl"))
# Rewritings that must not be taken for the plea they look like.
OTHERS = {
    "form letter",
    "other goods of one hospital",
    "round-up of several hospitals",
    "same words of another hospital",
    "same words of another place",
    "same words, other number",
}


def _benchmark() -> ModuleType:
    spec = importlib.util.spec_from_file_location("merge_figures", HERE / "benchmarks" / "merge.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


BENCHMARK = _benchmark()


@pytest.fixture(scope="module")
def traits() -> dict[str, Traits]:
    return BENCHMARK.traits_by_id({row["id"]: row["text"] for row in ROWS})


def _figures(traits: dict[str, Traits], rows: list[dict]) -> dict[str, float]:
    return BENCHMARK.figures(
        (BENCHMARK.is_one(traits[a["id"]], traits[b["id"]]), a["group"] == b["group"])
        for a, b in combinations(rows, 2)
    )


def test_the_pairs_are_as_many_and_as_hard_as_the_figures_claim() -> None:
    sizes = Counter(row["group"] for row in ROWS)
    assert sum(size > 1 for size in sizes.values()) >= 60
    assert all(2 <= size <= 5 for size in sizes.values())
    assert len({row["text"] for row in ROWS}) == len(ROWS) == len({row["id"] for row in ROWS})
    assert {row["how"] for row in ROWS} >= OTHERS | {
        "plea", "repost", "chain", "cut", "tags", "comment", "traditional", "numbers", "retold",
        "same contact", "other name of one hospital",
    }  # fmt: skip


def test_two_of_our_rewritten_pleas_are_one_where_they_should(traits: dict[str, Traits]) -> None:
    found = _figures(traits, ROWS)
    assert found["precision"] >= PRECISION, found
    assert found["recall"] >= RECALL, found


def test_pleas_that_only_look_alike_are_not_joined(traits: dict[str, Traits]) -> None:
    alike = [row for row in ROWS if row["how"] in OTHERS]
    joined = [
        (a["text"], b["text"])
        for a, b in combinations(alike, 2)
        if a["group"] != b["group"] and BENCHMARK.is_one(traits[a["id"]], traits[b["id"]])
    ]
    assert joined == []


@pytest.mark.parametrize(
    "how", ["repost", "chain", "cut", "tags", "comment", "traditional", "numbers"]
)
def test_a_plea_passed_on_this_way_is_found(traits: dict[str, Traits], how: str) -> None:
    pleas = {row["group"]: row["id"] for row in ROWS if row["how"] == "plea"}
    passed = [row for row in ROWS if row["how"] == how and row["group"] in pleas]
    found = [judge(traits[row["id"]], traits[pleas[row["group"]]]) for row in passed]
    assert len(found) >= 3
    assert set(found) == {Verdict("same text")}


@pytest.mark.parametrize("order", [1, -1])
def test_the_cases_that_come_of_our_pleas_hold_what_belongs_together(
    traits: dict[str, Traits], order: int
) -> None:
    cases = BENCHMARK.cases_of(dict(list(traits.items())[::order]))
    found = BENCHMARK.figures(
        (cases[a["id"]] == cases[b["id"]], a["group"] == b["group"])
        for a, b in combinations(ROWS, 2)
    )
    assert found["precision"] >= PRECISION, found
    assert found["recall"] >= RECALL, found


def test_repeats_of_a_real_day_are_found_and_others_are_not(shared: Path) -> None:
    texts, pairs = BENCHMARK.stream_pairs(shared / "eval" / "stream.jsonl")
    assert len(pairs) >= 150
    assert {post_id for pair in pairs for post_id in pair} == texts.keys()
    found = BENCHMARK.measure(texts, pairs)
    for figures in (found["each two"], found["cases, posts in order"]):
        assert figures["precision"] >= PRECISION, found
        assert figures["recall"] >= RECALL, found


def test_needs_looked_up_by_their_runs_are_those_that_comparing_each_finds() -> None:
    needs = BENCHMARK.generated(300)
    found = {
        str(at): BENCHMARK.traits_of(text, reading, post_id=at)
        for at, (text, reading) in enumerate(needs)
    }
    cases = BENCHMARK.cases_of(found)
    assert 100 < len(set(cases.values())) < 250
    earlier: list[Traits] = []
    for key, new in found.items():
        opened = cases[key] == int(key) + 1
        assert opened == (not any(BENCHMARK.is_one(new, known) for known in earlier))
        earlier.append(new)
