"""What there is to tell: the store, settings and a moment go in, notices come out.

A notice names goods and facilities and nothing else of a post, and no number. Its key is the same
whenever it is found again. What is so for a while (a source fails, a disk is full) is told once,
and again each day that it stays so.
"""

from __future__ import annotations

import http.client
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from classifiers.doors import LISTS
from classifiers.need import LEVELS
from monitor.calling.clashes import clashes
from monitor.calling.dispositions import dispositions
from monitor.calling.goods import live_needs, stop_of
from monitor.calling.hours import part_of
from monitor.crawl.advice import WORDS
from monitor.crawl.health import Health, of_sources, silent_after
from monitor.files import scarce
from monitor.language import PageLanguage
from monitor.masking import masked
from monitor.settings import Kind, Settings
from monitor.store import Store
from monitor.store.outbox import StandingNote
from monitor.types import Case

Words = Callable[[PageLanguage], str]
_LONGEST = 60  # signs of a name that a post gave
_GOODS = 5  # kinds of goods that are named
_DAY = timedelta(days=1)
_RESTART = timedelta(minutes=2)  # so long a desk may be away before anybody is told
_REACH = 5.0  # seconds
# What often mends itself, and how long that is waited for.
_PATIENCE = {"unreachable": timedelta(minutes=30), "cut short": timedelta(minutes=30)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """Something to tell.

    key: names what it tells of. words: in a language. agents: whose it is, None for nobody's own.
    places: words of where it is. at: when it came to be.
    """

    kind: Kind
    key: str
    at: datetime
    words: Words
    case_id: int | None = None
    agents: tuple[str, ...] | None = None
    places: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stop:
    """Goods on their way that nobody needs any more, as the supply lines have it.

    key: the same for the same news. at: when that came.
    """

    key: str
    at: datetime
    line_id: int
    case_id: int
    facility: str
    goods: str


def safe(words: str) -> str:
    """Return a name that a post gave, as it can stand in any service's text."""
    name = masked(" ".join(words.split()))[:_LONGEST]
    return name.replace("<", "＜").replace(">", "＞").replace("@", "＠")


def of_cases(
    store: Store, settings: Settings, stops: Iterable[Stop], *, since: datetime, now: datetime
) -> Iterator[Notice]:
    """Yield what came to be of cases since a time."""
    box = store.outbox
    first = settings.calling.first
    new = box.cases_joined(since)
    waiting = box.cases_uncalled(since - first, now - first)
    called = box.cases_called(since)
    agreed = dict(box.calls_agreed(since, now))
    bars = box.bars(since)
    stops = [stop for stop in stops if stop.at >= since]
    ids = {*new, *waiting, *called, *agreed, *(stop.case_id for stop in stops)}
    ids.update(case_id for _, _, case_id in bars if case_id is not None)
    cases = {case.id: case for case in store.cases.get(sorted(ids))}
    for case_id in new:
        if _is_urgent(cases[case_id]):
            yield _urgent(cases[case_id])
    for case_id in waiting:
        if not (_is_listed(cases[case_id]) or stop_of(cases[case_id])):
            yield _ageing(cases[case_id], first)
    for case_id in called:
        yield from _clashes(cases[case_id])
    for case_id, callback_id in agreed.items():
        yield _agreed(cases[case_id], callback_id)
    yield from _given(store, settings, since, now)
    for mark_id, at, marked_id in bars:
        yield _barred(mark_id, at, cases[marked_id] if marked_id is not None else None)
    for stop in stops:
        yield _stopped(stop, cases[stop.case_id])


def _of_case(case: Case, kind: Kind, key: str, at: datetime, words: Words, *more: str) -> Notice:
    """Return a notice of a case; more: agents whose it is besides the case's own."""
    from classifiers.whereabouts import whereabouts  # loads readers

    where = whereabouts(need.reading for need in case.needs)
    places = {word for p in where.places for word in (p.text, p.province, p.city, p.county) if word}
    agents = dict.fromkeys([*([case.agent] if case.agent else []), *more])
    return Notice(
        kind=kind,
        key=key,
        at=at,
        words=words,
        case_id=case.id,
        agents=tuple(agents),
        places=frozenset(places.union(where.names)),
    )


def _named(case: Case, spoken: PageLanguage) -> str:
    """Return a case by its number, facility and goods."""
    names = (f.text for need in case.needs for f in need.reading.concerned)
    facility = safe(next(iter(names), "")) or spoken.say("没写单位")
    needs = live_needs(case) or case.needs
    goods = dict.fromkeys(item.name for need in needs for item in need.reading.items)
    listed = spoken.listed([safe(spoken.named(name)) for name in [*goods][:_GOODS]])
    number = spoken.say("求助 %(id)s", id=case.id)
    return " · ".join(filter(None, (number, facility, listed)))


def _is_listed(case: Case) -> bool:
    return all(need.post.source in LISTS for need in case.needs)


def _is_urgent(case: Case) -> bool:
    pressing = (need.reading.urgency for need in live_needs(case))
    return any(one is not None and one.level == LEVELS[0] for one in pressing)


def _urgent(case: Case) -> Notice:
    def words(spoken: PageLanguage) -> str:
        return spoken.say("紧急：%(case)s", case=_named(case, spoken))

    return _of_case(case, "urgent", f"urgent:{case.id}", case.opened_at, words)


def _ageing(case: Case, first: timedelta) -> Notice:
    hours = f"{first / timedelta(hours=1):g}"

    def words(spoken: PageLanguage) -> str:
        named = _named(case, spoken)
        return spoken.say("来了 %(hours)s 小时还没人拨过：%(case)s", hours=hours, case=named)

    return _of_case(case, "ageing", f"ageing:{case.id}", case.opened_at + first, words)


def _clashes(case: Case) -> Iterator[Notice]:
    for clash in clashes(case):
        if clash.kind != "contradict":
            continue
        pair = sorted((clash.first.id, clash.second.id))
        agents = (clash.first.agent, clash.second.agent)
        at = max(one.recorded_at or one.attempted_at for one in (clash.first, clash.second))
        codes = (clash.first.disposition, clash.second.disposition)

        def words(spoken: PageLanguage, codes: tuple[str, str] = codes) -> str:
            table = dispositions()
            both = " / ".join(
                spoken.of(table[code].zh, table[code].en) if code in table else code
                for code in codes
            )
            named = _named(case, spoken)
            return spoken.say("结果对不上：%(case)s · %(both)s", case=named, both=both)

        yield _of_case(case, "clash", f"clash:{':'.join(pair)}", at, words, *agents)


def _agreed(case: Case, callback_id: str) -> Notice:
    agreed = next(one for one in case.callbacks if one.id == callback_id)
    at = agreed.call_again_at or agreed.attempted_at

    def words(spoken: PageLanguage) -> str:
        return spoken.say("约好的时间到了：%(case)s", case=_named(case, spoken))

    return _of_case(case, "calldown", f"agreed:{callback_id}", at, words)


def _given(store: Store, settings: Settings, since: datetime, now: datetime) -> Iterator[Notice]:
    """Yield who has calls of lists to make, once for each part of the day."""
    day, part = part_of(now, settings.zone, settings.calling)
    for agent, at, calls in store.outbox.calls_given(LISTS, since):

        def words(spoken: PageLanguage, agent: str = agent, calls: int = calls) -> str:
            return spoken.say(
                "名单上有电话要打：%(agent)s，%(calls)s 个", agent=masked(agent), calls=calls
            )

        key = f"calls:{agent}:{day}:{part}"
        yield Notice(kind="calldown", key=key, at=at, words=words, agents=(agent,))


def _barred(mark_id: int, at: datetime, case: Case | None) -> Notice:
    def words(spoken: PageLanguage) -> str:
        named = _named(case, spoken) if case else spoken.say("不是从求助里来的")
        return spoken.say("又有一个号码不能再拨：%(case)s", case=named)

    key = f"barred:{mark_id}"
    if case:
        return _of_case(case, "barred", key, at, words)
    return Notice(kind="barred", key=key, at=at, words=words)


def _stopped(stop: Stop, case: Case) -> Notice:
    def words(spoken: PageLanguage) -> str:
        facility = safe(stop.facility) or spoken.say("没写单位")
        return spoken.say(
            "先别发货：物资 %(line)s（求助 %(id)s） · %(facility)s · %(goods)s，后来说不用了",
            line=stop.line_id,
            id=stop.case_id,
            facility=facility,
            goods=safe(spoken.named(stop.goods)),
        )

    return _of_case(case, "stop", f"stop:{stop.key}", stop.at, words)


def of_digest(settings: Settings, *, new: int, open_cases: int, now: datetime) -> Notice:
    """Return that the day's pages are written; written again before the next time is not news."""
    local = now.astimezone(settings.zone)
    turn = sum(at <= local.time() for at in settings.digest.at)

    def words(spoken: PageLanguage) -> str:
        if not open_cases:
            return spoken.say("今天的页面写好了：是空的，没有在办的求助")
        return spoken.say(
            "今天的页面写好了：在办的求助 %(open)s 个，一天里新来的 %(new)s 个",
            open=open_cases,
            new=new,
        )

    return Notice(kind="digest", key=f"digest:{local:%Y-%m-%d}:{turn}", at=now, words=words)


def of_backup(reason: str, *, now: datetime) -> Notice:
    """Return that a backup failed; reason: why."""

    def words(spoken: PageLanguage) -> str:
        return spoken.say("备份失败：%(why)s", why=masked(" ".join(reason.split()))[:200])

    return Notice(kind="backup", key=f"backup:{now:%Y-%m-%dT%H}", at=now, words=words)


def of_lost(channel: str, lost: Sequence[int], receipt: str, *, now: datetime) -> Notice:
    """Return that a channel takes nothing any more; lost: the messages that were given up."""

    def words(spoken: PageLanguage) -> str:
        return spoken.say(
            "渠道 %(name)s 收不到消息，放弃了 %(count)s 条：%(receipt)s",
            name=masked(channel),
            count=len(lost),
            receipt=masked(receipt),
        )

    return Notice(kind="channel", key=f"lost:{channel}:{lost[0]}", at=now, words=words)


@dataclass(frozen=True, slots=True)
class _Condition:
    """Something that is wrong by now; patience: how long before it is told."""

    name: str
    kind: Kind
    words: Words
    patience: timedelta = timedelta(0)


def of_conditions(store: Store, settings: Settings, *, now: datetime) -> Iterator[Notice]:
    """Yield what is wrong with sources, disks and the desk; note since when, and what ended."""
    wrong = {
        one.name: one
        for one in (*_sources(store, settings, now), *_disks(settings), *_desk(settings))
    }
    before = store.outbox.notes(_WRONG)
    store.outbox.end([name for name in before if name.removeprefix(_WRONG) not in wrong])
    for name, one in wrong.items():
        since = _since(store.outbox.begin(_WRONG + name, at=now), now)
        if now - since >= one.patience:
            key = f"{one.kind}:{name}:{since:%Y-%m-%dT%H:%M:%S}:{(now - since) // _DAY}"
            yield Notice(kind=one.kind, key=key, at=now, words=one.words)


_WRONG = "wrong "  # what the notes of conditions begin with


def _since(note: StandingNote, now: datetime) -> datetime:
    """Return since when it is so; a clock that was ahead counts from now."""
    return min(note.at, now)


def _sources(store: Store, settings: Settings, now: datetime) -> Iterator[_Condition]:
    configured = {source.name: source for source in settings.sources if source.enabled}
    for one in of_sources(settings, store, now=now):
        if one.source not in configured:
            continue
        if one.failed:
            name, patience = f"source {one.source} {one.outcome}", _PATIENCE.get(one.outcome)
            yield _Condition(name, "source", _failed(one), patience or timedelta(0))
        elif one.low:
            yield _Condition(f"source {one.source} low", "source", _low(one))
        after = silent_after(configured[one.source])
        if after and one.newest_at and now - one.newest_at >= after:
            yield _Condition(f"source {one.source} silent", "source", _silent(one, now))


def _failed(one: Health) -> Words:
    def words(spoken: PageLanguage) -> str:
        word = spoken.say(WORDS.get(one.outcome, one.outcome))
        return spoken.say("来源出了问题：%(name)s，%(word)s", name=masked(one.source), word=word)

    return words


def _low(one: Health) -> Words:
    def words(spoken: PageLanguage) -> str:
        return spoken.say(
            "帖子少得多：%(name)s，6 小时里 %(now)s 条，平常 %(usual)s 条",
            name=masked(one.source),
            now=one.volume.now,
            usual=f"{one.volume.usual:g}",
        )

    return words


def _silent(one: Health, now: datetime) -> Words:
    hours = int((now - (one.newest_at or now)) / timedelta(hours=1))

    def words(spoken: PageLanguage) -> str:
        return spoken.say(
            "来源没动静了：%(name)s，最新一帖是 %(hours)s 小时前的",
            name=masked(one.source),
            hours=hours,
        )

    return words


def _disks(settings: Settings) -> Iterator[_Condition]:
    for place, free in scarce(settings.store_path, settings.digest_folder, settings.backup_folder):

        def words(spoken: PageLanguage, free: int = free) -> str:
            return spoken.say("磁盘快满了：只剩 %(free)s MB", free=f"{free // 1_000_000:,}")

        yield _Condition(f"disk {place}", "disk", words)


def _desk(settings: Settings) -> Iterator[_Condition]:
    if settings.messages.watch_desk and not _answers(settings.desk.host, settings.desk.port):

        def words(spoken: PageLanguage) -> str:
            return spoken.say("回拨台没有应答")

        yield _Condition("desk", "desk", words, _RESTART)


def _answers(host: str, port: int) -> bool:
    """Tell whether a desk is there: whatever it says, it says something, with TLS or without."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)
    asking = http.client.HTTPConnection(host, port, timeout=_REACH)
    try:
        asking.connect()
        with suppress(http.client.BadStatusLine, ConnectionError):  # it wants TLS, so it is there
            asking.request("HEAD", "/")
            asking.getresponse()
        return True
    except OSError:
        return False
    finally:
        asking.close()
