"""Walk agents through real pages and ask page and line the same: seeds in, differences out.

A walk is one or two cases that share numbers, and two to eight outcomes noted for them on agents'
pages in a real browser, by the events of the form. The saved files are imported, and what each
page proposes must be what the line proposes. A batch is many walks at once, on the same pages.
"""

from __future__ import annotations

import json
import random
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from agent_page import AgentPage
from staged_day import AGENT, LEAD, reading_of

from monitor import digest, supply
from monitor.callback import import_outcomes
from monitor.calling.next_call import NextCall
from monitor.calling.standing import standings
from monitor.settings import AgentSettings, CallingSettings, Settings, StoreSettings
from monitor.store import Store
from monitor.supply.news import goods_news
from monitor.supply.progress import progress
from monitor.types import KnownContact
from spiders.base.post import Post

TICKS = 5  # moments of a round at which outcomes are noted
DESK = ZoneInfo("Asia/Shanghai")
DRIVER = (Path(__file__).parent / "walks.js").read_text(encoding="utf-8")
# A fault is no part of the script that the page's policy allows; what is not seen is not painted.
_CONTEXT = {"bypass_csp": True, "viewport": {"width": 900, "height": 60}}
_ASK = "() => globalThis.distressPage.proposals()"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_NUMERALS = str.maketrans("0123456789", "〇一二三四五六七八九")
# How one contact is typed: {n} the plain number or id, {a} {b} {c} its parts as they are spoken.
SPELLINGS = {
    "mobile": (
        "{n}",
        "{a} {b} {c}",
        "{a}-{b}-{c}",
        "{a}.{b}.{c}",
        "+86 {n}",
        "+86-{a}-{b}-{c}",
        "0086{n}",
        "86{n}",
        "{full}",
        "{numerals}",
        "李护士{n}",
        "{n}李护士",
        "李护士 {a} {b} {c}",
        "电话：{n}",
        "{n}（微信同号）",
        "微信同号{n}",
        "手机 {full}",
    ),
    "landline": (
        "{n}",
        "{a}{b}{c}",
        "({a}){b}{c}",
        "{a} {b} {c}",
        "{a}.{b}{c}",
        "+86 27 {b}{c}",
        "+86 (0)27-{b}{c}",
        "0086 {a} {b}{c}",
        "{full}",
        "总机{n}",
        "{n}总机",
    ),
    "extension": ("{a}-{b}{c}-8001", "{a}-{b}{c}转8001", "{a}{b}{c} 转 8001", "{a}-{b}{c}*8001"),
    "service": ("{n}", "{a}{b}{c}", "{a} {b} {c}", "客服{n}"),
    "wechat": (
        "{n}",
        "{upper}",
        " {n} ",
        "微信{n}",
        "微信{upper}",
        "微信号：{n}",
        "wx: {n}",
        "wx: {upper}",
        "李护士微信{n}",
    ),
    "qq": ("QQ{n}", "qq {n}", "QQ：{n}"),
    "email": ("{n}", "{upper}", "邮箱{n}"),
}
_MOVES = (2, 7, 15, 35, 70, 125, 200, 330, 600, 900, 1500, 2900, 6000)  # minutes
_BESIDE = (-45, -25, -15, -5, 0, 5, 15, 25, 45)  # minutes from an agreed time to a call
_LATER = (timedelta(minutes=95), timedelta(hours=21), timedelta(days=4))
_RULES: tuple[dict[str, Any], ...] = (
    {},
    {"daily": 2},
    {"daily": 1, "round": 2},
    {"gap": "5h", "round": 2, "rounds": 2},
    {"round": 5, "borders": []},
    {"after_message": "3h", "round": 2, "rounds": 4},
    {"after_goods": "1h", "no_news": "1d"},
)
_HOW = {
    "no_answer": 8,
    "busy": 3,
    "message_sent": 4,
    "call_later": 4,
    "passed_on": 6,
    "wrong_number": 2,
    "number_dead": 2,
    "do_not_call": 4,
    "in_distress": 2,
    "bereaved": 2,
    "need_confirmed": 3,
    "called_back": 1,
    "no_need": 1,
    "already_supplied": 1,
    "declined": 1,
}


