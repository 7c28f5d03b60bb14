"""A workbook of a spreadsheet (.xlsx) goes in, the rows of its visible sheets come out."""

from __future__ import annotations

import re
import shutil
import tempfile
import warnings
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, time
from itertools import islice
from typing import Any, BinaryIO, cast

from spiders.base.tables.csv_rows import Table
from spiders.base.tables.row import Row, broken

ZIP = b"PK\x03\x04"
_LARGEST = 200_000_000  # bytes of the file
_UNPACKED = 1_000_000_000  # bytes of what is in it; a bomb has more
_MOST_ROWS = 1_048_576  # of a sheet, as spreadsheets themselves allow
_AT_ONCE = 500
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")  # how a workbook writes a control character
_NO_VALUE = {"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!"}
_DAMAGED = "the workbook cannot be read; open it in a spreadsheet and save it as .xlsx or CSV UTF-8"
# What else people take for a table, by its first bytes, and what to do about it.
_OTHERS = (
    (
        b"\xd0\xcf\x11\xe0",
        "an old Excel file (.xls) or one with a password; save it as .xlsx without one",
    ),
    (b"%PDF", "a PDF; type its rows into a table, or export it as CSV"),
    (b"Rar!", "a RAR archive; unpack it"),
    (b"7z\xbc\xaf", "a 7z archive; unpack it"),
    (b"\x89PNG", "a picture; type its rows into a table"),
    (b"\xff\xd8\xff", "a picture; type its rows into a table"),
    (b"SQLite format 3", "a database; export its table as CSV"),
)
_PAGE = re.compile(rb"\s*(<!doctype html|<html|<table|<meta|<head)", re.I)


def other_kind(head: bytes) -> str | None:
    """Return what a file is that is no table, and what to do about it; None where it may be one."""
    for start, kind in _OTHERS:
        if head.startswith(start):
            return f"the file is {kind}"
    if _PAGE.match(head[:1000]):
        return (
            "the file is an HTML page, whatever its name says; open it in a spreadsheet and save "
            "it as .xlsx or CSV UTF-8"
        )
    return None


def workbook_rows(stream: BinaryIO) -> Iterator[Row]:
    """Yield the rows of a workbook's visible sheets, each sheet with a header of its own."""
    with tempfile.TemporaryFile() as file:
        shutil.copyfileobj(stream, file)
        size = file.tell()
        file.seek(0)
        problem = _too_large(file, size)
        if problem:
            yield broken("1", problem)
            return
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                import openpyxl  # type: ignore[import-untyped]

                book = openpyxl.load_workbook(
                    file, read_only=True, data_only=True, keep_links=False
                )
                sheets = [sheet for sheet in book.worksheets if sheet.sheet_state == "visible"]
                formulas = None
                if _has_formulas(file):
                    formulas = openpyxl.load_workbook(file, read_only=True, keep_links=False)
        except Exception:  # whatever is wrong in it: openpyxl raises what its parts raise
            yield broken("1", _DAMAGED)
            return
        for sheet in sheets:
            twin = formulas[sheet.title] if formulas else None
            yield from _sheet_rows(sheet, twin, named=len(sheets) > 1)
        book.close()


def _has_formulas(file: Any) -> bool:
    """Tell whether some cell of a workbook is reckoned from others."""
    with zipfile.ZipFile(file) as packed:
        for name in packed.namelist():
            if not name.startswith("xl/worksheets/"):
                continue
            with packed.open(name) as part:
                before = b""
                while chunk := part.read(1 << 20):
                    if re.search(rb"<f[ />]", before + chunk):
                        return True
                    before = chunk[-2:]
    return False


def _too_large(file: Any, size: int) -> str | None:
    try:
        with zipfile.ZipFile(file) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
            names = packed.namelist()
    except Exception:  # a zip file that is none in any way
        return _DAMAGED
    if size > _LARGEST or unpacked > _UNPACKED:
        return "the workbook is too large; save it as CSV UTF-8"
    if not any(name.startswith("xl/") for name in names):
        return "the file is packed (.zip, .docx, .ods) and no .xlsx; save its table as .xlsx or CSV"
    return None


def _sheet_rows(sheet: Any, twin: Any, *, named: bool) -> Iterator[Row]:
    """Yield the rows of a sheet; twin: the same with formulas in place of their values."""
    table = Table(str(sheet.title), lambda _: True)  # a row ends with its last cell that is filled
    where = f"{str(sheet.title)[:60]} row " if named else "row "
    number = 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            sheet.reset_dimensions()  # what a program wrote there is often wrong
            rows = sheet.iter_rows(values_only=True, max_row=_MOST_ROWS)
            formulas = None
            if twin is not None:
                twin.reset_dimensions()
                formulas = twin.iter_rows(values_only=True, max_row=_MOST_ROWS)
        while cells_of := _some(rows):
            formulas_of = _some(formulas) if formulas else [()] * len(cells_of)
            for cells, behind in zip(cells_of, formulas_of, strict=False):
                number += 1
                row = table.row(f"{where}{number}", [_words(cell) for cell in cells])
                if row is not None:
                    yield replace(row, unvalued=_unvalued(table.header, cells, behind))
    except Exception:  # of any kind, from the XML of one cell
        yield broken(f"{where}{number + 1}", _DAMAGED)


def _unvalued(
    header: list[str], cells: tuple[Any, ...], behind: tuple[Any, ...]
) -> tuple[str, ...]:
    """Return the columns in which there is a formula but no value."""
    return tuple(
        name
        for name, cell, formula in zip(header, cells, behind, strict=False)
        if cell is None and formula is not None
    )


def _some(rows: Iterator[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return list(islice(rows, _AT_ONCE))


def _words(value: Any) -> str:
    """Return a cell's value as a table of text has it."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime):
        return value.isoformat(" ", timespec="seconds")
    if isinstance(value, date | time):
        return value.isoformat()
    words = str(value)
    if words in _NO_VALUE:
        return ""
    return _ESCAPED.sub(_character, words) if "_x" in words else words


def _character(escape: re.Match[str]) -> str:
    number = int(cast(str, escape[1]), 16)
    return chr(number) if not 0xD800 <= number <= 0xDFFF else escape[0]
