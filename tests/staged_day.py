"""A day as the line would leave it: invented cases of every state, for tests and pictures."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

from staged_clock import NOON

from classifiers.need import Contact, Evidence, Facility, Item, Place, Reading, Urgency
from monitor.callback import record
from monitor.settings import AgentSettings, DigestSettings, Settings, SourceSettings, StoreSettings
from monitor.store import Store
from monitor.types import Callback, ConfirmedItem, KnownContact
from spiders.base.post import Post

AGENT = "云落"
LEAD = "望舒"
NOW = NOON


def settings_in(folder: Path, *agents: str) -> Settings:
    """Return settings whose store and digest lie in `folder`."""
    return Settings(
        store=StoreSettings(path=folder / "distress.db"),
        digest=DigestSettings(folder=folder / "digest"),
        sources=(
            SourceSettings.model_validate({"name": "day", "spider": "archive", "path": "p.jsonl"}),
        ),
        agents=tuple(
            AgentSettings(name=name, lead=name == LEAD) for name in agents or (AGENT, LEAD)
        ),
    )


def reading_of(
    text: str,
    *,
    goods: Sequence[tuple[str, str | None, str | None]] = (),
    facility: str | None = None,
    numbers: Sequence[tuple[str, str]] = (),
    place: tuple[str, str, str] | None = None,
    urgent: tuple[str, str] | None = None,
    voice: str = "firsthand",
    score: float = 0.9,
) -> Reading:
    """Return a reading whose spans are where the given words stand in `text`."""

    def at(words: str) -> dict[str, Any]:
        start = text.index(words)
        return {"text": words, "start": start, "end": start + len(words)}

    return Reading(
        flagged=True,
        score=score,
        label="request",
        items=tuple(
            Item(
                **at(name),
                name=name,
                quantity=float(amount) if amount and amount.isdigit() else None,
                quantity_text=amount,
                unit=unit,
            )
            for name, amount, unit in goods
        ),
        facilities=(Facility(**at(facility)),) if facility else (),
        contacts=tuple(
            Contact(**at(words), kind=kind, value=words.replace(" ", "")) for kind, words in numbers
        ),
        places=(
            (Place(**at(place[0]), province=place[1] or None, city=place[2] or None),)
            if place
            else ()
        ),
        voice=voice,
        urgency=Urgency(**at(urgent[1]), level=urgent[0]) if urgent else None,
        evidence=tuple(
            Evidence(**at(words), role=role)
            for words, role in (("急需", "lacking"), ("求助", "asking"), ("告急", "lacking"))
            if words in text
        ),
    )


def add_need(
    store: Store, text: str, reading: Reading, *, hours_ago: float = 2, **post: Any
) -> int:
    """Write a post and its need and return the need's id."""
    count = store.posts.count()
    made = Post(
        source_id=f"p{count}",
        text=text,
        url=post.get("url", f"https://example.org/post/{count}"),
        author=post.get("author", "护士小禾"),
        posted_at=NOW - timedelta(hours=hours_ago),
    )
    store.posts.save("day", [made], run_id=None)
    [batch] = [posts for posts in store.posts.unread() if posts]
    store.posts.mark_read(batch[-1], reading, "test")
    need_id = store.needs.add(batch[-1], reading)
    if need_id is None:
        raise ValueError("the post has a need already")
    return need_id


def add_case(
    store: Store, text: str, reading: Reading, *, agent: str | None = AGENT, **post: Any
) -> int:
    """Write a post and open a case with its need, assigned to `agent`."""
    case_id = store.cases.open(add_need(store, text, reading, **post))
    if agent:
        store.cases.assign(case_id, agent, "test")
    return case_id


