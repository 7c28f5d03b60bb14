"""The file in which an agent's page hands over outcomes: JSON in, checked callbacks out."""

from __future__ import annotations

import json
from collections.abc import Callable
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
from monitor.seal import SealError, opened
from monitor.types import (
    Ban,
    Callback,
    ConfirmedItem,
    Decision,
    Hand,
    KnownContact,
    SubstituteAnswer,
)

FORMAT = "distress-outcomes"
SEALED = "distress-outcomes-sealed"
PassphraseOf = Callable[[str], str | None]
VERSION = 3
_READ = (1, 2, 3)  # 1 did not tell which contact was tried
_ASKING = 2  # from here on, pages save nothing without what its disposition asks for
_FITTING = 3  # from here on, pages offer only outcomes that fit the way that was tried
_LARGEST_FILE = 64 * 1024 * 1024
Decided = Decision | Ban | Hand | SubstituteAnswer
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
    arrived: Literal["all", "some", "none"] | None = None
    fits: bool | None = None
    next_need_at: _Moment | None = None
    seconds: int | None = Field(default=None, ge=0, le=86_400)


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


class HandEntry(BaseModel):
    """A case that is given to a colleague, as the page writes it."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=8, max_length=80)
    case: int = Field(gt=0, lt=2**63, strict=True)
    agent: str = Field(min_length=1, max_length=60)
    to: str = Field(min_length=1, max_length=60)
    note: str = Field(default="", max_length=2000)


class AnswerEntry(BaseModel):
    """Whether a ward takes a substitute, as the page writes it."""

    model_config = ConfigDict(extra="ignore")

    id: str = Field(min_length=8, max_length=80)
    case: int = Field(gt=0, lt=2**63, strict=True)
    agent: str = Field(min_length=1, max_length=60)
    substitute: int = Field(gt=0, lt=2**63, strict=True)
    decision: Literal["accepted", "refused"]


@dataclass(frozen=True, slots=True)
class OutcomesFile:
    """What a file holds as it was written; outcomes are for callback_of().

    decisions: of pairs of cases, contacts, colleagues and substitutes, for decision_of().
    store: the identity of the store whose cases they are of, "" where its page did not tell.
    needs: calls and notes that were taken down; intake reads them.
    """

    version: int
    outcomes: list[Any]
    decisions: list[Any]
    store: str = ""
    needs: tuple[Any, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether its page saved nothing without what its disposition asks for."""
        return self.version >= _ASKING

    @property
    def is_fitting(self) -> bool:
        """Whether its page offered only outcomes that fit the contact they are about."""
        return self.version >= _FITTING


def read(file: Path, passphrase_of: PassphraseOf | None = None) -> OutcomesFile:
    """Return what a file holds; raises DistressError where it is not an outcomes file.

    passphrase_of: gives the words of an agent for a file under a passphrase, None where unknown.
    """
    content = _content(file)
    if isinstance(content, dict) and content.get("format") == SEALED:
        content = _unsealed(file, content, passphrase_of)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise DistressError(
            f"{file} is not an outcomes file; save one with the button 保存结果 on the agent's page"
        )
    return _checked_file(file, content)


def store_named(file: Path) -> str:
    """Return the identity of the store that a file names, "" for none, without opening its seal."""
    content = _content(file)
    store = content.get("store") if isinstance(content, dict) else None
    return store if isinstance(store, str) else ""


def _unsealed(file: Path, content: dict[str, Any], passphrase_of: PassphraseOf | None) -> Any:
    """Return what stands under the passphrase of the agent that a file names."""
    agent = str(content.get("agent"))[:60]
    words = passphrase_of(agent) if passphrase_of else None
    if words is None:
        raise DistressError(
            f"{file} is under the passphrase of {agent}, which is not known here: name a variable "
            "as passphrase in the [[agents]] of that name, and put the words into it"
        )
    try:
        return json.loads(opened(content.get("sealed"), words))
    except (SealError, ValueError, RecursionError) as error:
        raise DistressError(
            f"{file}: the passphrase of {agent} does not open it: {error}"
        ) from None


def _content(file: Path) -> Any:
    try:
        if file.stat().st_size > _LARGEST_FILE:
            raise DistressError(f"{file} is larger than any outcomes file")
        return json.loads(file.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise DistressError(f"no file {file}") from None
    except (OSError, ValueError, RecursionError) as error:
        raise DistressError(f"{file} is not an outcomes file: {error}") from None


def _checked_file(file: Path, content: dict[str, Any]) -> OutcomesFile:
    if content.get("version") not in _READ:
        raise DistressError(
            f"{file} has version {content.get('version')!r}; this release reads versions "
            f"{', '.join(map(str, _READ))}"
        )
    outcomes = content.get("outcomes")
    if not isinstance(outcomes, list):
        raise DistressError(f"{file} holds no list of outcomes")
    decisions = content.get("decisions", [])
    if not isinstance(decisions, list):
        raise DistressError(f"{file} holds decisions that are no list")
    store = content.get("store", "")
    if not isinstance(store, str):
        raise DistressError(f"{file} names no store but {type(store).__name__}")
    needs = content.get("needs", [])
    if not isinstance(needs, list):
        raise DistressError(f"{file} holds calls that are no list")
    return OutcomesFile(content["version"], outcomes, decisions, store, tuple(needs))


def decision_of(decision: Any) -> Decided:
    """Return a decision of one entry; raises DistressError naming the field that is wrong."""
    kind = decision.get("decision") if isinstance(decision, dict) else None
    if kind == "handed":
        hand = _checked(HandEntry, decision, "the decision")
        return Hand(id=hand.id, case_id=hand.case, to=hand.to, note=hand.note, agent=hand.agent)
    if kind in ("accepted", "refused"):
        answer = _checked(AnswerEntry, decision, "the decision")
        return SubstituteAnswer(
            id=answer.id,
            case_id=answer.case,
            substitute_id=answer.substitute,
            accepted=kind == "accepted",
            agent=answer.agent,
        )
    if kind == "barred":
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
        arrived=entry.arrived,
        fits=entry.fits,
        next_need_at=entry.next_need_at,
        seconds=entry.seconds,
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
