"""Read labelled posts: our bundled corpus or a file of the same shape goes in, examples come out.

The corpus marks what a request holds inside its text: {i:goods} {f:facility} {c:contact}
{p:place}. A file of labelled posts may list them beside the text instead (items, facilities,
contacts, place).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import data
from classifiers.need import LABELS

_MARK = re.compile(r"\{([ifcp]):([^{}]*)\}")
_FIELD = {"i": "items", "f": "facilities", "c": "contacts", "p": "places"}
_HELD_OUT_OF = 5
LATER = "later posts"  # the source of those by which a need is over
_OVER = frozenset({"enough_all", "arrived_all", "denied"})  # what later posts say of a past need


@dataclass(frozen=True, slots=True)
class MarkedAmount:
    """An amount as people marked it: quantity None where it is vague, then `words` say it.

    per: None as well where nobody marked it. quantity of stock: None where none is told.
    """

    goods: str
    quantity: float | None = None
    quantity_max: float | None = None
    unit: str | None = None
    words: str | None = None
    per: str | None = None


@dataclass(frozen=True, slots=True)
class Example:
    """A labelled post; the texts of its goods, facilities and contacts as they stand in it.

    amounts: what is asked for of the goods that have an amount. stock: what is there of goods.
    urgency: how pressing people found it. real: whether somebody posted it; the posts of our own
    corpus are invented. pair: what posts share that are held out together, as a quiet plea and its
    twin. kind: what kind of quiet plea it is, or its twin resembles. source: where it was posted.
    author: the name of who posted it, where that is known. marked: whether somebody looked for
    goods, facilities and contacts in it; where not, only its label and voice are measured.
    """

    id: str
    text: str
    label: str
    borderline: bool = False
    voice: str | None = None
    items: tuple[str, ...] = ()
    facilities: tuple[str, ...] = ()
    contacts: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    amounts: tuple[MarkedAmount, ...] = ()
    stock: tuple[MarkedAmount, ...] = ()
    urgency: str | None = None
    real: bool = False
    pair: str | None = None
    kind: str | None = None
    source: str | None = None
    author: str | None = None
    marked: bool = True

    @property
    def held_out(self) -> bool:
        """Whether this post is kept for scoring: a fixed fifth, chosen by its pair or its id."""
        kept_by = self.pair or self.id
        return hashlib.sha256(kept_by.encode()).digest()[0] % _HELD_OUT_OF == 0


def bundled() -> list[Example]:
    """Return the examples of our own corpus, and later posts by which a need is over."""
    posts = [
        example
        for name in data.names("corpus", ".jsonl")
        for example in _examples(data.read_json_lines(f"corpus/{name}"))
    ]
    over = {
        text.replace("\\n", "\n")
        for effect, _, _, text in data.read_table("pairs/updates.tsv")
        if effect in _OVER
    }
    later = [Example(id=text, text=text, label="none", source=LATER) for text in sorted(over)]
    return posts + later


def from_file(path: Path) -> list[Example]:
    """Return the examples of a JSON Lines file of labelled posts.

    Raises ValueError naming the line that is not a labelled post.
    """
    rows = []
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            try:
                row = json.loads(line)
                if row["label"] not in LABELS:
                    raise ValueError(f"no label {row['label']!r}; there are {', '.join(LABELS)}")
                if not isinstance(row["text"], str):
                    raise ValueError("its text is not a string")
                rows.append({"id": row["id"], "text": row["text"], **row})
            except (ValueError, KeyError, TypeError) as error:
                raise ValueError(f"{path}:{number} is not a labelled post: {error}") from None
    return list(_examples(rows, real=True))


def _examples(rows: Iterable[dict[str, Any]], *, real: bool = False) -> Iterator[Example]:
    for row in rows:
        marked: dict[str, list[str]] = {field: [] for field in _FIELD.values()}
        if row["label"] == "request":
            for mark, text in _MARK.findall(row["text"]):
                marked[_FIELD[mark]].append(text)
            marked["items"] += [item["text"] for item in row.get("items") or []]
            marked["facilities"] += row.get("facilities") or []
            marked["contacts"] += row.get("contacts") or []
            marked["places"] += [row["place"]] if row.get("place") else []
        yield Example(
            id=str(row["id"]),
            text=_MARK.sub(r"\2", row["text"]) if row["label"] == "request" else row["text"],
            label=row["label"],
            borderline=bool(row.get("borderline")),
            voice=row.get("voice"),
            amounts=tuple(filter(_has_amount, map(_amount, row.get("items") or ()))),
            stock=tuple(map(_amount, row.get("stock") or ())),
            urgency=row.get("urgency"),
            real=real,
            pair=row.get("pair"),
            kind=row.get("kind"),
            source=row.get("source"),
            author=row.get("author"),
            marked=bool(row.get("marked", True)),
            **{field: tuple(texts) for field, texts in marked.items()},
        )


def _amount(item: dict[str, Any]) -> MarkedAmount:
    return MarkedAmount(
        goods=item["text"],
        quantity=item.get("qty"),
        quantity_max=item.get("qty_max"),
        unit=item.get("unit"),
        words=item.get("vague"),
        per=item.get("per"),
    )


def _has_amount(amount: MarkedAmount) -> bool:
    return amount.quantity is not None or amount.words is not None