def call(
    store: Store,
    case_id: int,
    disposition: str,
    *,
    hours_ago: float = 1,
    agent: str = AGENT,
    note: str = "",
    again_in: float | None = None,
    items: Sequence[ConfirmedItem] = (),
    contact: tuple[str, str] | None = None,
    new_contact: tuple[str, str] | None = None,
    **told: Any,
) -> Callback:
    """Write a callback of a case; contacts are kind and value, told: other fields of a callback."""
    made = Callback(
        id=str(uuid.uuid5(uuid.NAMESPACE_OID, f"{case_id} {disposition} {hours_ago}")),
        case_id=case_id,
        agent=agent,
        disposition=disposition,
        attempted_at=NOW - timedelta(hours=hours_ago),
        note=note,
        call_again_at=NOW + timedelta(hours=again_in) if again_in is not None else None,
        items=tuple(items),
        contact=KnownContact(kind=contact[0], value=contact[1]) if contact else None,
        new_contact=KnownContact(kind=new_contact[0], value=new_contact[1])
        if new_contact
        else None,
        **told,
    )
    record(store, made, origin="test")
    return made


_GOODS: tuple[tuple[str, str | None, str | None], ...] = (
    ("N95口罩", "500", "个"),
    ("防护服", "200", "套"),
    ("护目镜", None, None),
    ("护手霜", "40", "支"),
    ("秋衣秋裤", "40", "套"),
    ("面膜", "若干", None),
    ("成人尿不湿", "10", "包"),
    ("方便粥", "30", "箱"),
    ("卫生巾", "60", "包"),
    ("电热毯", "12", "条"),
    ("医用酒精", "20", "桶"),
    ("橡皮筋", None, None),
)
_WARDS = ("ICU", "急诊科", "呼吸内科", "感染科", "儿科", "发热门诊", "支援医疗队", "手术室")
_TOWNS = (
    ("青禾县", "湖北", "晴川"),
    ("白鹭市", "湖北", "白鹭"),
    ("云溪区", "湖南", "云溪"),
    ("望江镇", "", ""),
)


def _ordinary(store: Store, number: int, *, agent: str | None = AGENT) -> int:
    """Write one of many cases that differ in all a page shows."""
    town = _TOWNS[number % len(_TOWNS)]
    facility = f"{town[0]}第{'一二三四五六'[number % 6]}人民医院{_WARDS[number % len(_WARDS)]}"
    goods = [_GOODS[(number + step * 5) % len(_GOODS)] for step in range(1 + number % 4)]
    goods = list(dict.fromkeys(goods))
    asked = "、".join(f"{name}{amount or ''}{unit or ''}" for name, amount, unit in goods)
    phone = f"1380013{8000 + number}"
    reach = f"联系李护士{phone}，谢谢大家" if number % 5 else "可以私信我，谢谢大家"
    urgent = [("critical", "只够一天"), None, ("high", "快用完了"), None, None, None][number % 6]
    pressing = f"现有的{urgent[1]}，" if urgent else ""
    text = (
        f"求助！{facility}急需{asked}，{pressing}{reach}。正规渠道都在排队，先发一点也好。#想办法#"
    )
    reading = reading_of(
        text,
        goods=goods,
        facility=facility,
        numbers=[("mobile", phone)] if number % 5 else [],
        place=town,
        urgent=urgent,
        voice="passed on" if number % 7 == 3 else "firsthand",
        score=0.6 + number % 30 / 100,
    )
    return add_case(store, text, reading, agent=agent, hours_ago=1 + number * 1.7)


def stage(store: Store, cases: int = 36) -> list[int]:
    """Fill the store with a day of cases and return their ids; the first is rich.

    With 14 or more, cases of every state are among them.
    """
    with store.write():  # one transaction, not one for each row
        return _day(store, cases)


