"""Stage 6: outcomes that agents noted go in; each is appended to its case once."""

from __future__ import annotations

import dataclasses
import json
import re
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
)

from monitor.dispositions import dispositions
from monitor.errors import DistressError, UnknownNameError
from monitor.store import Store
from monitor.types import Callback, ConfirmedItem

FORMAT = "distress-outcomes"
VERSION = 1
_LARGEST_FILE = 64 * 1024 * 1024


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


def _to_second(time: datetime) -> datetime:
    """Return the time in UTC as the store keeps it; raises ValueError where it is no call's."""
    if not 2000 <= time.year < 2100:
        raise ValueError(f"the year {time.year} is no year of a call")
    return time.astimezone(UTC).replace(microsecond=0)


_Moment = Annotated[AwareDatetime, AfterValidator(_to_second)]


class _Entry(BaseModel):
    """One outcome as the page writes it."""

    model_config = ConfigDict(extra="ignore", str_max_length=20_000)

    id: str = Field(min_length=8, max_length=80)
    case: int = Field(gt=0, lt=2**63, strict=True)
    agent: str = Field(min_length=1, max_length=60)
    disposition: str
    attempted_at: _Moment
    note: str = ""
    call_again_at: _Moment | None = None
    items: list[_EntryItem] = []


class _EntryItem(BaseModel):
    """Goods of an outcome."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, str_max_length=500)

    name: str = Field(min_length=1)
    quantity: str | None = None
    unit: str | None = None


def import_outcomes(store: Store, files: Iterable[Path]) -> Imported:
    """Append the outcomes of the files; what is wrong is refused by name and the rest goes in."""
    added = known = 0
    refused: list[Refusal] = []
    for file in files:
        try:
            entries = _entries(file)
        except DistressError as error:
            refused.append(Refusal(str(file), "", str(error)))
            continue
        with store.write():
            for number, given in enumerate(entries, 1):
                try:
                    is_new = record(store, _callback(given), origin=file.name)
                except DistressError as error:
                    refused.append(Refusal(str(file), f"outcome {number}", str(error)))
                else:
                    added += is_new
                    known += not is_new
    return Imported(added, known, tuple(refused))


def record(store: Store, callback: Callback, *, origin: str) -> bool:
    """Append one callback; return False where the very same one is in the store.

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
    if store.callbacks.add(callback, ends_case=disposition.ends_case, origin=origin):
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
    )


def confirmed(words: str) -> ConfirmedItem:
    """Return the goods of words such as 护手霜=40支; the amount may be left out."""
    name, _, amount = words.partition("=")
    found = re.fullmatch(r"\s*([\d.,]*)\s*(.*?)\s*", amount)
    quantity, unit = (found[1], found[2]) if found else ("", amount)
    if not quantity:
        quantity, unit = unit, ""
    return ConfirmedItem(name=name.strip(), quantity=quantity or None, unit=unit or None)


def _entries(file: Path) -> list[Any]:
    """Return the outcomes of a file; raises DistressError where it is no outcomes file."""
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise DistressError(f"{file} is larger than any outcomes file")
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise DistressError(f"no file {file}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise DistressError(f"{file} is no outcomes file: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DistressError(
            f"{file} is no outcomes file; save one with the button 保存结果 on the agent's page"
        )
    if content.get("version") != VERSION:
        raise DistressError(
            f"{file} has version {content.get('version')!r}; this release reads version {VERSION}"
        )
    entries = content.get("outcomes")
    if not isinstance(entries, list):
        raise DistressError(f"{file} holds no list of outcomes")
    return entries


def _callback(given: Any) -> Callback:
    """Return the callback of one entry; raises DistressError naming the field that is wrong."""
    try:
        entry = _Entry.model_validate(given)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"]) or "the outcome"
        wrong = problem["msg"].removeprefix("Value error, ")
        raise DistressError(f"{where}: {wrong}") from None
    return Callback(
        id=entry.id,
        case_id=entry.case,
        agent=entry.agent,
        disposition=entry.disposition,
        attempted_at=entry.attempted_at,
        note=entry.note,
        call_again_at=entry.call_again_at,
        items=tuple(
            ConfirmedItem(name=item.name, quantity=item.quantity or None, unit=item.unit or None)
            for item in entry.items
        ),
    )
