"""How cases stand at a moment: cases, settings and marks in; rungs, proposal and order out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from classifiers.whereabouts import whereabouts
from monitor.calling.dispositions import QUIET, dispositions
from monitor.calling.goods import stop_of
from monitor.calling.hours import callee_zone
from monitor.calling.ladder import Rung, ladder
from monitor.calling.next_call import NextCall, next_call_of
from monitor.calling.order import order
from monitor.calling.story import Noted, Story, story
from monitor.masking import safe_url
from monitor.settings import Settings
from monitor.types import DIALLED, Case, CaseUpdate, Mark

Dialled = Mapping[tuple[str, str], Sequence[datetime]]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A case with what the rules say of it at one moment.

    story: what its callbacks say, None where it is closed.
    elsewhere: when its numbers were dialled for other cases.
    stop: the update since which nobody should be called, None where there is none.
    """

    case: Case
    rungs: tuple[Rung, ...]
    story: Story | None
    proposal: NextCall
    elsewhere: Dialled
    zone: str
    stop: CaseUpdate | None = None

    @property
    def quiet(self) -> Noted | None:
        """The callback for which nobody calls of their own accord and the lead is needed."""
        return self.story.quiet if self.story and self.proposal.action in QUIET else None

    @property
    def promised_at(self) -> datetime | None:
        """The agreed time that stands, whether or not it is past."""
        promise = self.story.agreed if self.story else None
        return promise.callback.call_again_at if promise else None


def standings(
    cases: Sequence[Case],
    settings: Settings,
    marks: Mapping[tuple[str, str], Mark],
    now: datetime,
) -> list[Standing]:
    """Return the cases with what the rules say of them at `now`.

    marks: by key, as store.marks.standing() returns them.
    """
    calls_by_key = _calls_by_key(cases)
    every_standing = []
    for case in cases:
        rungs = tuple(rung for rung in ladder(case, marks) if _opens(rung))
        places = whereabouts(need.reading for need in case.needs).places
        zone = callee_zone(places, None, settings.calling, settings.zone)
        elsewhere = {
            rung.contact.key: [at for of, at in calls_by_key[rung.contact.key] if of != case.id]
            for rung in rungs
            if rung.contact.key in calls_by_key
        }
        facts = None if case.closed else story(case.callbacks, rungs, now, settings.leads)
        stop = stop_of(case)
        every_standing.append(
            Standing(
                case=case,
                rungs=rungs,
                story=facts,
                proposal=next_call_of(
                    facts,
                    rungs,
                    settings.calling,
                    zone,
                    now,
                    elsewhere=elsewhere,
                    stopped_at=stop.counted_at if stop else None,
                ),
                elsewhere={key: times for key, times in elsewhere.items() if times},
                zone=str(zone),
                stop=stop,
            )
        )
    return every_standing


def last_change(cases: Iterable[Case], earliest: datetime) -> datetime:
    """Return the last moment of which the cases tell, not before `earliest`.

    What pages show of it stays the same however often they are written from the same store.
    """
    attempts = [c.counted_at for case in cases for c in case.callbacks]
    return max([earliest, *attempts])


def calling_order(entries: Sequence[Standing], now: datetime, settings: Settings) -> list[int]:
    """Return the ids of cases in the order in which to call at `now`."""
    places = order([(one.case, one.proposal) for one in entries], now, settings.zone)
    return [entry.case.id for entry in places]


def _opens(rung: Rung) -> bool:
    """Tell whether a page may lead to it: posts only by an ordinary web address."""
    return rung.contact.kind != "post" or safe_url(rung.contact.value) is not None


def _calls_by_key(cases: Iterable[Case]) -> dict[tuple[str, str], list[tuple[int, datetime]]]:
    """Return when each number was dialled, and for which case."""
    calls: dict[tuple[str, str], list[tuple[int, datetime]]] = defaultdict(list)
    table = dispositions()
    for case in cases:
        for callback in case.callbacks:
            means = table.get(callback.disposition)
            contact = callback.contact
            if means and means.number != "-" and contact and contact.kind in DIALLED:
                calls[contact.key].append((case.id, callback.counted_at))
    return calls
