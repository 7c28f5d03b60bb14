"""The file in which an agent's page hands over outcomes: JSON in, checked callbacks out."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
)

from monitor.calling.contacts import typed_contact
from monitor.errors import DistressError
from monitor.types import Ban, Callback, ConfirmedItem, Decision, KnownContact

FORMAT = "distress-outcomes"
VERSION = 2
_READ = (1, 2)  # 1 did not tell which contact was tried
_ASKING = 2  # from here on, pages save nothing without what its disposition asks for
_LARGEST_FILE = 64 * 1024 * 1024
_Model = TypeVar("_Model", bound=BaseModel)


def _to_second(time: datetime) -> datetime:
    """Return the time in UTC as the store keeps it; raises ValueError where no call was then."""
    if not 2000 <= time.year < 2100:
        raise ValueError(f"the year {time.year} is not the year of a call")
    return time.astimezone(UTC).replace(microsecond=0)


_Moment = Annotated[AwareDatetime, AfterValidator(_to_second)]


class _Item(BaseModel):
    """Goods of an outcome."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, str_max_length=500)

    name: str = Field(min_length=1)
    quantity: str | None = None
    unit: str | None = None


class _Contact(BaseModel):
    """A contact of an outcome; kind is left out where an agent typed what he heard."""

    model_config = ConfigDict(extra="ignore", coerce_numbers_to_str=True, str_max_length=2000)

    value: str = Field(min_length=1)
    kind: str | None = None
    person: str | None = None
    role: str | None = None

    def to_contact(self) -> KnownContact:
        """Return it as the store knows contacts."""
        return typed_contact(self.value, kind=self.kind, person=self.person, role=self.role)


class Entry(BaseModel):
    """One outcome as the page writes it."""

    model_config = ConfigDict(extra="ignore", str_max_length=20_000)

    id: str = Field(min_length=8, max_length=80)
    case: int = Field(gt=0, lt=2**63, strict=True)
    agent: str = Field(min_length=1, max_length=60)
    disposition: str
    attempted_at: _Moment
    note: str = ""
    call_again_at: _Moment | None = None
    items: list[_Item] = []
    contact: _Contact | None = None
    new_contact: _Contact | None = None
    barred_until: _Moment | None = None
    after_id: str | None = Field(default=None, max_length=80)


class DecisionEntry(BaseModel):
    """Whether two cases are one need, as the page writes it."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=8, max_length=80)
    case: int = Field(gt=0, lt=2**63, strict=True)
    other: int = Field(gt=0, lt=2**63, strict=True)
    agent: str = Field(min_length=1, max_length=60)
    decision: Literal["merged", "apart"]


class BanEntry(BaseModel):
    """A contact that is put on the do-not-call list as a later post asks, as the page writes it."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=8, max_length=80)
    case: int = Field(gt=0, lt=2**63, strict=True)
    agent: str = Field(min_length=1, max_length=60)
    contact: _Contact


@dataclass(frozen=True, slots=True)
class OutcomesFile:
    """What a file holds as it was written; outcomes are for callback_of().

    decisions: of pairs of cases and of contacts, for decision_of().
    """

    version: int
    outcomes: list[Any]
    decisions: list[Any]

    @property
    def is_complete(self) -> bool:
        """Whether its page saved nothing without what its disposition asks for."""
        return self.version >= _ASKING


def read(file: Path) -> OutcomesFile:
    """Return what a file holds; raises DistressError where it is not an outcomes file."""
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise DistressError(f"{file} is larger than any outcomes file")
        content = json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise DistressError(f"no file {file}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise DistressError(f"{file} is not an outcomes file: {error}") from None
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DistressError(
            f"{file} is not an outcomes file; save one with the button 保存结果 on the agent's page"
        )
    if content.get("version") not in _READ:
        raise DistressError(
            f"{file} has version {content.get('version')!r}; this release reads versions "
            f"{' and '.join(map(str, _READ))}"
        )
    outcomes = content.get("outcomes")
    if not isinstance(outcomes, list):
        raise DistressError(f"{file} holds no list of outcomes")
    decisions = content.get("decisions", [])
    if not isinstance(decisions, list):
        raise DistressError(f"{file} holds decisions that are no list")
    return OutcomesFile(content["version"], outcomes, decisions)


def decision_of(decision: Any) -> Decision | Ban:
    """Return a decision of one entry; raises DistressError naming the field that is wrong."""
    if isinstance(decision, dict) and decision.get("decision") == "barred":
        ban = _checked(BanEntry, decision, "the decision")
        contact = ban.contact.to_contact()
        return Ban(id=ban.id, case_id=ban.case, contact=contact, agent=ban.agent)
    entry = _checked(DecisionEntry, decision, "the decision")
    return Decision(
        id=entry.id,
        case_id=entry.case,
        other_id=entry.other,
        are_one=entry.decision == "merged",
        agent=entry.agent,
    )


def callback_of(outcome: Any) -> Callback:
    """Return the callback of one entry; raises DistressError naming the field that is wrong."""
    entry = _checked(Entry, outcome, "the outcome")
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
        contact=entry.contact.to_contact() if entry.contact else None,
        new_contact=entry.new_contact.to_contact() if entry.new_contact else None,
        barred_until=entry.barred_until,
        after_id=entry.after_id,
    )


def _checked(model: type[_Model], given: Any, what: str) -> _Model:
    """Return an entry that is as its model says; raises DistressError naming what is wrong."""
    try:
        return model.model_validate(given)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(str(part) for part in problem["loc"]) or what
        wrong = problem["msg"].removeprefix("Value error, ")
        raise DistressError(f"{where}: {wrong}") from None
