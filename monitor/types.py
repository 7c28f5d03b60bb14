"""What flows along the line inside the monitor: frozen rows with aware UTC times."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property

from classifiers.need import Reading
from spiders.base.post import reading_text

DIALLED = ("mobile", "phs", "landline")
KINDS = (*DIALLED, "wechat", "qq", "email", "post")  # of contacts, best first
SUPPLY_STATUSES = ("requested", "committed", "in transit", "received")
UNDONE = "undone"
ARRIVED = ("all", "some", "none")  # how much of the goods a ward says are there


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """One execution of a stage; outcome None means it has not ended."""

    id: int
    stage: str
    source: str | None
    started_at: datetime
    ended_at: datetime | None = None
    pages: int = 0
    posts_new: int = 0
    posts_known: int = 0
    posts_set_aside: int = 0
    newest_post_at: datetime | None = None
    outcome: str | None = None
    message: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Import:
    """One intake by another door; run_id: of its run, by which it is named.

    kind: of classifiers.doors.DOORS. name: of the sheet or list, "" of a single call or note.
    purpose: what it was taken in for. actor: who did. keep_until: when it is forgotten, None where
        the posts' retention tells. posts: how many it brought, by change: "new", "changed",
        "same" or "gone".
    """

    run_id: int
    kind: str
    name: str
    purpose: str
    actor: str
    at: datetime
    keep_until: datetime | None = None
    undone_at: datetime | None = None
    undone_by: str = ""
    forgotten_at: datetime | None = None
    posts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPost:
    """A post as the store keeps it; digest changes when its words do.

    author_id: what the source knows the author by, where it tells more than the name.
    pictures: their addresses. gone_at: when a re-read first missed it at its source, else None.
    """

    id: int
    source: str
    source_id: str
    text: str
    digest: str
    first_seen_at: datetime
    url: str | None = None
    author: str | None = None
    author_id: str | None = None
    posted_at: datetime | None = None
    reposted_text: str | None = None
    reposted_author: str | None = None
    pictures: tuple[str, ...] = ()
    gone_at: datetime | None = None

    @property
    def words(self) -> str:
        """The words a reader sees; spans of a reading index these."""
        return reading_text(self.text, self.reposted_author, self.reposted_text)

    @property
    def at(self) -> datetime:
        """When it was posted, or where the source does not tell, first seen."""
        return self.posted_at or self.first_seen_at


@dataclass(frozen=True, slots=True)
class RawPost:
    """A post with the part of the source's answer that it was read from, and when that came."""

    post: StoredPost
    raw: bytes
    came_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What one post asks for.

    words: the post's words when it was read; the reading's spans index these even
        where the post was edited later.
    """

    id: int
    post: StoredPost
    words: str
    reading: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """Why a need belongs to a case.

    matched_need_id: the need it was found to repeat, None for the first of a case.
    reason: "first", "same text", "same contact", "same facility", "same post", "split",
        "merged" or "picture" (an agent put the picture of a list into the case).
    """

    need: Need
    reason: str
    matched_need_id: int | None
    joined_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmedItem:
    """Goods confirmed on the phone; quantity as the agent wrote it."""

    name: str
    quantity: str | None = None
    unit: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownContact:
    """A way to reach someone, as callbacks and marks know it.

    kind: "mobile", "phs", "landline", "wechat", "qq", "email", or "post" for a message to the
        author of the post, whose value is the post's address.
    value: as it is dialled or written to; an extension behind a dash.
    typed: the words that somebody typed, None where they are the value.
    """

    kind: str
    value: str
    person: str | None = None
    role: str | None = None
    typed: str | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """What two ways of writing one contact share; all telephone numbers are of one kind.

        An extension is part of it: of one switchboard, two extensions are two people.
        """
        if self.kind in DIALLED:
            digits = self.value if self.value.isdecimal() else re.sub(r"\D", "", self.value)
            # The pattern is slow beside the question whether it can fit at all.
            if digits[:2] == "86" and re.fullmatch(r"86(1\d{10}|0\d{9,})", digits):
                return "number", digits[2:]
            return "number", digits
        return self.kind, self.value.lower()


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """One attempt to reach; id is made where the outcome was noted, so twice is once.

    contact: what was dialled or written to, None where that was not noted.
    new_contact: whom to call instead, where the call was passed on.
    barred_until: when a do-not-call mark ends, None for one without end.
    after_id: the last callback of the case that was known where this one was noted, "" for none;
        None where it was not told. Two with the same one were noted without knowing each other.
    arrived: of ARRIVED, what the ward says of its goods. fits: whether they can be used. None for
        not told.
    next_need_at: when they will run out again; the case is due by then.
    seconds: how long the call took, None where no clock ran.
    recorded_at: when the store took it in, None for one that is not from the store.
    origin: where it came from: "terminal", "desk", or the name of a file.
    """

    id: str
    case_id: int
    agent: str
    disposition: str
    attempted_at: datetime
    note: str = ""
    call_again_at: datetime | None = None
    items: tuple[ConfirmedItem, ...] = ()
    contact: KnownContact | None = None
    new_contact: KnownContact | None = None
    barred_until: datetime | None = None
    after_id: str | None = None
    arrived: str | None = None
    fits: bool | None = None
    next_need_at: datetime | None = None
    seconds: int | None = None
    recorded_at: datetime | None = field(default=None, compare=False)
    origin: str = field(default="", compare=False)

    @property
    def counted_at(self) -> datetime:
        """When it was for the rules of calling: at the latest when the store took it in.

        What is dated later than that was noted by a clock that ran ahead.
        """
        return min(self.attempted_at, self.recorded_at or self.attempted_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class GoodsNews:
    """What became of a case's confirmed goods, as far as somebody has to be called about it.

    received_at: when any were received last. waiting_since: the last word of those still awaited,
        None where none are. asked_at: since when a substitute waits for the ward's answer.
    """

    received_at: datetime | None = None
    waiting_since: datetime | None = None
    asked_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What is known of a contact for all cases; of those not lifted the one that ends last counts.

    mark: "wrong", "dead", "barred" (do not call) or "lifted".
    until: when it ends, None for without end.
    """

    contact: KnownContact
    mark: str
    reason: str
    until: datetime | None
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatedGoods:
    """What an update says of one kind of goods.

    state: "enough", "arrived" or "wanted".
    quantity, unit: how much arrived or is wanted. left: how much more is lacking. None: not told.
    """

    name: str
    state: str
    quantity: float | None = None
    unit: str | None = None
    left: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseUpdate:
    """What a later post says of a case.

    need_id: the need that it was found to speak of. words: the post's when it was read; start, end:
        the statement in them.
    effect: as classifiers.updates.Change has it. goods: each kind that it speaks of.
    unwanted: contacts that it asks not to call. new_contacts: whom to call instead.
    own: whether the case's own voice says it; what anybody else says changes nothing.
    reason: "same post", "same author", "same contact", "same facility", "same text",
        "same person" or "same goods"; of a request, why it joined the case.
    said_at: when. matched_at: since when it is with the case.
    """

    id: int
    need_id: int
    post: StoredPost
    words: str
    start: int
    end: int
    effect: str
    goods: tuple[UpdatedGoods, ...] = ()
    unwanted: tuple[KnownContact, ...] = ()
    new_contacts: tuple[KnownContact, ...] = ()
    own: bool = False
    reason: str = ""
    said_at: datetime
    matched_at: datetime

    @property
    def counted_at(self) -> datetime:
        """When it counts as said: at the latest when it was matched; a source's clock may err."""
        return min(self.said_at, self.matched_at)

    @property
    def statement(self) -> str:
        """The words that say it."""
        return self.words[self.start : self.end]


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateCandidate:
    """A post that may speak of a need told before.

    need_id: its own need, where it asks for something too.
    """

    id: int
    post: StoredPost
    words: str
    said_at: datetime
    need_id: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """A case that an agent gave to a colleague, with what to know of it."""

    case_id: int
    by: str
    to: str
    note: str
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Case:
    """One real-world need: its needs with the reasons they belong, its agent, its callbacks.

    updates: what later posts say of it, oldest first, without those that a person undid.
    handed: how its agent came by it from a colleague, None where routing or a lead gave it.
    """

    id: int
    opened_at: datetime
    joined: tuple[Joined, ...]
    agent: str | None = None
    callbacks: tuple[Callback, ...] = field(default=())
    closed: bool = False
    updates: tuple[CaseUpdate, ...] = field(default=())
    handed: HandOver | None = None

    @cached_property
    def needs(self) -> tuple[Need, ...]:
        """The needs, the one with the highest score first."""
        needs = (entry.need for entry in self.joined)
        return tuple(sorted(needs, key=lambda need: (-need.reading.score, need.id)))

    @cached_property
    def due_by(self) -> datetime | None:
        """When somebody should have called by, where a warning tells that: the earliest."""
        told = (need.reading.details.get("due_by") for need in self.needs)
        return min((datetime.fromisoformat(str(at)) for at in told if at), default=None)

    @cached_property
    def first_at(self) -> datetime:
        """Since when it waits: its oldest post, or where it has none, its opening."""
        return min((entry.need.post.at for entry in self.joined), default=self.opened_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """Two cases that may be one; reason: what they share; against: what speaks against it."""

    case_id: int
    other_id: int
    reason: str
    against: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """Whether two cases are one need, as an agent decided; id: made where it was noted."""

    id: str
    case_id: int
    other_id: int
    are_one: bool
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Ban:
    """A contact that an agent puts on the do-not-call list as a later post asks; id: as above."""

    id: str
    case_id: int
    contact: KnownContact
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Hand:
    """An agent gives a case to a colleague; id: as above, to: the colleague, note: what to know."""

    id: str
    case_id: int
    to: str
    note: str
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SubstituteAnswer:
    """Whether a ward takes a substitute, as an agent heard on the phone; id: as above."""

    id: str
    case_id: int
    substitute_id: int
    accepted: bool
    agent: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Substitute:
    """Other goods that are offered instead of those of a line.

    reason: why. accepted: the ward's answer, None while it waits. by: who asked, then who heard it.
    """

    id: int
    line_id: int
    name: str
    reason: str
    actor: str
    asked_at: datetime
    accepted: bool | None = None
    answered_by: str = ""
    answered_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class BackOrder:
    """What is missing of a line is promised for a day; the last promise stands."""

    line_id: int
    expected_at: datetime
    note: str
    actor: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyStep:
    """One step of a supply line.

    status: of SUPPLY_STATUSES; a further `requested` restates what is asked for; UNDONE takes
        back the last step noted by hand that still stands.
    quantity: how much more, as it was written; None for all of it, or for an amount asked for
        that stays as it was.
    told_at: when an agent heard it on the phone, else when it was noted.
    callback_id: the callback that confirmed it, None for what was noted by hand.
    """

    id: int
    status: str
    quantity: str | None
    unit: str | None
    actor: str
    note: str
    at: datetime
    told_at: datetime
    callback_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SupplyLine:
    """Goods of one confirmed callback on their way; steps: all there were, the opening first.

    substitutes: other goods that were offered for them, oldest first. back_order: what is promised.
    """

    id: int
    case_id: int
    callback_id: str
    facility: str | None
    name: str
    steps: tuple[SupplyStep, ...]
    team: str | None = None
    substitutes: tuple[Substitute, ...] = ()
    back_order: BackOrder | None = None

    @property
    def substitute(self) -> Substitute | None:
        """The substitute that the ward took last, None where it took none."""
        taken = [one for one in self.substitutes if one.accepted]
        return taken[-1] if taken else None

    @property
    def standing(self) -> tuple[SupplyStep, ...]:
        """The steps that were not undone."""
        stack: list[SupplyStep] = []
        for step in self.steps:
            if step.status != UNDONE:
                stack.append(step)
            elif by_hand := [entry for entry in stack if entry.callback_id is None]:
                stack.remove(by_hand[-1])
        return tuple(stack)

    @property
    def requests(self) -> tuple[SupplyStep, ...]:
        """The standing steps that say what is asked for, the one heard last at the end."""
        requests = [step for step in self.standing if step.status == SUPPLY_STATUSES[0]]
        return tuple(sorted(requests, key=lambda step: (step.told_at, step.id)))

    @property
    def quantity(self) -> str | None:
        """How much is asked for by now, as it was written."""
        return next((step.quantity for step in self.requests[::-1] if step.quantity), None)

    @property
    def unit(self) -> str | None:
        """In which unit it is asked for."""
        return next((step.unit for step in self.requests[::-1] if step.unit), None)

    @property
    def status(self) -> str:
        """The furthest status that any of the goods have reached."""
        return max((step.status for step in self.standing), key=SUPPLY_STATUSES.index)

    @property
    def changed_at(self) -> datetime:
        """When the last step was noted."""
        return self.steps[-1].at

    @property
    def agent(self) -> str:
        """Who confirmed the goods last, and so knows whom to ask."""
        return next((step.actor for step in self.requests[::-1] if step.callback_id), "")
