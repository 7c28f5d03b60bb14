"""The world around a simulated desk: posts that are served, services that fail, a group that hears.

All of it comes from a seed. Whatever a post is found by later (ward, number, author) is in no other
plea, so that a count tells whether something was lost or came twice.
"""

from __future__ import annotations

import random
import re
from bisect import insort
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from receivers import SECRET, DingTalk, receiving
from replay import Replay, replaying
from replayed import TOLD
from served import Served

# Seven services; the last one's second source has posts of its own.
MOUNTS = (*sorted(TOLD), "feed~second")
SHOWN = timedelta(days=3)  # so long services show a post
PRESSING = "库存只够一天"
_WAYS = ("403", "429", "500", "closed", "html", "not-json", "cut")
_FIRST = "紫梧红白青碧金银翠丹素云星霜松竹兰梅桂枫柳桃杏荷菊莲棠榆槐椿"
_SECOND = "桐荆枫泉溪岭原川湖潭岸洲峰谷林园台阁桥渡塘湾坡井庄寨关亭屏渚"
# Places that there are; a ward of theirs would be read otherwise.
_PLACES = frozenset(
    {"兰溪", "金川", "桂林", "金寨", "松溪", "金湖", "红原", "青川", "银川", "金溪", "松原", "竹溪"}
    | {"桃园", "榆林", "丹寨", "云林"}
)
_TOWNS = ("青禾县", "白鹭市", "云溪区", "望江镇", "晴川市")
_WARDS = ("ICU", "急诊科", "儿科", "呼吸内科", "感染科", "手术室")
_GOODS = ("N95口罩{n}只", "防护服{n}套", "护目镜{n}副", "护手霜{n}支", "医用酒精{n}桶")
_NOISE = (
    "今天终于出太阳了，口罩摘下来走走，第{n}次路过这条街",
    "口罩厂的朋友说订单排到下个月了，第{n}单",
    "戴着口罩跑了{n}公里，鞋子该换了",
    "公司发了口罩和电影票，抽奖抽中第{n}号",
)


@dataclass(frozen=True)
class Plea:
    """A plea as it was served first."""

    ward: str
    number: str
    author: str
    mount: str
    post_id: str
    at: datetime
    pressing: bool


@dataclass
class World:
    """What happens outside, up to its end.

    posts: of each mount, oldest first. pleas: by the ward that is in no other one.
    spells: from when to when which mounts fail, and how.
    """

    posts: dict[str, list[Served]]
    pleas: dict[str, Plea]
    spells: list[tuple[datetime, datetime, dict[str, str]]]
    replay: Replay = field(default_factory=lambda: Replay(""))
    group: Group = field(default_factory=lambda: Group(secret=SECRET))

    def show(self, at: datetime) -> None:
        """Serve what there is at a moment, newest first, failing where it does then."""
        for mount, posts in self.posts.items():
            self.replay.posts[mount] = [
                post for post in reversed(posts) if at - SHOWN < post.posted_at <= at
            ]
        failing = [ways for since, until, ways in self.spells if since <= at < until]
        self.replay.failing = failing[0] if failing else {}

    def again(self, plea: Plea, at: datetime) -> None:
        """Let the author of a plea write once more, later."""
        post_id = str(9_000_000 + sum(map(len, self.posts.values())))
        text = f"{plea.ward}还是缺口罩50只，电话{plea.number}，我是{plea.author} #口罩#"
        post = Served(post_id, text, plea.author, at)
        insort(self.posts[plea.mount], post, key=lambda one: one.posted_at)

    def due(self, at: datetime, but: Sequence[tuple[Plea, str]]) -> dict[str, set[str]]:
        """Return the ids of all posts that were served up to a moment, by mount.

        but: who was forgotten, by which kind of name; posts of or with them are left out.
        """
        return {
            mount: {
                post.id
                for post in posts
                if post.posted_at <= at and not any(_is_about(post, *one) for one in but)
            }
            for mount, posts in self.posts.items()
        }


def _is_about(post: Served, plea: Plea, kind: str) -> bool:
    name = plea.author if kind == "author" else plea.number
    parts = (post, post.reposted) if post.reposted else (post,)
    return any(name in part.text or name == part.author for part in parts)


def source_of(mount: str) -> str:
    """Return what the settings call the source that reads a mount."""
    return mount.replace("~", "-")


