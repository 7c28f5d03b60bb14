"""Sheets of invented wards, as volunteers keep them, and the command that takes them in."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from click.testing import CliRunner, Result
from openpyxl import Workbook

from monitor.cli import main
from monitor.store import Store
from monitor.types import Case

HEADER = ("编号", "医院名称", "所需物资", "库存", "地址", "联系方式", "备注")
ROWS = (
    ("1", "晴川市紫荆医院", "N95口罩500个、防护服200套", "防护服8", "晴川市东湖路2号",
     "李护士13800138000/王主任 13800138001", "急，只够一天"),
    ("2", "青禾县人民医院", "护目镜300个，隔离衣", "", "青禾县南街5号", "13800138002", ""),
    ("3", "白鹭市中心医院", "84消毒液100桶", "", "", "0712-8857200", "白天打"),
)  # fmt: skip


def workbook(path: Path, rows: Sequence[Sequence[object]], header: Sequence[str] = HEADER) -> Path:
    book = Workbook()
    sheet = book.active
    sheet.append(list(header))
    for row in rows:
        sheet.append(list(row))
    book.save(path)
    return path


def desk(folder: Path) -> Path:
    """Write settings into a folder and return their file."""
    file = folder / "distress.toml"
    file.write_text('[store]\npath = "distress.db"\n', encoding="utf-8")
    return file


def run(settings: Path, *words: str, answers: str = "") -> Result:
    return CliRunner().invoke(main, ["--config", str(settings), *words], input=answers)


def take_in(settings: Path, file: Path, *words: str, answers: str = "y\n" * 9) -> Result:
    return run(
        settings, "intake", "sheet", str(file), "--for", "对接", "--by", "青岚", *words,
        answers=answers,
    )  # fmt: skip


def open_cases(settings: Path) -> list[Case]:
    with Store(settings.parent / "distress.db") as store:
        return store.cases.get(store.cases.open_ids())


def everything(settings: Path) -> list[tuple[object, ...]]:
    """Return all rows that posts, needs and cases have."""
    with Store(settings.parent / "distress.db") as store:
        tables = ("posts", "needs", "items", "contacts", "cases", "case_needs", "post_edits")
        return [
            tuple(row)
            for table in tables
            for row in store.connection.db.execute(f"SELECT * FROM {table}").fetchall()
        ]
