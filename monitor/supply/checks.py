"""What to look at before goods go on: lines with what was noted of their case in, checks out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from monitor.calling.clashes import Clash, clashes
from monitor.calling.dispositions import dispositions
from monitor.language import PageLanguage
from monitor.masking import masked
from monitor.store.supplies import LineOfCase
from monitor.supply.progress import STATUS_WORDS, Stage, progress
from monitor.types import Callback, Case, CaseUpdate


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """What somebody has to look at before goods of a line go on; one of these is told.

    underway: what is committed or in transit though the line is withdrawn.
    ended_by: the later callback that ended the line's case otherwise than by confirming goods.
    clash: two outcomes of its case that contradict each other, and that nobody has settled.
    update: what the case's own voice said later: these goods are there, or the need is untrue.
    """

    case_id: int
    underway: tuple[Stage, ...] = ()
    ended_by: Callback | None = None
    clash: Clash | None = None
    update: CaseUpdate | None = None

    def in_words(self, zone: ZoneInfo, spoken: PageLanguage) -> str:
        """Return it in words without numbers that could be dialled; times are those of `zone`."""
        say = spoken.say
        if self.clash:
            both = " / ".join(
                _outcome(outcome, spoken) for outcome in (self.clash.first, self.clash.second)
            )
            return say("求助 %(id)s 的结果对不上：%(both)s", id=self.case_id, both=both)
        if self.ended_by:
            return say(
                "求助 %(id)s 后来另有结果：%(outcome)s，%(time)s",
                id=self.case_id,
                outcome=_outcome(self.ended_by, spoken),
                time=f"{self.ended_by.attempted_at.astimezone(zone):%Y-%m-%d %H:%M}",
            )
        if self.update:
            time = f"{self.update.said_at.astimezone(zone):%Y-%m-%d %H:%M}"
            words = masked(self.update.statement)
            return say("后来说，%(time)s：%(words)s", time=time, words=words)
        amounts = say("、").join(
            f"{stage_words(stage, spoken)} {spoken.of(STATUS_WORDS[stage.status], stage.status)}"
            for stage in self.underway
        )
        return say("不再需要，但已经安排了：%(amounts)s", amounts=amounts)


def _outcome(callback: Callback, spoken: PageLanguage) -> str:
    disposition = dispositions().get(callback.disposition)
    name = spoken.of(disposition.zh, disposition.en) if disposition else callback.disposition
    return f"{masked(callback.agent)}: {name}"


def stage_words(stage: Stage, spoken: PageLanguage) -> str:
    """Return how much has reached a stage, in words without numbers that could be dialled."""
    return spoken.say("全部的") if stage.in_words == "all" else masked(spoken.named(stage.in_words))


def checks(lines: Iterable[LineOfCase]) -> dict[int, tuple[Check, ...]]:
    """Return by line what to look at, lines without anything left out.

    Of a line that was received in full, nothing; of a withdrawn one, what is underway.
    """
    by_line: dict[int, tuple[Check, ...]] = {}
    of_case: dict[int, Clash | None] = {}
    for line in lines:
        state = progress(line)
        if state.is_withdrawn and state.underway:
            by_line[line.id] = (Check(case_id=line.case_id, underway=state.underway),)
        elif state.is_open:
            if line.case_id not in of_case:
                of_case[line.case_id] = _contradiction(line)
            if line_checks := tuple(_of_case(line, of_case[line.case_id])):
                by_line[line.id] = line_checks
    return by_line


def _contradiction(line: LineOfCase) -> Clash | None:
    """Return the newest open clash of the line's case whose outcomes contradict each other."""
    case = Case(id=line.case_id, opened_at=line.steps[0].at, joined=(), callbacks=line.callbacks)
    contradictions = [clash for clash in clashes(case) if clash.kind == "contradict"]
    return max(contradictions, key=lambda clash: clash.second.attempted_at, default=None)


def _of_case(line: LineOfCase, clash: Clash | None) -> Iterator[Check]:
    if clash:
        yield Check(case_id=line.case_id, clash=clash)
    ended = line.ended_by
    in_clash = clash is not None and ended in (clash.first, clash.second)
    if ended and not in_clash and not _keeps_goods(ended) and not _asked_since(line, ended):
        yield Check(case_id=line.case_id, ended_by=ended)
    if update := _needless_by(line):
        yield Check(case_id=line.case_id, update=update)


def _needless_by(line: LineOfCase) -> CaseUpdate | None:
    """Return the newest own word, later than the goods were confirmed, that they are not needed."""
    asked_at = max(request.told_at for request in line.requests)
    for update in reversed(line.updates):
        if not update.own or update.counted_at <= asked_at:
            continue
        if update.effect == "denied":
            return update
        states = [goods for goods in update.goods if _is_of(goods.name, line.name)]
        if states:
            needless = states[0].state != "wanted" and not states[0].left
            return update if needless else None
    return None


def _is_of(name: str, line_name: str) -> bool:
    """Tell whether goods of a post are those of a line, whose name an agent may have changed."""
    return name.endswith(line_name) or line_name.endswith(name)


def _keeps_goods(callback: Callback) -> bool:
    disposition = dispositions().get(callback.disposition)
    return disposition is not None and disposition.keeps_goods


def _asked_since(line: LineOfCase, ended: Callback) -> bool:
    """Tell whether the goods were asked for since a callback: heard later, or noted knowing it."""
    recorded_at = ended.recorded_at or ended.attempted_at
    return any(
        request.told_at > ended.attempted_at if request.callback_id else request.at >= recorded_at
        for request in line.requests
    )
