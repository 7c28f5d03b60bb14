"""Stage 7: confirmed goods go in; each becomes a supply line that steps towards the ward."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from datetime import datetime
from decimal import Decimal

from monitor.errors import DistressError, UnknownNameError
from monitor.masking import masked
from monitor.store import Store
from monitor.store.supplies import ConfirmedGoods, LineOfCase, LineProgress
from monitor.store.times import now as now_here
from monitor.supply.doubts import doubts_of
from monitor.supply.progress import STAGES, Progress, Stage, number, progress, shown
from monitor.supply.repeats import goods_key
from monitor.supply.units import in_unit
from monitor.types import SUPPLY_STATUSES, UNDONE, Case, SubstituteAnswer, SupplyLine

STATUSES = SUPPLY_STATUSES
_LONGEST_AMOUNT = 40
_NONE_OF_A_UNIT = re.compile(r"0+(\.0+)?[^\d.,].*")


def open_lines(store: Store) -> int:
    """Open a line for all confirmed goods that have none; return how many were opened.

    Goods that a later callback of the same case confirms again restate what their line asks for,
    where that is not yet received in full, nor withdrawn after some was received; then they open a
    line of their own.
    """
    line_count = 0
    case_ids = sorted({goods.case_id for goods in store.supplies.without_line()})
    note_progress(store)
    if not case_ids:
        return 0
    with store.write():
        goods = store.supplies.without_line(case_ids)
        cases = {case.id: case for case in store.cases.get(case_ids)}
        by_case: dict[int, dict[int, LineOfCase]] = defaultdict(dict)
        for earlier in store.supplies.lines(case_ids):
            by_case[earlier.case_id][earlier.id] = earlier
        for entry in goods:
            lines = by_case[entry.case_id]
            line = _earlier_line(entry, list(lines.values()))
            if line:
                store.supplies.restate(line.id, entry)
                line_id = line.id
            else:
                facility, team = _receiver_of(cases[entry.case_id])
                line_id = store.supplies.add(entry, facility, team)
                line_count += 1
            lines[line_id] = line_of(store, line_id)
            store.supplies.note_progress([_in_numbers(lines[line_id])])
    return line_count


def note_progress(store: Store) -> None:
    """Write for analysts how far each line is that changed since that was noted last."""
    if changed := store.supplies.changed():
        with store.write():
            store.supplies.note_progress(map(_in_numbers, store.supplies.lines_of(changed)))


def _noted(store: Store, line_id: int) -> LineOfCase:
    """Return a line after a step, once analysts can read how far it is."""
    line = line_of(store, line_id)
    store.supplies.note_progress([_in_numbers(line)])
    return line


def _in_numbers(line: LineOfCase) -> LineProgress:
    state = progress(line)
    last = state.stages[-1]
    committed, in_transit, received = (float(stage.amount) for stage in state.stages)
    return LineProgress(
        line_id=line.id,
        step_id=line.steps[-1].id,
        goods=masked(line.name),
        facility=masked(line.facility) if line.facility else None,
        unit=masked(line.unit) if line.unit else None,
        asked=float(state.asked) if state.asked is not None else None,
        committed=committed,
        in_transit=in_transit,
        received=received,
        missing=float(last.missing) if last.missing is not None else None,
        status="withdrawn" if state.is_withdrawn else line.status,
        complete=state.is_done,
    )


def _earlier_line(goods: ConfirmedGoods, lines: list[SupplyLine]) -> SupplyLine | None:
    """Return which of the case's lines another callback opened for these goods.

    Goods in another unit are the same only while nothing is on its way.
    """
    candidates = [
        line
        for line in lines
        if goods_key(line.name) == goods_key(goods.name)
        and goods.callback_id not in {step.callback_id for step in line.steps}
        and not _is_closed(progress(line))
    ]
    alike = [
        line for line in candidates if not (line.unit and goods.unit) or line.unit == goods.unit
    ]
    requested_lines = [line for line in candidates if progress(line).furthest is None]
    return next(iter(sorted(alike or requested_lines, key=lambda line: line.id)), None)


def _is_closed(state: Progress) -> bool:
    """Tell whether what was received is not to count against what is asked for later."""
    return state.is_done or (state.is_withdrawn and not state.stages[-1].is_empty)


def _receiver_of(case: Case) -> tuple[str | None, str | None]:
    """Return the longest names that the needs of a case give its facility and its helping team."""
    names = [facility.text for need in case.needs for facility in need.reading.concerned]
    teams = [name for name in names if name.endswith("队")]
    facilities = [name for name in names if name not in teams]
    return max(facilities, key=len, default=None), max(teams, key=len, default=None)


def line_of(store: Store, line_id: int) -> LineOfCase:
    """Return a line; raises UnknownNameError where there is no such line."""
    line = store.supplies.line(line_id)
    if line is None:
        ids = [str(other.id) for other in store.supplies.lines()]
        raise UnknownNameError("supply line", line_id, ids[:20], "distress supplies")
    return line


def step(
    store: Store,
    line_id: int,
    status: str,
    *,
    amount: str | None = None,
    by: str = "",
    note: str = "",
    anyway: bool = False,
    now: datetime | None = None,
) -> LineOfCase:
    """Append the next step of a line and return the line.

    amount: how much more, in the line's unit, in one that units.in_unit() converts, or in words;
        None for all that is missing, of a withdrawn line for all that stopped at the stage before.
        With `requested` it is what is
        asked for now, and 0 withdraws the line.
    anyway: note it even where goods might be sent twice; the step's note then tells of it.
    Raises UnknownNameError for a line or status that does not exist, DistressError for an amount
    that cannot be one, and, unless `anyway`, where goods might be sent twice.
    """
    now = now or now_here()
    with store.write():
        line = line_of(store, line_id)
        if status not in STATUSES:
            see = "distress supplies step --help"
            raise UnknownNameError("status", status, list(STATUSES), see)
        state = progress(line)
        words = _amount(amount, may_be_none=status == STATUSES[0])
        if words and number(words) is None and (amount_in_unit := in_unit(words, state.unit)):
            words, note = shown(amount_in_unit), f"{note} ({words})".strip()
        doubts: list[tuple[str, str]] = []
        if status == STATUSES[0]:
            if words is None:
                raise DistressError(
                    f"say how much is asked for now: distress supplies step {line_id} "
                    f"{status} --amount 40; 0 where nothing is any longer"
                )
            if state.is_withdrawn and words == "0":
                raise DistressError(f"supply line {line_id} is withdrawn already")
        else:
            doubts = doubts_of(line, store.supplies.lines(), status, words, now=now)
            words = _all_that_is_missing(state, status) if words is None else words
        if doubts and not anyway:
            raise DistressError("; ".join(reason for reason, _ in doubts))
        if doubts:
            note = f"{note} (anyway: {', '.join(short for _, short in doubts)})".strip()
        store.supplies.step(line_id, status, quantity=words, actor=by, note=note, at=now)
        return _noted(store, line_id)


def offer_substitute(
    store: Store,
    line_id: int,
    name: str,
    *,
    reason: str,
    by: str = "",
    now: datetime | None = None,
) -> LineOfCase:
    """Ask the ward whether other goods will do, and return the line.

    The case is due at once: whether it takes them is heard on the phone. Raises UnknownNameError
    for a line that does not exist, DistressError where nothing is awaited or that was asked before.
    """
    with store.write():
        line = line_of(store, line_id)
        if not progress(line).is_open:
            raise DistressError(f"nothing of supply line {line_id} is awaited any longer")
        before = [one for one in line.substitutes if one.name == name and one.accepted is not False]
        if name == line.name or before:
            raise DistressError(
                f"the ward was asked about {masked(name)} for line {line_id} before"
            )
        store.supplies.ask_substitute(line_id, name, reason=reason, actor=by, at=now or now_here())
        return line_of(store, line_id)


def answer(store: Store, substitute_id: int, *, accepted: bool, by: str = "") -> None:
    """Note what a ward said to a substitute; raises DistressError where nobody waits for it."""
    noted = SubstituteAnswer(
        id="", case_id=0, substitute_id=substitute_id, accepted=accepted, agent=by
    )
    if not store.supplies.answer_substitute(noted):
        raise DistressError(
            f"no substitute {substitute_id} waits for an answer; distress supplies show LINE tells "
            "those of a line"
        )


def promise(
    store: Store,
    line_id: int,
    expected_at: datetime,
    *,
    by: str = "",
    note: str = "",
    now: datetime | None = None,
) -> LineOfCase:
    """Note that what is missing of a line is on order, and for when it is promised.

    Until then nobody asks the ward for want of news. Raises UnknownNameError for a line that does
    not exist, DistressError where nothing is missing.
    """
    with store.write():
        line = line_of(store, line_id)
        if not progress(line).is_open:
            raise DistressError(f"nothing of supply line {line_id} is missing")
        at = now or now_here()
        store.supplies.promise(line_id, expected_at, note=note, actor=by, at=at)
        return line_of(store, line_id)


def undo(store: Store, line_id: int, *, by: str = "", note: str = "") -> LineOfCase:
    """Take back the last step of a line that was noted by hand; both stay in its history.

    Raises UnknownNameError for a line that does not exist, DistressError where no step is left.
    """
    with store.write():
        line = line_of(store, line_id)
        if all(entry.callback_id for entry in line.standing):
            raise DistressError(
                f"no step of supply line {line_id} is left to undo; what an agent confirmed is "
                f"corrected with: distress supplies step {line_id} requested --amount 40"
            )
        store.supplies.step(line_id, UNDONE, actor=by, note=note)
        return _noted(store, line_id)


def _amount(amount: str | None, *, may_be_none: bool) -> str | None:
    """Return an amount as it is kept; raises DistressError for one that cannot be.

    may_be_none: whether 0 is an amount; with a unit it never is.
    """
    if amount is None:
        return None
    words = " ".join(unicodedata.normalize("NFKC", amount).split())
    value = number(words)
    is_none = value == 0 or bool(_NONE_OF_A_UNIT.fullmatch(words))
    is_invalid = is_none and not (may_be_none and value == 0)
    if not words or words[0] in "+-−" or is_invalid or len(words) > _LONGEST_AMOUNT:
        raise DistressError(
            f"no amount '{masked(words)[:_LONGEST_AMOUNT]}': give a number such as 25 or 2.5, or "
            "words such as 若干; a wrong step is taken back with: distress supplies undo LINE; "
            "goods no longer wanted with: distress supplies step LINE requested --amount 0"
        )
    return shown(value) if value is not None else words


def _all_that_is_missing(state: Progress, status: str) -> str | None:
    """Return how much has not reached a stage, None where nobody knows in numbers.

    Of a withdrawn line that is what has reached the stage before, and no more.
    """
    missing = state.at(status).missing
    if state.is_withdrawn:
        before = STAGES[: STAGES.index(status)][-1:]
        remainders = [stage for stage in state.underway if stage.status in before]
        if remainders and (remainders[0].words or not remainders[0].amount):
            return _words_of(remainders[0])
        missing = remainders[0].amount if remainders else Decimal(0)
    if missing == 0:
        raise DistressError("nothing is missing there; say how much more it is with --amount")
    return shown(missing) if missing is not None else None


def _words_of(stage: Stage) -> str | None:
    """Return what stopped at a stage in its own words, None for all of it.

    Raises DistressError for more than one amount: each is noted for itself.
    """
    if stage.whole and not stage.amount:
        return None
    if stage.amount or len(stage.words) > 1:
        raise DistressError(
            f"{masked(stage.in_words)} are several amounts; say which one it is with --amount"
        )
    return stage.words[0]


__all__ = [
    "STAGES",
    "STATUSES",
    "answer",
    "line_of",
    "offer_substitute",
    "open_lines",
    "promise",
    "step",
    "undo",
]
