"""Stage 6: outcomes that agents noted go in; each is appended to its case once."""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from monitor import outcomes_file
from monitor.dispositions import dispositions
from monitor.errors import DistressError, UnknownNameError
from monitor.store import Store
from monitor.types import Callback, ConfirmedItem, KnownContact


@dataclass(frozen=True, slots=True)
class Refusal:
    """An outcome, or a whole file, that could not be taken, and why."""

    file: str
    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: outcomes added, outcomes known from before, what was refused."""

    added: int = 0
    known: int = 0
    refused: tuple[Refusal, ...] = ()


def import_outcomes(store: Store, files: Iterable[Path]) -> Imported:
    """Append the outcomes of the files; what is wrong is refused by name and the rest goes in."""
    added = known = 0
    refused: list[Refusal] = []
    for file in files:
        try:
            entries = outcomes_file.entries(file)
        except DistressError as error:
            refused.append(Refusal(str(file), "", str(error)))
            continue
        with store.write():
            for number, given in enumerate(entries, 1):
                try:
                    made = outcomes_file.callback_of(given)
                    is_new = record(store, made, origin=file.name)
                except DistressError as error:
                    refused.append(Refusal(str(file), f"outcome {number}", str(error)))
                else:
                    added += is_new
                    known += not is_new
    return Imported(added, known, tuple(refused))


def record(store: Store, callback: Callback, *, origin: str) -> bool:
    """Append one callback; return False where the very same one is in the store.

    A contact found wrong, dead or not to be called is marked so for all cases.
    Raises UnknownNameError for a case or disposition that does not exist, DistressError where
    the store holds another outcome under the same id.
    """
    closed_list = dispositions()
    if callback.disposition not in closed_list:
        raise UnknownNameError(
            "disposition", callback.disposition, list(closed_list), "distress callback --help"
        )
    if not store.cases.exists(callback.case_id):
        raise DistressError(f"no case {callback.case_id}. See: distress case list")
    disposition = closed_list[callback.disposition]
    if not disposition.confirms_goods:
        callback = dataclasses.replace(callback, items=())
    with store.write():
        if store.callbacks.add(callback, ends_case=disposition.ends_case, origin=origin):
            if disposition.mark and callback.contact:
                store.marks.add(
                    callback.contact,
                    disposition.mark,
                    actor=callback.agent,
                    reason=callback.note or disposition.en,
                    until=callback.barred_until,
                    callback_id=callback.id,
                )
            return True
    if store.callbacks.get(callback.id) != callback:
        raise DistressError(
            f"outcome {callback.id} of case {callback.case_id} was recorded before with other "
            "content; the first was kept. Note the change as a new outcome"
        )
    return False


def noted_now(
    *,
    case_id: int,
    agent: str,
    disposition: str,
    note: str = "",
    call_again_at: datetime | None = None,
    items: Sequence[ConfirmedItem] = (),
    contact: KnownContact | None = None,
    new_contact: KnownContact | None = None,
    barred_until: datetime | None = None,
) -> Callback:
    """Return a callback attempted at this moment, with an id of its own."""
    return Callback(
        id=str(uuid.uuid4()),
        case_id=case_id,
        agent=agent,
        disposition=disposition,
        attempted_at=datetime.now(UTC).replace(microsecond=0),
        note=note,
        call_again_at=call_again_at,
        items=tuple(items),
        contact=contact,
        new_contact=new_contact,
        barred_until=barred_until,
    )


def confirmed(words: str) -> ConfirmedItem:
    """Return the goods of words such as 护手霜=40支; the amount may be left out."""
    name, _, amount = words.partition("=")
    found = re.fullmatch(r"\s*([\d.,]*)\s*(.*?)\s*", amount)
    quantity, unit = (found[1], found[2]) if found else ("", amount)
    if not quantity:
        quantity, unit = unit, ""
    return ConfirmedItem(name=name.strip(), quantity=quantity or None, unit=unit or None)
