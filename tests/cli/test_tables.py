"""The terminal's tables: 80 columns hold them in both languages, and no word is broken."""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import click
import pytest
from click.testing import CliRunner
from confirmed import HANDS, MASKS, confirm
from documents import COMMANDS
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from staged_day import NOW, call, settings_in, stage

from monitor.calling.clashes import all_clashes
from monitor.cli import main, tables, tables_case, tables_supplies
from monitor.cli.history import timeline_of
from monitor.cli.table_parts import Listing
from monitor.crawl import health
from monitor.language import PageLanguage, language
from monitor.store import Store
from monitor.types import ConfirmedItem, Suggestion

WIDTH = 80
CHINESE = re.compile("[\u3400-\u9fff]")


def shown(table: Table) -> list[str]:
    console = Console(file=io.StringIO(), width=WIDTH, record=True)
    console.print(table)
    return console.export_text().splitlines()


def words_of(table: Table) -> list[str]:
    """Return what must stand whole on a line: words, numbers, times, names such as N95."""
    cells = [cell for column in table.columns for cell in (column.header, *column.cells)]
    return [word for cell in cells for word in re.findall(r"[!-~]+", str(cell))]


def every_table(store: Store, folder: Path, spoken: PageLanguage) -> Iterator[Table]:
    """Yield each table of a desk in the midst of its day."""
    settings = settings_in(folder)
    stage(store, 12)
    plenty = ConfirmedItem(name="一次性医用外科口罩", quantity="29000", unit="个")
    case_id = confirm(store, HANDS, MASKS, plenty, facility="湖北省白鹭市第一人民医院发热门诊")
    call(store, case_id, "no_need", agent="望舒", note="转告13800138000：旧帖，院里采购了N95口罩")
    call(store, case_id, "do_not_call", note="家属要求", contact=("mobile", "13800138000"))
    lines = store.supplies.lines()
    store.supplies.step(lines[0].id, "in transit", quantity="25", actor="志愿车队", note="顺丰")
    lines = store.supplies.lines()
    cases = store.cases.get(store.cases.all_ids())
    run = store.runs.start("crawl", "day")
    store.runs.end(run, "login needed", "https://e.org/rss: the cookie is too old")
    sources = health.of_sources(settings, store, now=NOW + timedelta(days=30))
    yield tables.health(sources, settings.zone, now=NOW + timedelta(days=30), spoken=spoken)
    yield tables.to_mend(sources, spoken)
    yield tables.loads(settings, cases, spoken)
    yield tables.cases(cases, spoken)
    [case] = store.cases.get([case_id])
    yield tables_case.case(
        timeline_of(store, case, zone=settings.zone, numbers=False, spoken=spoken)
    )
    yield tables_case.clashes(all_clashes(case), settings.zone, spoken)
    pair = Suggestion(case_id=1, other_id=2, reason="same facility", against="part of the facility")
    yield tables_case.suggestions([pair], spoken)
    marks = store.marks.all()
    yield tables_case.marks(marks, settings.zone, now=NOW, numbers=False, spoken=spoken)
    yield tables_case.contact(marks, case.callbacks, settings.zone, numbers=False, spoken=spoken)
    yield tables_supplies.supplies(lines, settings.zone, spoken, to_check=[lines[0].id])
    yield tables_supplies.history(lines[0], settings.zone, spoken)
    yield from tables_supplies.totals(lines, spoken)


@pytest.mark.parametrize("code", ["zh-CN", "en"])
def test_80_columns_hold_every_table_and_break_no_word(
    store: Store, tmp_path: Path, code: str
) -> None:
    for table in every_table(store, tmp_path, language(code)):
        lines = shown(table)
        heads = [str(column.header) for column in table.columns]
        assert table.row_count, heads
        assert max(map(cell_len, lines)) <= WIDTH, heads
        text = "\n".join(lines)
        broken = [word for word in words_of(table) if word not in text]
        assert broken == [], heads
        cells = [str(cell) for one in table.columns for cell in (one.header, *one.cells)]
        signs = Counter("".join([*cells, str(table.title or "")]))
        signs.subtract(Counter(text))
        cut = {sign for sign, count in signs.items() if count and not sign.isspace()}
        assert cut == set(), heads


@pytest.mark.parametrize("code", ["zh-CN", "en"])
def test_the_heads_of_tables_are_in_the_language_of_the_settings(
    store: Store, tmp_path: Path, code: str
) -> None:
    for table in every_table(store, tmp_path, language(code)):
        heads = [str(column.header) for column in table.columns]
        assert all(bool(CHINESE.search(head)) == (code == "zh-CN") for head in heads), heads


def test_the_widest_column_gives_way_and_chinese_lines_begin_with_no_comma() -> None:
    table = Listing("CASE", "GOODS")
    table.add_row("12", "，".join(["医用外科N95口罩"] * 12))
    lines = shown(table)
    assert all(line.startswith(("CASE", "12", "    ")) for line in lines)
    assert not any(line.strip().startswith("，") for line in lines)
    assert sum(line.count("N95") for line in lines) == 12


@pytest.mark.parametrize(
    "words", ["", *(name for name, one in COMMANDS.items() if isinstance(one, click.Group))]
)
def test_help_tells_each_command_in_a_whole_sentence(words: str) -> None:
    done = CliRunner().invoke(main, [*words.split()[1:], "--help"], env={"COLUMNS": "80"})
    assert done.exit_code == 0
    listed = done.output.partition("Commands:")[2]
    assert listed.strip()
    assert "..." not in listed
