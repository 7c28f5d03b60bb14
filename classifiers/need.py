"""What a reading of one post holds: spans of the post and labels, all frozen.

Every span keeps `start` and `end`, character offsets into the text as it was given;
`text` is what stands there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

LABELS = ("request", "other_need", "offer", "comment", "none")
CONCERNED = ("needing", "host")  # roles of the facilities that a need is about
LEVELS = ("critical", "high")  # how pressing a need may be, the most pressing first


@dataclass(frozen=True, slots=True, kw_only=True)
class Span:
    """A run of characters of the post."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Item(Span):
    """One kind of goods that is asked for.

    name: canonical name, or the text itself where the goods are unknown.
    quantity: the amount, None where none is told or it is vague (几百, 若干).
    quantity_max: the upper end of a range, else None.
    per: "day", "week", "person", "each" or None.
    quantity_text, unit: as they stand in the post, None where absent.
    doubtful: the unit does not fit the goods, so that the amount may be another's.
    facility: who needs it, as it stands, where the post asks for two; else None.
    """

    name: str
    quantity: float | None = None
    quantity_max: float | None = None
    per: str | None = None
    quantity_text: str | None = None
    unit: str | None = None
    doubtful: bool = False
    facility: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Facility(Span):
    """A hospital, team or ward, with the part it has in the need.

    role: "needing"; "host", where a visiting team works; "giving", who gave goods or people;
        "mentioned", any other. The need is about the first two.
    """

    role: str = "needing"

    @property
    def concerned(self) -> bool:
        """Whether the need is about it."""
        return self.role in CONCERNED


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact(Span):
    """A way to reach someone.

    kind: "mobile", "phs", "landline", "wechat", "qq" or "email".
    value: the number or id without spaces and decoration, digits in ASCII.
    person: who answers, as it stands beside the number (王强, 林女士, 黄某), None where nobody is.
    role: their work as it stands (护士长, 设备科, 志愿者); a title behind a name stays with the
        name where a department is the role (设备科王科长), else it is the role (王 of 王科长).
    do_not_call: whether the post asks not to call it (停用, 请勿拨打).
    area: the area code of a local number, where one place of the post tells it, and
    area_from: the words for that place; the value stays as it stands in the post.
    """

    kind: str
    value: str
    person: str | None = None
    role: str | None = None
    do_not_call: bool = False
    area: str | None = None
    area_from: str | None = None

    @property
    def dialled(self) -> str:
        """The value with the area code that the post's place tells."""
        return f"{self.area}-{self.value}" if self.area else self.value


@dataclass(frozen=True, slots=True, kw_only=True)
class Place(Span):
    """A place in China, resolved as far as the words allow; None where they do not.

    code: six digits (GB/T 2260) of the smallest division that is resolved.
    """

    province: str | None = None
    city: str | None = None
    county: str | None = None
    code: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence(Span):
    """Words that made the post a request, with the role they play.

    role: "asking", "lacking", "goods", "facility", "contact" or "urgency".
    """

    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Urgency(Span):
    """How pressing a need is, one of LEVELS, with the words that say so."""

    level: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement(Span):
    """What a post says of a need told before.

    effect: "enough", "arrived", "denied", "do_not_call", "contact_change", "only" (these goods are
        still lacking, no others), "again" or "more"; "unsure" where only a need's goods will tell.
    goods: canonical names of what it is said of, none where it is said of all.
    part: only some of it; rest: of all goods but those named; still: the post says that something
        is lacking all the same.
    """

    effect: str
    goods: tuple[str, ...] = ()
    part: bool = False
    rest: bool = False
    still: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """All that the readers found in one post.

    score: probability (0..1) that the post is a request.
    label: the likeliest of LABELS.
    voice: "firsthand" (the medic, ward or facility itself) or "passed on"; None for noise.
    urgency: None where nothing in the post says the need is pressing.
    details: what further readers found, by field.
    """

    flagged: bool = False
    score: float = 0.0
    label: str = "none"
    items: tuple[Item, ...] = ()
    facilities: tuple[Facility, ...] = ()
    contacts: tuple[Contact, ...] = ()
    places: tuple[Place, ...] = ()
    voice: str | None = None
    urgency: Urgency | None = None
    evidence: tuple[Evidence, ...] = ()
    details: Mapping[str, Any] = field(default_factory=dict)

    @property
    def concerned(self) -> tuple[Facility, ...]:
        """The facilities that need goods, and where visiting teams that do work."""
        return tuple(facility for facility in self.facilities if facility.concerned)


NOISE = Reading()


@dataclass(frozen=True, slots=True, kw_only=True)
class Field(Span):
    """What stands behind a label.

    label: the label without marks. role: as in the list of labels, "goods", "facility" and so on.
    """

    label: str
    role: str


@dataclass(frozen=True, slots=True)
class Form:
    """The labelled fields of a post in order.

    kind: "supplies", "patient" (a sick person's) or "other"; None where there is no form.
    """

    kind: str | None = None
    fields: tuple[Field, ...] = ()

    def of(self, role: str) -> tuple[Field, ...]:
        """Return the fields with this role."""
        return tuple(field for field in self.fields if field.role == role)

    def role_at(self, start: int) -> str | None:
        """Return the role of the field that `start` lies in."""
        return next((f.role for f in self.fields if f.start <= start < f.end), None)


NO_FORM = Form()
