"""What every table of the command line is made of: columns, rows of plain text, times."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from rich.table import Table
from rich.text import Text

from monitor.masking import part_hidden, plain
from monitor.types import KnownContact


def table(*columns: str) -> Table:
    """Return an empty table with these columns."""
    listing = Table(box=None, pad_edge=False, header_style="bold")
    for column in columns:
        listing.add_column(column, overflow="fold")
    return listing


def row(table: Table, *cells: object) -> None:
    """Add a row of plain text: nothing in a cell is taken for markup or steers the terminal."""
    table.add_row(*(Text(plain("" if cell is None else str(cell))) for cell in cells))


def at(time: datetime | None, zone: ZoneInfo) -> str:
    """Return a moment as the clock in `zone` shows it, "-" for none."""
    return f"{time.astimezone(zone):%Y-%m-%d %H:%M}" if time else "-"


def hidden(contact: KnownContact) -> str:
    """Return a contact's value with its middle hidden; a post's public address stays whole."""
    return contact.value if contact.kind == "post" else part_hidden(contact.value)
