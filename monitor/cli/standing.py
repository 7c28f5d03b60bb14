"""What an outcome typed in the terminal leads to: a case in, its next call and doubts out."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from monitor.calling.clashes import clashes
from monitor.calling.dispositions import dispositions
from monitor.calling.ladder import numbers_of
from monitor.calling.next_call import NextCall
from monitor.calling.standing import Standing, calling_order, standings
from monitor.calling.story import EARLY, Story, story
from monitor.cli.table_parts import at, hidden, kind_word, mark_word
from monitor.language import N_, PageLanguage, language
from monitor.settings import Settings
from monitor.store import Store
from monitor.supply.news import goods_news
from monitor.types import DIALLED, Callback, Case, KnownContact, Mark

_SWITCHBOARD = N_("%(time)s 查总机")
_WRITE = N_("%(time)s 发消息给 %(way)s")
ACTIONS = {
    "call": N_("%(time)s 拨 %(way)s"),
    "message": _WRITE,
    "wait": N_("%(time)s 以前先等着"),
    "switchboard": _SWITCHBOARD,
    "unreachable": _SWITCHBOARD,
    "lead": N_("组长来定，别人不再拨"),
    "never": N_("不再主动打电话，组长知道"),
    "ended": N_("没有了，这个求助已经办结"),
}
_MESSAGE_SENT = N_("消息发了，等对方回")
_PASSED_ON = N_("对方说该找这位")
_ROUND_OVER = N_("这一轮没人接")
REASONS = {
    ("call", "agreed"): N_("约好的时间"),
    ("call", "new"): N_("还没有人拨过"),
    ("call", "retry"): N_("前面没人接"),
    ("call", "busy"): N_("上次占线"),
    ("call", "new contact"): _PASSED_ON,
    ("call", "next contact"): N_("上一个号码不对，或者打不通了"),
    ("call", "after message"): _MESSAGE_SENT,
    ("call", "next round"): _ROUND_OVER,
    ("call", "received"): N_("物资送到了：到齐没有，合用吗，还缺什么"),
    ("call", "no news"): N_("物资还没消息：到了没有"),
    ("call", "substitute"): N_("只有别的可以给：换一种行不行"),
    ("call", "next need"): N_("物资快用完了：又缺什么"),
    ("message", "round over"): _ROUND_OVER,
    ("message", "no number"): N_("没有留电话"),
    ("message", "new contact"): _PASSED_ON,
    ("wait", "message sent"): _MESSAGE_SENT,
    ("wait", "barred until"): N_("在那以前谁都不能拨"),
    ("switchboard", "no contact"): N_("没有联系方式"),
    ("switchboard", "no way left"): N_("能试的联系方式都试过了"),
    ("unreachable", "rounds over"): N_("几轮都没人接"),
}


def in_calling_order(
    store: Store, settings: Settings, now: datetime, *, everything: bool = False
) -> list[Case]:
    """Return the open cases in the order in which to call at `now`; everything: closed ones too."""
    day = datetime.combine(now.astimezone(settings.zone).date(), time(), settings.zone)
    # What was closed today tells when its numbers were called.
    ids = store.cases.all_ids() if everything else store.cases.touched_since(day)
    cases = {case.id: case for case in store.cases.get(ids)}
    stands = standings([*cases.values()], settings, store.marks.standing(now), now)
    in_order = [cases[case_id] for case_id in calling_order(stands, now, settings)]
    return [case for case in in_order if everything or not case.closed]


def warnings_and_next_words(
    store: Store, settings: Settings, before: Case, outcome: Callback
) -> list[str]:
    """Return what to say of an outcome that was just noted: doubts first, then what is next.

    before: the case as it stood without it.
    """
    now = outcome.attempted_at
    [after] = store.cases.get([before.id])
    ids = {other for number in numbers_of(after) for other in store.history.cases_of(number)}
    others = store.cases.get(sorted(ids - {after.id}))
    marks = store.marks.standing(now)
    news = goods_news(store.supplies.lines([before.id]))
    [was, *_] = standings([before, *others], settings, marks, now, news)
    [stands, *_] = standings([after, *others], settings, marks, now, news)
    spoken = language(settings.language)
    doubts = _doubts(outcome, was, _mark_before(store, outcome), settings)
    warnings = [spoken.say("注意：%(words)s", words=doubt) for doubt in doubts]
    words = next_words(stands.proposal, now, settings.zone, spoken)
    if stands.back and not stands.story:
        time = _time(stands.back.at, now, settings.zone, spoken)
        reason = REASONS["call", stands.back.reason]
        words = [spoken.say("下一步：%(words)s", words=spoken.say("%(time)s 回访", time=time))]
        words = [spoken.say("%(words)s，%(why)s", words=words[0], why=spoken.say(reason))]
    return warnings + words


def next_words(
    proposal: NextCall, now: datetime, zone: ZoneInfo, spoken: PageLanguage
) -> list[str]:
    """Return what is next for a case, and the message on offer beside it; numbers are masked."""
    is_message = proposal.action in ("message", "unreachable") and proposal.contact is not None
    message = _WRITE if is_message else ACTIONS[proposal.action]
    words = spoken.say(
        message,
        way=_way(proposal.contact, spoken) if proposal.contact else "",
        time=_time(proposal.at, now, zone, spoken) if proposal.at else "",
    )
    told = spoken.say("下一步：%(words)s", words=words)
    if why := REASONS.get((proposal.action, proposal.reason)):
        told = spoken.say("%(words)s，%(why)s", words=told, why=spoken.say(why))
    lines = [told]
    if proposal.offer and not is_message:
        lines.append(
            spoken.say(
                "还可以 %(time)s 发消息给 %(way)s：上一轮没人接，还没发过消息",
                way=_way(proposal.offer.contact, spoken),
                time=_time(proposal.offer.at, now, zone, spoken),
            )
        )
    return lines


def _mark_before(store: Store, outcome: Callback) -> Mark | None:
    """Return the mark that stood against the contact tried before the outcome made its own."""
    own = store.marks.of_callback(outcome.id)
    earlier_mark = None
    for mark in store.marks.of([outcome.contact] if outcome.contact else []):
        if mark.mark == "lifted":
            earlier_mark = None
        elif mark not in own and (mark.until is None or mark.until > outcome.attempted_at):
            earlier_mark = mark
    return earlier_mark


def _doubts(
    outcome: Callback, before: Standing, mark: Mark | None, settings: Settings
) -> list[str]:
    """Return why an outcome may be one too many; it is kept all the same.

    before: the case as it stood without it. mark: the mark that stood against its contact.
    """
    case, zone, leads = before.case, settings.zone, settings.leads
    spoken = language(settings.language)
    facts = story(case.callbacks, before.rungs, outcome.attempted_at, leads)
    doubts = []
    if case.closed and not before.story:
        ending = next((c for c in case.callbacks[::-1] if _ends(c)), None)
        if not clashes(case) and not _ends(outcome):  # settling or correcting is no call too many
            since = spoken.say("（%(said)s）", said=_said(ending, zone, spoken)) if ending else ""
            doubts.append(
                spoken.say(
                    "求助 %(id)s 已经办结%(since)s；要重新打开：%(command)s",
                    id=case.id,
                    since=since,
                    command=f"distress case reopen {case.id}",
                )
            )
    elif facts.quiet and leads and outcome.agent not in leads:
        doubts.append(
            spoken.say(
                "求助 %(id)s 由组长处理，别人不再拨（%(said)s）",
                id=case.id,
                said=_said(facts.quiet.callback, zone, spoken),
            )
        )
    if mark:
        until = spoken.say("，到 %(time)s", time=at(mark.until, zone)) if mark.until else ""
        doubts.append(
            spoken.say(
                "%(way)s 先不要用：%(mark)s%(until)s，%(actor)s 记的",
                way=_way(mark.contact, spoken),
                mark=mark_word(mark, spoken),
                until=until,
                actor=mark.actor,
            )
        )
    return doubts + _too_soon(outcome, before, facts, settings)


def _too_soon(outcome: Callback, before: Standing, facts: Story, settings: Settings) -> list[str]:
    """Tell that a number rang again sooner than the rules have it; an agreed time is kept to."""
    contact, now = outcome.contact, outcome.attempted_at
    if dispositions()[outcome.disposition].number != "unanswered":
        return []
    if contact and contact.kind not in DIALLED:
        return []
    promised = facts.agreed.callback.call_again_at if facts.agreed else None
    if promised and promised - EARLY <= now:
        return []
    key = contact.key if contact else None
    since = facts.handed.place if facts.handed else -1
    times = [n.at for n in facts.counted if n.place > since or (key and n.key == key)]
    times += before.elsewhere.get(key, ()) if key else ()
    last = max((time for time in times if time <= now), default=None)
    gap = settings.calling.gap
    if last is None or now - last >= gap:
        return []
    minutes = (now - last) // timedelta(minutes=1)
    return [
        language(settings.language).say(
            "上一次拨是 %(minutes)s 分钟前（%(time)s）；设置里两次之间至少隔 %(gap)s 分钟："
            "[calling] gap",
            minutes=minutes,
            time=at(last, settings.zone),
            gap=gap // timedelta(minutes=1),
        )
    ]


def _ends(callback: Callback) -> bool:
    disposition = dispositions().get(callback.disposition)
    return disposition is not None and disposition.ends_case


def _said(callback: Callback, zone: ZoneInfo, spoken: PageLanguage) -> str:
    """Return when an outcome was noted, which and by whom."""
    disposition = dispositions().get(callback.disposition)
    name = spoken.of(disposition.zh, disposition.en) if disposition else callback.disposition
    return f"{at(callback.attempted_at, zone)}, {callback.agent}: {name}"


def _way(contact: KnownContact, spoken: PageLanguage) -> str:
    return f"{kind_word(contact.kind, spoken)} {hidden(contact)}"


def _time(moment: datetime, now: datetime, zone: ZoneInfo, spoken: PageLanguage) -> str:
    """Return a moment as people say it in `zone`: now, today 18:00, tomorrow 09:00, or its date."""
    if moment <= now:
        return spoken.say("现在")
    there = moment.astimezone(zone)
    days = (there.date() - now.astimezone(zone).date()).days
    day = {0: spoken.of("今天", "today"), 1: spoken.of("明天", "tomorrow")}
    return f"{day.get(days, f'{there:%Y-%m-%d}')} {there:%H:%M}"
