"""How cases stand at a moment: cases, settings and marks in; rungs, proposal and order out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from monitor.calling.back import call_back, case_story
from monitor.calling.dispositions import QUIET, dispositions
from monitor.calling.goods import stop_of
from monitor.calling.hours import callee_zone
from monitor.calling.ladder import Rung, ladder
from monitor.calling.next_call import NextCall, next_call_of
from monitor.calling.order import order
from monitor.calling.story import Back, Noted, Story
from monitor.masking import safe_url
from monitor.settings import Settings
from monitor.types import DIALLED, Case, CaseUpdate, GoodsNews, KnownContact, Mark

if TYPE_CHECKING:
    from classifiers.whereabouts import Whereabouts

Dialled = Mapping[tuple[str, str], Sequence[datetime]]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A case with what the rules say of it at one moment.

    story: what its callbacks say, None where it is closed and nobody is to be called back.
    news: what became of its goods. back: the next call back of one that ended, due or not.
    elsewhere: when its numbers were dialled for other cases.
    where: its goods must go, and whence its people come. zone: the callee's clock.
    stop: the update since which nobody should be called, None where there is none.
    """

    case: Case
    rungs: tuple[Rung, ...]
    story: Story | None
    proposal: NextCall
    elsewhere: Dialled
    where: Whereabouts
    zone: ZoneInfo
    stop: CaseUpdate | None = None
    news: GoodsNews | None = None
    back: Back | None = None

    @property
    def numbers(self) -> tuple[KnownContact, ...]:
        """The telephone numbers of the case, the one to try first at the front."""
        return tuple(rung.contact for rung in self.rungs if rung.dialled)

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
    news: Mapping[int, GoodsNews] | None = None,
) -> list[Standing]:
    """Return the cases with what the rules say of them at `now`.

    marks: by key, as store.marks.standing() returns them. news: of their goods, by case.
    """
    calls_by_key, leads = _calls_by_key(cases), settings.leads
    every_standing = []
    for case in cases:
        rungs = tuple(rung for rung in ladder(case, marks) if _opens(rung))
        where = _where(case)
        elsewhere = {
            rung.contact.key: times
            for rung in rungs
            if rung.contact.key in calls_by_key
            and (times := [at for of, at in calls_by_key[rung.contact.key] if of != case.id])
        }
        zone = callee_zone(where.places, None, settings.calling, settings.zone)
        goods = news.get(case.id) if news else None
        facts = case_story(
            case.callbacks,
            rungs,
            settings.calling,
            now,
            closed=case.closed,
            news=goods,
            leads=leads,
        )
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
                elsewhere=elsewhere,
                where=where,
                zone=zone,
                stop=stop,
                news=goods,
                back=(
                    call_back(case.callbacks, goods, settings.calling, now) if case.closed else None
                ),
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


def _where(case: Case) -> Whereabouts:
    from classifiers.whereabouts import whereabouts  # loads readers

    return whereabouts(need.reading for need in case.needs)


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
