"""The agents' pages: the cases of a day in, what each page shows and what its script knows out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from monitor.calling_hours import callee_zone
from monitor.calling_order import order
from monitor.dispositions import dispositions
from monitor.ladder import Rung, ladder
from monitor.next_call import NextCall, next_call
from monitor.pages import utc
from monitor.pages.call_data import elsewhere_data, noted_data, rules_data, rung_data
from monitor.pages.language import DEFAULT, PageLanguage, language
from monitor.pages.plain import plain, safe_url
from monitor.pages.views import CaseView, case_view
from monitor.settings import Settings
from monitor.types import DIALLED, Case, Mark

SCRIPTS = (
    "ages.js",
    "entries.js",
    "zones.js",
    "story.js",
    "next.js",
    "panels.js",
    "cases.js",
    "copying.js",
    "goods.js",
    "reasons.js",
    "list.js",
    "clock.js",
    "rungs.js",
    "steps.js",
    "outcome.js",
    "saving.js",
    "agent.js",
    "keys.js",
)
STYLES = ("agent.css", "case.css")
Dialled = Mapping[tuple[str, str], Sequence[datetime]]


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A case with what the rules say of it at one moment.

    elsewhere: when its numbers were dialled for other cases.
    """

    case: Case
    rungs: tuple[Rung, ...]
    proposal: NextCall
    elsewhere: Dialled
    zone: str

    @cached_property
    def view(self) -> CaseView:
        """What a page shows of it."""
        return self._shown_in(language())

    def shown_in(self, spoken: PageLanguage) -> CaseView:
        """Return what a page in this language shows of it."""
        return self.view if spoken.code == DEFAULT else self._shown_in(spoken)

    def _shown_in(self, spoken: PageLanguage) -> CaseView:
        return case_view(self.case, rungs=self.rungs, proposal=self.proposal, spoken=spoken)


def standings(
    cases: Sequence[Case],
    settings: Settings,
    marks: Mapping[tuple[str, str], Mark],
    now: datetime,
) -> list[Standing]:
    """Return the cases with what the rules say of them at `now`.

    marks: by key, as store.marks.standing() returns them.
    """
    dialled = _dialled(cases)
    leads = [agent.name for agent in settings.agents if agent.lead]
    found = []
    for case in cases:
        rungs = tuple(rung for rung in ladder(case, marks) if _opens(rung))
        places = [place for need in case.needs for place in need.reading.places]
        zone = callee_zone(places, None, settings.calling, settings.zone)
        elsewhere = {
            rung.contact.key: [at for of, at in dialled[rung.contact.key] if of != case.id]
            for rung in rungs
            if rung.contact.key in dialled
        }
        proposal = next_call(
            case.callbacks,
            rungs,
            settings.calling,
            zone,
            now,
            closed=case.closed,
            elsewhere=elsewhere,
            leads=leads,
        )
        found.append(
            Standing(
                case=case,
                rungs=rungs,
                proposal=proposal,
                elsewhere={key: times for key, times in elsewhere.items() if times},
                zone=str(zone),
            )
        )
    return found


def last_change(cases: Iterable[Case], earliest: datetime) -> datetime:
    """Return the last moment of which the cases tell, not before `earliest`.

    What pages show of it stays the same however often they are written from the same store.
    """
    attempts = [c.counted_at for case in cases for c in case.callbacks]
    return max([earliest, *attempts])


def calling_order(found: Sequence[Standing], now: datetime, settings: Settings) -> list[int]:
    """Return the ids of cases in the order in which to call at `now`."""
    placed = order([(one.case, one.proposal) for one in found], now, settings.zone)
    return [entry.case.id for entry in placed]


def agent_data(
    settings: Settings,
    agent: str,
    found: Sequence[Standing],
    spoken: PageLanguage,
    *,
    store: str,
    date: datetime,
    known: Sequence[str],
) -> dict[str, Any]:
    """Return what the page's script has to know.

    store: the identity of the store. known: ids of outcomes that need not be kept any longer.
    """
    calling = settings.calling
    leads = [entry.name for entry in settings.agents if entry.lead]
    return {
        "agent": agent,
        "store": store,
        "date": f"{date:%Y-%m-%d}",
        "zone": settings.timezone,
        "calling": [f"{calling.start:%H:%M}", f"{calling.end:%H:%M}"],
        "rules": rules_data(calling),
        "leads": leads,
        "lead": agent in leads,
        "leads_words": "" if agent in leads else leads_words(leads, spoken),
        "known": known,
        "dispositions": [
            {
                "code": entry.code,
                "words": spoken.of(entry.zh, entry.en),
                "then": spoken.of(entry.then, entry.then_en),
                "next": entry.next,
                "number": entry.number,
                "asks": entry.asks,
                "ends": entry.ends_case,
                "confirms": entry.confirms_goods,
                "quiet": entry.is_quiet,
            }
            for entry in dispositions().values()
        ],
        "cases": [_plain(_case_data(one)) for one in found],
    }


def leads_words(leads: Sequence[str], spoken: PageLanguage) -> str:
    """Return whom to tell of a case that needs more than a call."""
    if not leads:
        return spoken.say("请告诉组长。")
    return spoken.say("请告诉组长 %(names)s。", names=spoken.say("、").join(leads))


def _case_data(one: Standing) -> dict[str, Any]:
    """Return a case: what next.js has to know of it, and what makes it urgent."""
    return {
        "id": one.case.id,
        "closed": one.case.closed,
        "level": one.view.level,
        "urgency": one.view.urgency,
        "since": utc(one.view.first_at),
        "zone": one.zone,
        "rungs": [rung_data(rung) for rung in one.rungs],
        "history": [noted_data(callback) for callback in one.case.callbacks],
        "busy_elsewhere": elsewhere_data(one.elsewhere),
    }


def _opens(rung: Rung) -> bool:
    """Tell whether a page may lead to it: posts only by an ordinary web address."""
    return rung.contact.kind != "post" or safe_url(rung.contact.value) is not None


def _plain(value: Any) -> Any:
    """Return JSON values with every text made plain, for scripts put them on the page."""
    if isinstance(value, str):
        return plain(value)
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    return [_plain(part) for part in value] if isinstance(value, list) else value


def _dialled(cases: Iterable[Case]) -> dict[tuple[str, str], list[tuple[int, datetime]]]:
    """Return when each number was dialled, and for which case."""
    found: dict[tuple[str, str], list[tuple[int, datetime]]] = defaultdict(list)
    known = dispositions()
    for case in cases:
        for callback in case.callbacks:
            means = known.get(callback.disposition)
            contact = callback.contact
            if means and means.number != "-" and contact and contact.kind in DIALLED:
                found[contact.key].append((case.id, callback.counted_at))
    return found
