"""`distress supplies` from the terminal: step, refuse, undo, show, export."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from confirmed import HANDS, MASKS, confirm

from monitor.cli import main
from monitor.store import Store

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Run]:
    """Run `distress supplies` with a store of three lines, two of them for one facility."""
    config = tmp_path / "distress.toml"
    config.write_text('language = "en"\n[store]\npath = "distress.db"\n', encoding="utf-8")
    with Store(tmp_path / "distress.db") as store:
        confirm(store, HANDS, MASKS)
        confirm(store, HANDS)
    runner = CliRunner(env={"COLUMNS": "140"})
    yield lambda *words: runner.invoke(main, ["--config", str(config), "supplies", *words])


def test_a_part_is_noted_and_what_is_missing_told(run: Run) -> None:
    assert run("step", "1", "committed").exit_code == 0
    done = run("step", "1", "in transit", "--amount", "25", "--by", "红会", "--note", "顺丰")
    assert done.output == (
        "line 1: asked 40 pcs · committed 40 · in transit 25 · received 0 · missing 40 pcs\n"
    )


def test_what_might_be_sent_twice_is_refused_until_someone_says_so(run: Run) -> None:
    assert run("step", "1", "committed").exit_code == 0
    refused = run("step", "3", "committed")
    assert refused.exit_code == 1
    assert "line 1 (case 1)" in " ".join(refused.output.split())
    assert "requested" in run("show", "3").output
    assert run("step", "3", "committed", "--anyway").exit_code == 0
    assert "(anyway: besides line 1)" in run("show", "3").output


def test_a_wrong_step_is_undone_and_shown(run: Run) -> None:
    run("step", "1", "received", "--by", "车队")
    undone = run("undo", "1", "--by", "云落", "--note", "记错行了")
    assert "undone; line 1: asked 40 pcs · committed 0" in undone.output
    shown = run("show", "1").output
    assert "received (undone)" in shown
    assert "记错行了" in shown


def test_a_step_without_a_name_has_that_of_the_login(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LOGNAME", "wangshu")
    run("step", "1", "committed")
    assert "wangshu" in run("show", "1").output


def test_the_list_and_the_totals_show_every_stage(run: Run) -> None:
    listed = run().output
    assert {"ASKED", "COMMITTED", "IN", "TRANSIT", "RECEIVED", "MISSING"} <= set(listed.split())
    assert listed.count("hand cream") == 2
    totals = run("--totals").output
    assert "By goods" in totals
    assert "80" in totals.split()


def test_csv_and_a_workbook_come_from_the_same_lines(run: Run, tmp_path: Path) -> None:
    rows = list(csv.DictReader(io.StringIO(run("--csv").output)))
    assert [row["requested"] for row in rows] == ["40", "若干", "40"]
    file = tmp_path / "supplies.xlsx"
    assert "3 supply lines written" in run("--xlsx", str(file)).output
    with zipfile.ZipFile(file) as archive:
        assert "护手霜" in archive.read("xl/sharedStrings.xml").decode()


def test_a_workbook_that_cannot_be_written_is_told(run: Run, tmp_path: Path) -> None:
    refused = run("--xlsx", str(tmp_path / "no" / "supplies.xlsx"))
    assert refused.exit_code == 1
    assert "cannot write" in refused.output


def test_the_help_says_where_the_packing_lists_are(run: Run) -> None:
    assert "packing.html" in run("--help").output