# What the people of a walk are like, by how much likelier that makes some outcomes; and whether
# their cases have one contact each, so that all hangs on it.
_MOODS: tuple[tuple[dict[str, int], bool], ...] = (
    ({}, False),
    ({"no_answer": 8, "busy": 8, "message_sent": 2}, False),
    ({"no_answer": 8, "busy": 4, "message_sent": 6}, True),
    ({"do_not_call": 6, "wrong_number": 3, "number_dead": 3}, True),
    ({"call_later": 8, "no_answer": 3, "passed_on": 2}, False),
    ({"in_distress": 5, "bereaved": 5, "passed_on": 3, "call_later": 3}, False),
    ({"message_sent": 6, "passed_on": 3}, True),
    ({"do_not_call": 4, "wrong_number": 6, "number_dead": 3}, True),
)
# How often each way of a walk is heard of: ids are fewer than numbers, and written in two cases.
_HEARD = (1, 1, 1, 1, 1, 1, 3, 1, 2)


@dataclass(frozen=True)
class Way:
    """A contact, and how an agent who hears of it may type it."""

    kind: str
    value: str

    def typed(self, rng: random.Random) -> tuple[str, str]:
        """Return one way to type it, and the spelling by which it came about."""
        parts = re.fullmatch(r"(\d{3})-?(\d{4})-?(\d{4})", self.value)
        a, b, c = parts.groups() if parts else ("", "", "")
        kind = self.kind
        if kind == "landline":
            kind = "service" if self.value.startswith("400") else rng.choice([kind, "extension"])
        spelling = rng.choice(SPELLINGS[kind])
        words = spelling.format(
            n=self.value,
            upper=self.value.upper(),
            a=a,
            b=b,
            c=c,
            full=self.value.translate(_FULL_WIDTH),
            numerals=self.value.translate(_NUMERALS),
        )
        return words, f"{kind} {spelling}"


@dataclass
class Walk:
    """One or two cases that share numbers, and what is noted for them.

    mood: how much likelier outcomes are. alone: whether its cases have one contact each.
    shared: the contact that most of its cases have.
    notes: what agents noted so far, in words, for whoever has to find a difference.
    """

    number: int
    rng: random.Random
    ways: tuple[Way, ...]
    mood: Mapping[str, int]
    alone: bool
    shared: Way
    cases: list[int] = field(default_factory=list)
    ticks: tuple[int, ...] = ()
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Difference:
    """Where page and line disagree: of which walk, what was noted, and both answers."""

    walk: int
    where: str
    notes: tuple[str, ...]
    page: Mapping[str, Any]
    line: Mapping[str, Any]

    def __str__(self) -> str:
        apart = {
            part: (value, self.line.get(part))
            for part, value in self.page.items()
            if value != self.line.get(part)
        }
        notes = "".join(f"\n    {note}" for note in self.notes)
        return f"walk {self.walk}, {self.where}: page and line say {apart}, after{notes}"


def walk_batch(
    browser: Any, folder: Path, number: int, *, size: int, fault: Fault | None = None
) -> tuple[list[Difference], Counter[str]]:
    """Walk the batch of a number; return the differences, and how often what was walked.

    size: how many walks a batch has; the more, the less each costs, up to some hundreds.
    fault: what to put into the page's script; the batch ends where it is found.
    """
    batch = _Batch(browser, folder, number, size, fault)
    with Store(folder / "distress.db") as store:
        batch.walk(store)
    return batch.differences, batch.counts


@dataclass(frozen=True)
class Fault:
    """A mistake to make in the page's script: words of it, and what stands there instead."""

    name: str
    words: str
    instead: str

    def put_into(self, page: str) -> str:
        """Return the page with the mistake; raises ValueError where the words are not there."""
        if self.words not in page:
            raise ValueError(f"the page has no {self.words!r} to put the fault {self.name!r} into")
        return page.replace(self.words, self.instead)


