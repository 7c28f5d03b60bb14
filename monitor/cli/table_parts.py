"""What every table of the command line is made of: columns, rows of plain text, times."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from monitor.masking import masked, part_hidden, plain
from monitor.types import KnownContact


class Own(str):
    """Words of the program's own, such as a time or an id, in which no number is masked."""

    __slots__ = ()


def table(*columns: str) -> Table:
    """Return an empty table with these columns."""
    listing = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        listing.add_column(column, overflow="fold")
    return listing


def row(table: Table, *cells: object, numbers: bool = False) -> None:
    """Add a row of plain text, the one door of tables: nothing in a cell steers the terminal.

    Numbers in words are masked but for those of `Own`; numbers: whether they are told in full.
    """
    table.add_row(*(Text(shown(cell, numbers=numbers)) for cell in cells))


def shown(cell: object, *, numbers: bool = False) -> str:
    """Return a cell as it is shown; see `row`."""
    if cell is None:
        return ""
    is_own = numbers or isinstance(cell, Own) or not isinstance(cell, str)
    return plain(str(cell)) if is_own else masked(str(cell))


def at(time: datetime | None, zone: ZoneInfo) -> Own:
    """Return a moment as the clock in `zone` shows it, "-" for none."""
    return Own(f"{time.astimezone(zone):%Y-%m-%d %H:%M}" if time else "-")


def hidden(contact: KnownContact) -> str:
    """Return a contact's value with its middle hidden; a post's public address stays whole."""
    return contact.value if contact.kind == "post" else part_hidden(contact.value)