def _day(store: Store, cases: int) -> list[int]:
    run = store.runs.start("crawl", "day")
    store.runs.progress(run, pages=3, new=cases, known=12, set_aside=0, newest_post_at=None)
    store.runs.end(run, "ok")
    text = (
        "我是支援医疗队的护士，在晴川市紫荆医院，急需护手霜40支、秋衣秋裤40套、面膜若干，手都裂了，"
        "库存只够一天。李护士 138 0013 8000，科室座机 027-85720000，微信 ziheng_8000。求助！"
    )
    reading = reading_of(
        text,
        goods=[("护手霜", "40", "支"), ("秋衣秋裤", "40", "套"), ("面膜", "若干", None)],
        facility="晴川市紫荆医院",
        numbers=[
            ("mobile", "138 0013 8000"),
            ("landline", "027-85720000"),
            ("wechat", "ziheng_8000"),
        ],
        place=("晴川市", "湖北", "晴川"),
        urgent=("critical", "只够一天"),
        score=0.97,
    )
    rich = add_case(store, text, reading, hours_ago=3)
    first_need = store.cases.get([rich])[0].needs[0].id
    for turn, reason in enumerate(("same text", "same contact", "same facility")):
        again = f"转发{turn}：晴川市紫荆医院急需护手霜60支、成人尿不湿20包，联系 138 0013 8000"
        relay = reading_of(
            again,
            goods=[("护手霜", "60", "支"), ("成人尿不湿", "20", "包")],
            facility="晴川市紫荆医院",
            numbers=[("mobile", "138 0013 8000")],
            voice="passed on",
            score=0.8 - turn / 100,
        )
        need = add_need(store, again, relay, hours_ago=2 - turn / 2, author="热心的邻居")
        store.cases.join(rich, need, reason=reason, matched_need_id=first_need)
    nurse, desk = ("mobile", "13800138000"), ("landline", "027-85720000")
    call(store, rich, "no_answer", hours_ago=25, contact=nurse)
    call(store, rich, "wrong_number", hours_ago=24.5, contact=desk)
    wechat = ("wechat", "ziheng_8000")
    call(store, rich, "message_sent", hours_ago=20, note="微信已通过，等清单截图", contact=wechat)
    made = [rich, *(_ordinary(store, number) for number in range(1, cases))]
    if cases > 13:
        _call_some(store, made)
    for number in range(60, 66):
        _ordinary(store, number, agent=None)
    for number in range(70, 82):
        _ordinary(store, number, agent="望舒")
    return made


def _call_some(store: Store, made: Sequence[int]) -> None:
    """Give cases of the day the callbacks that make every state."""
    number = {at: ("mobile", f"1380013{8000 + at}") for at in range(len(made))}
    call(store, made[1], "call_later", again_in=2.5, note="下夜班在睡，下午再打", contact=number[1])
    call(store, made[2], "call_later", again_in=-0.5, hours_ago=3, contact=number[2])
    call(store, made[3], "call_later", again_in=22, contact=number[3])
    for hours in (26, 22, 2):
        call(store, made[4], "no_answer", hours_ago=hours, contact=number[4])
    call(store, made[6], "busy", hours_ago=0.5, contact=number[6])
    call(store, made[7], "wrong_number", hours_ago=0.7, contact=number[7])
    general_office = ("mobile", "13800138222")
    call(
        store,
        made[8],
        "passed_on",
        hours_ago=0.8,
        note="转给总务科王老师",
        contact=number[8],
        new_contact=general_office,
    )
    hands = [ConfirmedItem(name="护手霜", quantity="40", unit="支")]
    call(store, made[9], "need_confirmed", hours_ago=1.2, items=hands, note="送到急诊西门")
    call(store, made[10], "already_supplied", hours_ago=1.4)
    call(store, made[11], "need_confirmed", hours_ago=1.1, items=hands, after_id="")
    call(store, made[11], "already_supplied", hours_ago=1.6, agent=LEAD, after_id="")
    call(store, made[12], "in_distress", hours_ago=5, note="说着说着哭了，已请组长接")
    call(store, made[13], "bereaved", hours_ago=2, contact=number[13])


def edit_post(store: Store, case_id: int, words: str) -> None:
    """Let the author add words to the first post of a case after it was read."""
    [case] = store.cases.get([case_id])
    post = case.needs[0].post
    edited = Post(
        source_id=post.source_id,
        text=f"{post.text}{words}",
        url=post.url,
        author=post.author,
        posted_at=post.posted_at,
    )
    store.posts.save(post.source, [edited], run_id=None)