class _Batch:
    """Walks on the same pages at the same times."""

    def __init__(
        self, browser: Any, folder: Path, number: int, size: int, fault: Fault | None
    ) -> None:
        self._browser, self._folder, self._fault = browser, folder, fault
        self.differences: list[Difference] = []
        self.counts: Counter[str] = Counter()
        rng = random.Random(f"batch {number}")
        # In the past of any clock, so that no outcome comes in before it happens; some of it when
        # clocks in Europe and America are put forward.
        begin = datetime(
            2025, rng.choice([2, 3]), rng.randint(1, 28), rng.randrange(24), tzinfo=UTC
        )
        leads = rng.random() < 0.8
        self._settings = Settings(
            store=StoreSettings(path=folder / "distress.db"),
            agents=(AgentSettings(name=AGENT), AgentSettings(name=LEAD, lead=leads)),
            calling=CallingSettings(**rng.choice(_RULES)),
        )
        times = [begin]
        agents = rng.choice([(AGENT, LEAD), (LEAD, AGENT), (LEAD, AGENT), (AGENT, AGENT)])
        for _ in range(TICKS * len(agents)):
            times.append(times[-1] + timedelta(minutes=rng.choice(_MOVES)))
        self._times = times[1:]
        self._rounds = [
            (agent, range(at * TICKS, (at + 1) * TICKS)) for at, agent in enumerate(agents)
        ]
        self._now = begin
        self._walks = [self._new_walk(number * size + slot, slot) for slot in range(size)]
        self._walk_of: dict[int, Walk] = {}
        self._pages: dict[str, AgentPage] = {}

    def _new_walk(self, number: int, slot: int) -> Walk:
        rng = random.Random(f"walk {number}")
        ways = (
            *(Way("mobile", f"1380013{slot * 4 + at:04d}") for at in range(4)),
            Way("landline", f"027-5550{slot:04d}"),
            Way("landline", f"400-555{slot // 10:01d}-{slot:04d}"),
            Way("wechat", f"ward_{slot:04d}"),
            Way("qq", f"5550{slot:04d}"),
            Way("email", f"ward{slot:04d}@example.org"),
        )
        count = rng.randint(2, min(8, len(self._times)))
        ticks = tuple(sorted(rng.sample(range(len(self._times)), count)))
        mood, alone = rng.choice(_MOODS)
        [shared] = rng.choices(ways[:7], _HEARD[:7])
        return Walk(
            number=number,
            rng=rng,
            ways=ways,
            ticks=ticks,
            mood=mood,
            alone=alone,
            shared=shared,
        )

    def walk(self, store: Store) -> None:
        """Stage the cases, let agents work round by round, and compare after each."""
        with store.write():
            for walk in self._walks:
                self._stage(store, walk)
        try:
            before = None
            for agent, ticks in self._rounds:
                page = self._begin(store, agent, self._times[ticks[0]])
                self._compare(store, page, "fresh page")
                old = self._pages.get(before) if before not in (None, agent) else None
                apart = self._work(page, old, ticks)
                for saved in filter(None, [page, old]):
                    self._hand_in(store, saved)
                self._compare(store, page, "own page", apart)
                if self._fault and self.differences:
                    return
                before = agent
            for later in _LATER:
                self._turn(self._now + later)
                self._compare(store, page, f"own page {later} later", apart)
            self._compare(store, self._begin(store, agent, self._now), "last page")
        finally:
            for opened in self._pages.values():
                opened.close()
        for opened in self._pages.values():
            if opened.troubles:
                raise ValueError(f"the page has troubles: {opened.troubles[:3]}")

    def _stage(self, store: Store, walk: Walk) -> None:
        rng = walk.rng
        foreign = Way("mobile", f"+39 06 5550 {walk.number % 10_000:04d}")
        for _ in range(rng.randint(1, 2)):
            number = len(self._walk_of) + 1
            more = 0 if walk.alone else rng.randint(0, 3)
            others = [*walk.ways[:7], *[foreign] * (rng.random() < 0.3)]
            ways = rng.sample(others, more)
            if (walk.alone or rng.random() < 0.85) and walk.shared not in ways:
                ways.append(walk.shared)
            place = rng.choice(
                [None, None, ("乌鲁木齐", "新疆", "乌鲁木齐"), ("晴川", "湖北", "晴川")]
            )
            text = f"病区{number:04d}急需护手霜40支，{place[0] if place else ''} " + " ".join(
                w.value for w in ways
            )
            reading = reading_of(
                text,
                goods=[("护手霜", "40", "支")],
                numbers=[(way.kind, way.value) for way in ways],
                place=place,
                voice=rng.choice(["firsthand", "passed on"]),
            )
            url = f"https://example.org/post/{number}" if rng.random() < 0.5 else None
            post = Post(
                source_id=f"p{number}", text=text, url=url, author="小禾", posted_at=self._now
            )
            store.posts.save("walks", [post], run_id=None)
            [kept] = [kept for batch in store.posts.unread() for kept in batch]
            store.posts.mark_read(kept, reading, "test")
            need = store.needs.add(kept, reading)
            if need is None:
                raise ValueError("the post has a need already")
            case_id = store.cases.open(need)
            walk.cases.append(case_id)
            self._walk_of[case_id] = walk

    def _begin(self, store: Store, agent: str, first: datetime) -> AgentPage:
        """Reopen and hand over cases, let goods come, write the pages and open the agent's."""
        self._turn(max(self._now, first - timedelta(minutes=1)))
        with store.write():
            self._send_goods(store)
            for case in store.cases.get(sorted(self._walk_of)):
                walk = self._walk_of[case.id]
                if case.closed and walk.rng.random() < 0.5:
                    store.cases.reopen(case.id, actor=LEAD, reason="closed by mistake")
                    walk.notes.append(f"case {case.id} reopened")
                    self.counts["reopened"] += 1
                store.cases.assign(case.id, agent, "test")
        day = digest.day.read_day(store, self._settings, now=self._now)
        page = str(digest.agent_page.agent_page(day, agent))
        file = self._folder / f"{agent}.html"
        file.write_text(self._fault.put_into(page) if self._fault else page, encoding="utf-8")
        if agent in self._pages:
            self._pages[agent].page.goto("about:blank")
            self._pages[agent].page.goto(file.as_uri())
        else:
            self._pages[agent] = AgentPage(self._browser, file, self._now, **_CONTEXT)
        return self._pages[agent]

    def _send_goods(self, store: Store) -> None:
        """Open supply lines, and let some of the goods come at some time since."""
        supply.open_lines(store)
        for line in store.supplies.lines():
            walk = self._walk_of[line.case_id]
            if progress(line).is_open and walk.rng.random() < 0.6:
                came_at = self._now - timedelta(minutes=walk.rng.randrange(300))
                supply.step(store, line.id, "received", amount="20", anyway=True, now=came_at)
                walk.notes.append(f"{came_at:%m-%d %H:%M} goods of case {line.case_id} came")
                self.counts["goods came"] += 1

    def _turn(self, to: datetime) -> None:
        """Turn every page's clock."""
        passed = to - self._now
        self._now = to
        for opened in self._pages.values():
            if passed:
                opened.pass_time(milliseconds=passed / timedelta(milliseconds=1))

    def _work(self, page: AgentPage, old: AgentPage | None, ticks: Sequence[int]) -> set[int]:
        """Let agents note what is due at the ticks; return the walks noted for on an old page."""
        apart = set()
        for tick in ticks:
            self._turn(self._times[tick])
            todo: dict[AgentPage, list[tuple[Walk, dict[str, Any]]]] = {page: []}
            for walk in self._walks:
                if tick not in walk.ticks:
                    continue
                on = page
                if old and walk.rng.random() < 0.3:
                    on = old
                    apart.add(walk.number)
                    self.counts["tried on an old page"] += 1
                todo.setdefault(on, []).append((walk, self._action(walk, tick)))
            for on, actions in todo.items():
                self._note(on, actions)
        return apart

    def _note(self, page: AgentPage, todo: Sequence[tuple[Walk, dict[str, Any]]]) -> None:
        answers = page.page.evaluate(DRIVER, [action for _, action in todo])
        for (walk, action), answer in zip(todo, answers, strict=True):
            kept = "noted" if answer["noted"] else f"not taken ({answer['said']})"
            words = {k: v for k, v in action.items() if v not in ("", None, False)}
            walk.notes.append(f"{self._now:%m-%d %H:%M} {page.path.stem} {words}: {kept}")
            if not answer["noted"]:
                self.counts[f"not taken: {answer['said']}"] += 1
                continue
            self.counts["noted"] += 1
            self.counts[f"noted {action['how']}"] += 1
            self.counts[f"noted of {answer['about']}"] += 1
            for part in ("undone", "again", "until"):
                self.counts[part] += bool(action[part])

    def _action(self, walk: Walk, tick: int) -> dict[str, Any]:
        """Return what is noted next in a walk, as walks.js takes it."""
        rng = walk.rng
        weights = [weight * walk.mood.get(how, 1) for how, weight in _HOW.items()]
        how = rng.choices(list(_HOW), weights)[0]
        about = rng.choices(["proposed", "rung", "typed", "none"], [9, 6, 4, 2])[0]
        case_id = rng.choice(walk.cases)
        action: dict[str, Any] = {
            "case": case_id,
            "words": f"病区{case_id:04d}",
            "how": how,
            "rung": rng.randrange(6) if about == "rung" else None,
            "typed": self._typed(walk) if about == "typed" else "" if about == "none" else None,
            "again": "",
            "until": "",
            "named": "",
            "person": "",
            "note": "",
            "ticks": how == "need_confirmed",
            "arrived": how == "called_back",
            "next": "",
            "undone": rng.random() < 0.08,
        }
        if how == "call_later" or (how in ("no_answer", "passed_on") and rng.random() < 0.1):
            at = rng.choice(self._times[tick:]) + timedelta(minutes=rng.choice(_BESIDE))
            at = (
                at if at > self._now else self._now + timedelta(minutes=rng.choice([20, 300, 1500]))
            )
            action["again"] = f"{at.astimezone(DESK):%Y-%m-%dT%H:%M}"
        if how in ("need_confirmed", "called_back") and rng.random() < 0.5:
            day = self._now + timedelta(days=rng.randint(1, 4))
            action["next"] = f"{day.astimezone(DESK):%Y-%m-%d}"
        if how == "passed_on":
            action["named"] = self._typed(walk)
            action["person"] = rng.choice(["", "李护士长"])
        if how == "do_not_call":
            action["note"] = "请不要再打"
            if rng.random() < 0.7:
                until = self._now + timedelta(days=rng.randrange(4))
                action["until"] = f"{until.astimezone(DESK):%Y-%m-%d}"
        return action

    def _typed(self, walk: Walk) -> str:
        others = walk.rng.choices(walk.ways, _HEARD)
        way = walk.shared if walk.rng.random() < 0.4 else others[0]
        words, spelling = way.typed(walk.rng)
        self.counts[f"typed {spelling}"] += 1
        return words

    def _hand_in(self, store: Store, page: AgentPage) -> None:
        """Save the outcomes file and import it; what is refused is a difference."""
        if page.page.is_disabled("#save"):
            return
        file = page.save_file(self._folder)
        outcomes = json.loads(file.read_text(encoding="utf-8"))["outcomes"]
        for refusal in import_outcomes(store, [file]).refused:
            outcome = outcomes[int(refusal.entry.split()[-1]) - 1]
            self._differ(outcome["case"], "import", {"taken": True}, {"taken": refusal.reason})

    def _compare(
        self,
        store: Store,
        page: AgentPage,
        where: str,
        apart: set[int] | frozenset[int] = frozenset(),
    ) -> None:
        """Ask both for every case of the page; apart: walks of which it knows too little."""
        line = dict(self._line(store))
        for answer in page.page.evaluate(_ASK):
            case_id = answer["case"]
            if self._walk_of[case_id].number in apart:
                continue
            told, expected = _of_page(answer), line[case_id]
            self.counts["compared"] += 1
            self.counts[f"proposed {expected['action']}: {expected['reason']}"] += 1
            if told != expected:
                self._differ(case_id, f"{where} at {self._now:%m-%d %H:%M}", told, expected)

    def _line(self, store: Store) -> Iterator[tuple[int, dict[str, Any]]]:
        cases = store.cases.get(store.cases.all_ids())
        marks = store.marks.standing(self._now)
        news = goods_news(store.supplies.lines())
        for standing in standings(cases, self._settings, marks, self._now, news):
            yield standing.case.id, _of_line(standing.proposal)

    def _differ(
        self, case_id: int, where: str, page: Mapping[str, Any], line: Mapping[str, Any]
    ) -> None:
        walk = self._walk_of[case_id]
        notes = tuple(walk.notes)
        self.differences.append(
            Difference(walk.number, f"case {case_id}, {where}", notes, page, line)
        )


