"""Stage 6: outcomes that agents noted go in; each is appended to its case once."""

from __future__ import annotations

import dataclasses
import re
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.callback import demands, outcomes_file
from monitor.callback.decisions import decide
from monitor.callback.outcomes_file import Decided
from monitor.calling.clashes import Clash, clashes
from monitor.calling.contacts import check_markable, is_public_service
from monitor.calling.dispositions import Disposition
from monitor.calling.ladder import meant_by_mark, numbers_of
from monitor.errors import DistressError, UnknownNameError
from monitor.store import Store
from monitor.store.figures import Figures
from monitor.types import (
    DIALLED,
    Ban,
    Callback,
    ConfirmedItem,
    Decision,
    Hand,
    KnownContact,
    SubstituteAnswer,
)

_CLOCKS_APART = timedelta(minutes=5)  # so much do clocks that are right differ


@dataclass(frozen=True, slots=True)
class Refusal:
    """An outcome, or a whole file, that could not be taken, and why."""

    file: str
    entry: str
    reason: str


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: outcomes added, outcomes known from before, what was refused.

    clashes: those that the outcomes added brought, and that nobody has settled yet.
    ahead: by how much each of those added is dated ahead, where its computer's clock is wrong.
    decided: how many pairs of cases were merged or kept apart; barred: how many contacts were put
        on the do-not-call list; handed: how many cases went to a colleague; answered: how many
        wards said whether they take a substitute.
    """

    added: int = 0
    known: int = 0
    refused: tuple[Refusal, ...] = ()
    clashes: tuple[Clash, ...] = ()
    ahead: tuple[timedelta, ...] = ()
    decided: int = 0
    barred: int = 0
    handed: int = 0
    answered: int = 0


def check_agent(store: Store, name: str, agents: Collection[str]) -> None:
    """Raise UnknownNameError for a name that neither the settings nor the store's past know.

    agents: those of the settings. Who has left may still hand in what was noted before.
    """
    if name not in agents and not store.cases.had_agent(name):
        raise UnknownNameError("agent", name, sorted(agents), "[[agents]] in distress.toml")


def check_colleague(name: str, agents: Collection[str] | None) -> None:
    """Raise UnknownNameError for a colleague of whom the settings do not know."""
    if agents is not None and name not in agents:
        raise UnknownNameError("agent", name, sorted(agents), "[[agents]] in distress.toml")


def import_outcomes(
    store: Store,
    files: Iterable[Path],
    agents: Collection[str] | None = None,
    *,
    passphrase_of: outcomes_file.PassphraseOf | None = None,
) -> Imported:
    """Append the outcomes of the files; what is wrong is refused by name and the rest goes in.

    agents: the names in the settings; an outcome of nobody's is refused. None believes every name.
    passphrase_of: gives the words of an agent whose files are under a passphrase.

    A file goes in whole or, where the power fails, not at all; to import it again is harmless.
    """
    known = 0
    decisions: list[Decided] = []
    case_of: dict[str, int] = {}
    refusals: list[Refusal] = []
    ahead: list[timedelta] = []
    for file in files:
        try:
            content = outcomes_file.read(file, passphrase_of)
            check_store(store, content)
        except DistressError as error:
            refusals.append(Refusal(str(file), "", str(error)))
            continue
        with store.write():
            for number, outcome in enumerate(content.outcomes, 1):
                try:
                    callback = outcomes_file.callback_of(outcome)
                    if agents is not None:
                        check_agent(store, callback.agent, agents)
                    is_new = record(
                        store,
                        callback,
                        origin=_origin(file),
                        complete=content.is_complete,
                        fitting=content.is_fitting,
                    )
                except DistressError as error:
                    refusals.append(Refusal(str(file), f"outcome {number}", str(error)))
                else:
                    known += not is_new
                    if is_new:
                        case_of[callback.id] = callback.case_id
                        ahead += filter(None, [dated_ahead(callback)])
            decisions += _take_decisions(store, file, content.decisions, agents, refusals)
    return Imported(
        added=len(case_of),
        known=known,
        refused=tuple(refusals),
        clashes=new_clashes(store, case_of),
        ahead=tuple(ahead),
        decided=sum(isinstance(one, Decision) for one in decisions),
        barred=sum(isinstance(one, Ban) for one in decisions),
        handed=sum(isinstance(one, Hand) for one in decisions),
        answered=sum(isinstance(one, SubstituteAnswer) for one in decisions),
    )


def check_store(store: Store, content: outcomes_file.OutcomesFile) -> None:
    """Raise DistressError for outcomes of another store, whose case numbers mean other cases."""
    if content.store and content.store != Figures(store.connection).identity():
        raise DistressError(
            f"its outcomes are of another desk than that of {store.path}; import it with that "
            "desk's settings: distress --config FILE callback import …"
        )


def _take_decisions(
    store: Store,
    file: Path,
    entries: Sequence[object],
    agents: Collection[str] | None,
    refusals: list[Refusal],
) -> list[Decided]:
    """Do what entries of a file decide, and return those about which somebody still asked."""
    done = []
    for number, entry in enumerate(entries, 1):
        try:
            decision = outcomes_file.decision_of(entry)
            if agents is not None:
                check_agent(store, decision.agent, agents)
            if isinstance(decision, Hand):
                check_colleague(decision.to, agents)
            if decide(store, decision):
                done.append(decision)
        except DistressError as error:
            refusals.append(Refusal(str(file), f"decision {number}", str(error)))
    return done


def _origin(file: Path) -> str:
    """Return the file's name as the store can keep it; bytes that are not text become signs."""
    return file.name.encode(errors="replace").decode()


