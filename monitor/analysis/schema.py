"""What the views for analysts hold: a store goes in, the page docs/schema.md comes out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from monitor.errors import DistressError
from monitor.store import Store
from monitor.store.views import LOOKUPS, VERSION, VIEWS, columns_of

_HEAD = f"""# The views, for analysts

Version {VERSION}. This page is made from the store: `distress schema > docs/schema.md`. The tables
beneath are told in [data.md](data.md), questions and their answers in [questions.md](questions.md).

Views are promised: a column that goes or means something else raises the version, which
`SELECT version FROM v_about` tells; columns may be added. Tables are not. Any SQLite client of
version 3.38 or newer can read them; open the store read-only: `sqlite3 -readonly distress.db`.

Every time stands twice: `…_at` is UTC such as `2020-02-12T06:30:00Z`, `…_local` is
`2020-02-12 14:30:00` in the configured zone. Truths are 1 and 0. No column is made of contacts, of
notes or of the words of posts, but for the names of goods and facilities that were read there.
"""


def schema_page(store: Store) -> str:
    """Return the page; raises DistressError where the store's views are not those of this release.

    Every column is one that the store has, with what it holds.
    """
    parts = [_HEAD]
    for view in VIEWS:
        parts += _part(store, view.name, view.about, {c.name: c.about for c in view.columns})
    parts.append("## Codes\n")
    for lookup in LOOKUPS:
        parts += _part(store, lookup.name, lookup.about, lookup.columns)
    return "\n".join(parts)


def _part(store: Store, name: str, about: str, columns: Mapping[str, str]) -> Iterator[str]:
    there = columns_of(store.connection.db, name)
    if there != list(columns):
        raise DistressError(
            f"{name} in {store.path} has the columns {', '.join(there) or 'none'}, this release "
            f"tells of {', '.join(columns)}; upgrade this installation"
        )
    yield f"## {name}\n\n{about}\n\n| column | holds |\n|---|---|"
    yield "\n".join(f"| `{column}` | {told} |" for column, told in columns.items()) + "\n"