def _of_page(answer: Mapping[str, Any]) -> dict[str, Any]:
    offer = answer["offer"]
    return {
        **{part: answer[part] for part in ("action", "reason", "round", "unanswered", "back")},
        "at": _moment(answer["at"]),
        "agreed_at": _moment(answer["agreed_at"]),
        "contact": _key(answer["contact"]),
        "offer": offer and (_key(offer["contact"]), _moment(offer["at"])),
    }


def _of_line(proposal: NextCall) -> dict[str, Any]:
    offer = proposal.offer
    return {
        "action": proposal.action,
        "reason": proposal.reason,
        "round": proposal.round,
        "unanswered": proposal.unanswered,
        "back": proposal.back,
        "at": proposal.at,
        "agreed_at": proposal.agreed_at,
        "contact": proposal.contact and proposal.contact.key,
        "offer": offer and (offer.contact.key, offer.at),
    }


def _key(contact: Mapping[str, str] | None) -> tuple[str, str] | None:
    return contact and KnownContact(kind=contact["kind"], value=contact["value"]).key


def _moment(at: float | str | None) -> datetime | None:
    """Return the moment of milliseconds, or of an ISO time."""
    if isinstance(at, str):
        return datetime.fromisoformat(at)
    return None if at is None else datetime.fromtimestamp(at / 1000, UTC)