def new_clashes(store: Store, case_of: Mapping[str, int]) -> tuple[Clash, ...]:
    """Return the open clashes that callbacks brought; case_of: their cases by their ids."""
    return tuple(
        clash
        for case in store.cases.get(sorted(set(case_of.values())))
        for clash in clashes(case)
        if clash.first.id in case_of or clash.second.id in case_of
    )


def dated_ahead(callback: Callback) -> timedelta | None:
    """Return by how much the clock runs ahead by which it was noted, None where it is right."""
    ahead = callback.attempted_at - datetime.now(UTC).replace(microsecond=0)
    return ahead if ahead >= _CLOCKS_APART else None


def record(
    store: Store,
    callback: Callback,
    *,
    origin: str,
    complete: bool = False,
    typed: bool = False,
    fitting: bool = True,
) -> bool:
    """Append one callback; return False where the very same one is in the store.

    A contact found wrong, dead or not to be called is marked so for all cases; `meant_by_mark`
    tells which, where the outcome does not.

    complete: whether it has to hold what its disposition asks for; typed, fitting: as in
        demands.check. One that the store has is past asking.
    Raises UnknownNameError for a disposition that does not exist, UnknownCaseError for such a case,
    UnmetError where something is missing, DistressError where the store holds another outcome under
    the same id.
    """
    disposition = demands.disposition_of(callback.disposition)
    if not store.cases.exists(callback.case_id):
        raise demands.UnknownCaseError(f"no case {callback.case_id}. See: distress case list")
    is_known = store.callbacks.get(callback.id) is not None
    if disposition.mark and callback.contact and not is_known:
        check_markable(callback.contact)
    if complete and not is_known:
        numbers = _numbers_to_choose_from(store, callback, disposition)
        demands.check(callback, disposition, numbers, typed=typed, fitting=fitting)
    callback = _said_with(callback, disposition)
    with store.write():
        if store.callbacks.add(callback, ends_case=disposition.ends_case, origin=origin):
            _mark_contacts(store, callback, disposition)
            return True
    if not _is_same(store.callbacks.get(callback.id), callback):
        raise DistressError(
            f"outcome {callback.id} of case {callback.case_id} was recorded before with other "
            "content; the first was kept. Note the change as a new outcome"
        )
    return False


def _said_with(callback: Callback, disposition: Disposition) -> Callback:
    """Return a callback without what says nothing with its disposition."""
    if not disposition.confirms_goods:
        callback = dataclasses.replace(callback, items=())
    if disposition.asks != "back":
        callback = dataclasses.replace(callback, arrived=None, fits=None)
    if not disposition.keeps_goods:
        callback = dataclasses.replace(callback, next_need_at=None)
    return callback


def _is_same(earlier: Callback | None, callback: Callback) -> bool:
    """Tell whether an outcome is the one in the store.

    Its contacts may have been read by an older rule, which left out whom the words named.
    """
    if earlier is None:
        return False
    bare = (dataclasses.replace(one, contact=None, new_contact=None) for one in (earlier, callback))
    pairs = ((earlier.contact, callback.contact), (earlier.new_contact, callback.new_contact))
    return next(bare) == next(bare) and all(_is_same_contact(old, new) for old, new in pairs)


def _is_same_contact(old: KnownContact | None, new: KnownContact | None) -> bool:
    if old is None or new is None:
        return old is new
    same_person = old.person in (None, new.person) and old.role == new.role
    return old.key == new.key and same_person


def _numbers_to_choose_from(
    store: Store, callback: Callback, disposition: Disposition
) -> list[KnownContact]:
    """Return the numbers of which one was tried, where the outcome has to say which."""
    if not demands.asks_which(callback, disposition):
        return []
    [case] = store.cases.get([callback.case_id])
    numbers = numbers_of(case)
    marks_by_key = store.marks.standing(datetime.now(UTC), numbers)
    return [number for number in numbers if number.key not in marks_by_key]


def _mark_contacts(store: Store, callback: Callback, disposition: Disposition) -> None:
    """Mark what the callback says of a contact, for all cases."""
    if disposition.mark is None:
        return
    contacts: tuple[KnownContact, ...] = (callback.contact,) if callback.contact else ()
    if not contacts and "call" in disposition.fits:
        [case] = store.cases.get([callback.case_id])
        before = [
            other.contact
            for other in case.callbacks
            if other.contact
            and other.contact.kind in DIALLED
            and other.attempted_at <= callback.attempted_at
        ]
        contacts = meant_by_mark(case, disposition.mark, before[-1] if before else None)
    for contact in contacts:
        if is_public_service(contact):
            continue
        store.marks.add(
            contact,
            disposition.mark,
            actor=callback.agent,
            reason=callback.note or disposition.en,
            until=callback.barred_until if disposition.mark == "barred" else None,
            callback_id=callback.id,
        )


def noted_now(  # noqa: PLR0913 - one for each field of a callback
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
    after_id: str | None = None,
    arrived: str | None = None,
    fits: bool | None = None,
    next_need_at: datetime | None = None,
) -> Callback:
    """Return a callback attempted at this moment, with an id of its own; fields as there."""
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
        after_id=after_id,
        arrived=arrived,
        fits=fits,
        next_need_at=next_need_at,
    )


def confirmed(words: str) -> ConfirmedItem:
    """Return the goods of words such as 护手霜=40支; the amount may be left out.

    Raises DistressError where no goods are named.
    """
    name, _, amount = words.partition("=")
    if not name.strip():
        raise DistressError(f"{words!r} names no goods; write for example 护手霜=40支")
    match = re.fullmatch(r"\s*([\d.,]*)\s*(.*?)\s*", amount)
    quantity, unit = (match[1], match[2]) if match else ("", amount)
    if not quantity:
        quantity, unit = unit, ""
    return ConfirmedItem(name=name.strip(), quantity=quantity or None, unit=unit or None)