class Group(DingTalk):
    """A group that counts what it hears; heard: the lines of messages and when each came.

    on_request: called when a request has come, with whether it was taken.
    """

    def __init__(self, *, secret: str) -> None:
        super().__init__(secret=secret)
        self.heard: list[tuple[datetime, str]] = []
        self.refusals: Counter[str] = Counter()
        self.on_request: list[bool] = []
        self.kill = lambda: None
        self.lost_after_taking: list[str] = []

    def answer(self, method: str, target: str, headers: dict[str, str], body: bytes):  # type: ignore[no-untyped-def]
        """Take a request; where that is asked for, whoever sent it dies before or after."""
        after_taking = self.on_request.pop() if self.on_request else None
        if after_taking is False:
            self.kill()
        count = len(self.texts)
        answered = super().answer(method, target, headers, body)
        if len(self.texts) == count:
            self.refusals[answered.body.decode()] += 1
        for text in self.texts[count:]:
            lines = text.split("\n")[1:]
            self.heard += [(datetime.now(UTC), line) for line in lines]
            if after_taking:
                self.lost_after_taking += lines
        if after_taking:
            self.kill()
        return answered

    def told_of(self, kind: str) -> dict[str, list[str]]:
        """Return the lines of a kind by the ward that they name."""
        told: dict[str, list[str]] = {}
        for _, line in self.heard:
            if line.startswith(f"· {kind}") and (ward := re.search(r" · (\S+?) · ", line)):
                told.setdefault(ward[1], []).append(line)
        return told


def made(seed: int, begin: datetime, days: float, *, a_day: int) -> World:
    """Return the world of so many days; a_day: posts of each source."""
    chance = random.Random(seed)
    pairs = [a + b for a in _FIRST for b in _SECOND if a + b not in _PLACES]
    names = [f"{town}{pair}医院" for pair in pairs for town in _TOWNS]
    chance.shuffle(names)
    seconds = int(timedelta(days=days).total_seconds())
    turns = sorted(
        (begin + timedelta(seconds=chance.randrange(seconds)), mount)
        for mount in MOUNTS
        for _ in range(int(a_day * days))
    )
    posts: dict[str, list[Served]] = {mount: [] for mount in MOUNTS}
    pleas: dict[str, Plea] = {}
    recent: list[Served] = []
    for number, (at, mount) in enumerate(turns):
        post_id = str(1_000_000 + number)
        kind = chance.choices(("plea", "passed on", "noise"), (40, 12, 48))[0]
        if kind == "passed on" and recent:
            inner = chance.choice(recent[-20:])
            post = Served(post_id, "帮转，急", f"路人{number % 7}", at, reposted=inner)
        elif kind == "plea":
            ward, phone = names[len(pleas)], f"1380013{len(pleas):04}"
            pressing = chance.random() < 0.3
            text, author = _plea(chance, ward, phone, pressing), f"护士{ward[-5:-2]}{len(pleas)}"
            pleas[ward] = Plea(ward, phone, author, mount, post_id, at, pressing)
            post = Served(post_id, text, author, at)
            recent.append(post)
        else:
            words = chance.choice(_NOISE).format(n=number)
            post = Served(post_id, words, f"路人{number % 7}", at)
        posts[mount].append(post)
    return World(posts, pleas, list(_spells(chance, begin, days)))


def _plea(chance: random.Random, ward: str, phone: str, pressing: bool) -> str:
    goods = "、".join(one.format(n=chance.randint(2, 60) * 10) for one in chance.sample(_GOODS, 2))
    opening = chance.choice(("求助！", "求扩散：", "紧急求助，", ""))
    stock = f"，{PRESSING}" if pressing else ""
    name = chance.choice("李王赵周陈吴")
    return f"{opening}{ward}{chance.choice(_WARDS)}急需{goods}{stock}，联系{name}护士{phone} #口罩#"


def _spells(
    chance: random.Random, begin: datetime, days: float
) -> Iterator[tuple[datetime, datetime, dict[str, str]]]:
    """Yield how two sources after the other two fail, for hours each."""
    at, end, turn = begin, begin + timedelta(days=days), 0
    while at < end:
        until = at + timedelta(hours=chance.randint(6, 20))
        ways = {MOUNTS[(2 * turn + one) % len(MOUNTS)]: chance.choice(_WAYS) for one in (0, 1)}
        yield at, until, ways
        at, turn = until, turn + 1


@contextmanager
def serving(world: World) -> Iterator[World]:
    """Serve a world and let its group listen, until the end of the block."""
    with ExitStack() as stack:
        world.replay = stack.enter_context(replaying(world.posts))
        stack.enter_context(receiving(world.group))
        yield world
