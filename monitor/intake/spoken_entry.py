"""A call or note as a page writes it: JSON goes in, a checked need and its case come out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Any

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from monitor.calling.contacts import is_public_service, typed_contact
from monitor.errors import DistressError
from monitor.intake.spoken import LONGEST_NAME, LONGEST_WORDS, SpokenNeed, check, parsed_goods
from monitor.types import KnownContact


def _to_second(time: datetime) -> datetime:
    if not 2000 <= time.year < 2100:
        raise ValueError(f"the year {time.year} is not the year of a call")
    return time.astimezone(UTC).replace(microsecond=0)


class _Entry(BaseModel):
    """A need as the page writes it; contacts and goods as they were typed."""

    model_config = ConfigDict(extra="ignore", str_max_length=20_000)

    id: str = Field(min_length=8, max_length=80)
    agent: str = Field(min_length=1, max_length=60)
    kind: str = Field(max_length=20)
    caller: str = Field(max_length=LONGEST_NAME)
    number: str = Field(default="", max_length=200)
    pass_on: bool = False
    facility: str = Field(max_length=LONGEST_NAME)
    ward_number: str = Field(default="", max_length=200)
    words: str = Field(max_length=LONGEST_WORDS)
    goods: str | None = Field(default=None, max_length=LONGEST_WORDS)
    at: Annotated[AwareDatetime, AfterValidator(_to_second)]
    case: int | None = Field(default=None, gt=0, lt=2**63)
    apart: bool = False
    confirm: bool = False


@dataclass(frozen=True, slots=True)
class SpokenEntry:
    """A need with who took it in, and what they said of its case: as line.take_call() takes it."""

    need: SpokenNeed
    agent: str
    case_id: int | None
    apart: bool
    confirm: bool


def entry_of(given: Any) -> SpokenEntry:
    """Return a checked entry; raises DistressError naming the field that is wrong."""
    try:
        entry = _Entry.model_validate(given)
    except ValidationError as error:
        problem = error.errors()[0]
        where = ".".join(map(str, problem["loc"])) or "the need"
        raise DistressError(f"{where}: {problem['msg'].removeprefix('Value error, ')}") from None
    need = SpokenNeed(
        id=entry.id,
        kind=entry.kind,
        caller=entry.caller,
        contact=contact_of("number", entry.number),
        may_pass_on=entry.pass_on,
        facility=entry.facility,
        ward=contact_of("ward_number", entry.ward_number),
        words=entry.words,
        goods=None if entry.goods is None else parsed_goods(entry.goods),
        at=min(entry.at, datetime.now(UTC).replace(microsecond=0)),
    )
    check(need)
    if entry.confirm and not need.goods:
        raise DistressError("goods: none are named to be confirmed")
    return SpokenEntry(need, entry.agent, entry.case, entry.apart, entry.confirm)


def contact_of(field: str, words: str) -> KnownContact | None:
    """Return a contact as somebody typed it, None for none; raises DistressError by its field."""
    if not words.strip():
        return None
    try:
        contact = typed_contact(words)
    except DistressError as error:
        raise DistressError(f"{field}: {error}") from None
    if is_public_service(contact):
        raise DistressError(f"{field}: {contact.value} is a public service's; give a person's")
    return contact
