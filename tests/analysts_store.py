"""A fortnight of cases for analysts: facilities twice, merges, splits, goods that arrived."""

from __future__ import annotations

import random
import uuid
from datetime import UTC, datetime, timedelta
from pathlib import Path

from campaigns_begun import begun
from staged_day import AGENT, LEAD, reading_of

from classifiers.need import Place, Reading
from monitor import callback, merge, supply
from monitor.intake import campaigns
from monitor.settings import Settings
from monitor.store import Store, times
from monitor.types import Callback, ConfirmedItem, KnownContact
from spiders.base.post import Post

BEGAN = datetime(2020, 2, 9, 15, 20, tzinfo=UTC)  # 23:20 in Wuhan, so that days differ from UTC's
PLACES = (
    ("随州市曾都区", "湖北省", "随州市", "曾都区", "421303"),
    ("宜昌", "湖北省", "宜昌市", None, "420500"),
    ("孝感大悟县", "湖北省", "孝感市", "大悟县", "420922"),
    ("北京朝阳区", "北京市", "北京市", "朝阳区", "110105"),
    ("湖北", "湖北省", None, None, "420000"),
    None,
)
FACILITIES = ("橘洲医院", "宜昌橘洲医院", "紫荆县人民医院", "白鹭第四医院", "人民医院", None)
GOODS = (
    ("N95口罩", "500", "只"),
    ("N95口罩", "80", "只"),
    ("防护服", "200", "套"),
    ("护手霜", None, None),
    ("电热毯", "12", "条"),
)
DISPOSITIONS = (
    "no_answer", "busy", "message_sent", "wrong_number", "call_later", "no_need", "need_confirmed",
    "need_confirmed", "already_supplied", "do_not_call", "bereaved",
)  # fmt: skip
LISTED = ("no_answer", "no_answer", "no_answer", "busy", "message_sent", "call_later",
          "notice_given")  # fmt: skip
SOURCES = ("weibo", "feed", "list")
NUMBER = "13800138777"


def fill(store: Store, seed: int = 1, cases: int = 40) -> None:
    """Walk a fortnight of the line by chance, the same for each seed."""
    dice = random.Random(seed)
    made: list[int] = []
    for source in SOURCES:
        with times.at(BEGAN):
            store.runs.end(store.runs.start("crawl", source), dice.choice(["ok", "blocked"]))
    for number in range(cases):
        at = BEGAN + timedelta(minutes=dice.randrange(14 * 24 * 60))
        with times.at(at):
            made.append(store.cases.open(_need(store, dice, number)))
            store.cases.assign(made[-1], dice.choice([AGENT, LEAD]), "test")
            for again in range(dice.choice([0, 0, 1, 3])):
                store.cases.join(
                    made[-1],
                    _need(store, dice, f"{number}-{again}"),
                    reason="same text",
                    matched_need_id=None,
                )
        for _ in range(dice.choice([0, 1, 1, 2, 4])):
            at += timedelta(minutes=dice.randrange(1, 2000))
            with times.at(at):
                _call(store, dice, made[-1], at)
    _upheavals(store, dice, made)


def call_list(store: Store, folder: Path, seed: int = 24) -> None:
    """Call a list in rounds, by chance, after the fortnight; a second one is ended at once."""
    dice = random.Random(seed)
    settings = Settings.model_validate({"agents": [{"name": AGENT, "quota": 9}]})
    at = BEGAN + timedelta(days=20, hours=11)
    with times.at(at):
        campaign = begun(store, settings, folder)
    for _ in range(5):
        at += timedelta(hours=5)
        with times.at(at):
            campaigns.walk(store, settings, now=at)
            for person in store.campaigns.people(campaign.id):
                if person.agent and person.case_id and dice.random() < 0.5:
                    disposition = dice.choice(LISTED)
                    _note(store, person.case_id, disposition, at, person.contacts[0])
    with times.at(at):
        screened = campaigns.screen(store, folder / "contacts.csv", settings)
        campaigns.begin(
            store, "白鹭", screened, settings, file="b.csv", actor=LEAD, purpose="问平安"
        )
        campaigns.change(store, "白鹭", "ended", actor=LEAD)


