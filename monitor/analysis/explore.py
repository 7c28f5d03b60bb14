"""Explore: the store's views go in, a copy with masked cells in a browser comes out, by Datasette.

The copy is as of its start; whoever looks at it reaches neither the store nor a number in it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from monitor.analysis.export import masked_cell
from monitor.errors import DistressError
from monitor.store import Store
from monitor.store.audit import EXPORTED, told
from monitor.store.snapshot import CANNED, write_snapshot
from monitor.store.views import LOOKUPS, VERSION, VIEWS

NAME = "distress"  # of the database in the browser's addresses
_TEMPLATES = Path(__file__).with_name("templates")
_FACETS = {
    "v_cases": ["province", "source", "urgency", "why"],
    "v_goods_demand": ["goods", "province", "unit"],
    "v_callbacks": ["disposition", "agent", "hour"],
    "v_supply": ["status", "goods"],
    "v_updates": ["effect", "reason"],
    "v_campaigns": ["state"],
    "v_precision_weekly": ["source", "reason"],
}
_LIMITS = {
    "sql_time_limit_ms": 3000,
    "max_returned_rows": 2000,
    "allow_download": False,
    "default_page_size": 50,
}


@dataclass(frozen=True, slots=True)
class Copy:
    """A copy of the views in a file, with how many rows it has."""

    file: Path
    rows: int


@contextmanager
def copy_of(store: Store, *, by: str, numbers: bool = False) -> Iterator[Copy]:
    """Yield a copy of the views that is gone at the end; the store notes who took it.

    numbers: whether people's numbers, notes and contacts are in it.
    """
    with TemporaryDirectory(prefix="distress-explore-") as folder:
        file = Path(folder) / f"{NAME}.db"
        with store.read():
            rows = write_snapshot(
                store.connection.db,
                file,
                (lambda _, cell: cell) if numbers else masked_cell,
                notes=numbers,
            )
        store.audit.note(EXPORTED, f"a copy to explore, {told(numbers)}", actor=by)
        yield Copy(file, rows)


def metadata(made: str, *, numbers: bool = False) -> dict[str, Any]:
    """Return what Datasette tells of the tables; made: when the copy was made, in words."""
    state = "in full: do not share what you see" if numbers else "masked"
    tables: dict[str, Any] = {
        view.name: {
            "description": _plain(view.about),
            "columns": {column.name: _plain(column.about) for column in view.columns},
            "facets": _FACETS.get(view.name, []),
        }
        for view in VIEWS
    }
    for lookup in LOOKUPS:
        tables[lookup.name] = {
            "description": lookup.about,
            "columns": {name: _plain(about) for name, about in lookup.columns.items()},
        }
    return {
        "title": "Distress signals, for analysts",
        "description": f"A copy of {made}; views of version {VERSION}; people's numbers {state}.",
        "databases": {
            NAME: {
                "tables": tables,
                "queries": {
                    name: {"title": title, "sql": sql, "hide_sql": True}
                    for name, (title, sql) in CANNED.items()
                },
            }
        },
    }


def _plain(about: str) -> str:
    """Return words about a column without the marks that the page in docs/ has."""
    return about.replace("`", "")


def application(copy: Copy, told: dict[str, Any]) -> Any:
    """Return Datasette's ASGI application of a copy, read-only.

    Raises DistressError, with the command that installs it, where Datasette is missing.
    """
    try:
        from datasette.app import Datasette
        from datasette.plugins import pm

        from monitor.analysis import canned_charts
    except ImportError as error:
        raise DistressError(
            "explore needs Datasette: pip install 'distress-signal-monitor[analysts,desk]'"
        ) from error
    if not pm.is_registered(canned_charts):
        pm.register(canned_charts)
    return Datasette(
        [],
        immutables=[str(copy.file)],
        metadata=told,
        settings=_LIMITS,
        template_dir=str(_TEMPLATES),
    ).app()