def _note(
    store: Store, case_id: int, disposition: str, at: datetime, contact: KnownContact
) -> None:
    made = Callback(
        id=f"{case_id}-{at:%d%H}",
        case_id=case_id,
        agent=AGENT,
        disposition=disposition,
        attempted_at=at,
        contact=contact,
    )
    callback.record(store, made, origin="test")


def _upheavals(store: Store, dice: random.Random, made: list[int]) -> None:
    """Merge, split, reopen and withdraw some cases, and send goods on their way."""
    with times.at(BEGAN + timedelta(days=15)):
        one, other, third, fourth, *_ = dice.sample(made, len(made))
        kept, put = store.cases.get([one, other])
        merge.merge_cases(store, kept, put, actor=LEAD)
        many = next(c for c in store.cases.get(store.cases.all_ids()) if len(c.needs) > 1)
        merge.split_case(store, many, [many.needs[-1].id])
        store.cases.reopen(third, actor=LEAD, reason="说的是另一家")
        for need in store.cases.get([fourth])[0].needs:
            store.cases.leave(fourth, need.id)
            store.needs.withdraw(need.id)
    with times.at(BEGAN + timedelta(days=16)):
        supply.open_lines(store)
        for line in store.supplies.lines():
            for status in ("committed", "in transit", "received")[: dice.randrange(4)]:
                at = BEGAN + timedelta(days=16, minutes=dice.randrange(9000))
                with times.at(at):
                    supply.step(store, line.id, status, amount="5", anyway=True)
            if dice.random() < 0.2:
                store.supplies.step(line.id, "undone")
        supply.open_lines(store)


def _need(store: Store, dice: random.Random, number: object) -> int:
    place, facility = dice.choice(PLACES), dice.choice(FACILITIES)
    goods = list({name: (name, a, u) for name, a, u in dice.choices(GOODS, k=3)}.values())
    words = "、".join(f"{name}{amount or ''}{unit or ''}" for name, amount, unit in goods)
    text = (
        f"{dice.choice(['求助！', ''])}{place[0] if place else ''}{facility or ''}"
        f"{dice.choice(['急需', '要'])}{words}，联系{NUMBER}，第{number}封"
    )
    reading = reading_of(
        text,
        goods=goods,
        facility=facility,
        numbers=[("mobile", NUMBER)],
        urgent=dice.choice([None, ("high", words), ("critical", words)]),
    )
    if place:
        reading = _with_place(reading, place)
    at = times.now() - timedelta(minutes=dice.randrange(600))
    post = Post(
        source_id=str(number),
        text=text,
        author=dice.choice(["护士小禾", "邻居", None]),
        posted_at=dice.choice([at, None]),
    )
    source = dice.choice(SOURCES)
    store.posts.save(source, [post], run_id=None)
    [batch] = [posts for posts in store.posts.unread() if posts]
    store.posts.mark_read(batch[-1], reading, "test")
    need_id = store.needs.add(batch[-1], reading)
    assert need_id is not None
    return need_id


def _with_place(reading: Reading, place: tuple[str, str, str | None, str | None, str]) -> Reading:
    from dataclasses import replace

    words, province, city, county, code = place
    span = Place(text=words, start=0, end=0, province=province, city=city, county=county, code=code)
    return replace(reading, places=(span,))


def _call(store: Store, dice: random.Random, case_id: int, at: datetime) -> None:
    disposition = dice.choice(DISPOSITIONS)
    items = [
        ConfirmedItem(name=name, quantity=amount, unit=unit)
        for name, amount, unit in dice.sample(GOODS, 2)
    ]
    made = Callback(
        id=str(uuid.UUID(int=dice.getrandbits(128))),
        case_id=case_id,
        agent=dice.choice([AGENT, LEAD]),
        disposition=disposition,
        attempted_at=at + timedelta(minutes=dice.choice([0, 0, -30, 40])),  # clocks run ahead, too
        note=f"打了{NUMBER}",
        call_again_at=at + timedelta(hours=3) if disposition == "call_later" else None,
        items=tuple(items) if disposition == "need_confirmed" else (),
        contact=KnownContact(kind="mobile", value=NUMBER),
    )
    callback.record(store, made, origin="test")
