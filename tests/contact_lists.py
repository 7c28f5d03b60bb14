"""Make contact lists as broken as a bank's, with the truth beside every record; seeded."""

from __future__ import annotations

import csv
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

HEADER = ("客户号", "姓名", "手机", "电话", "地址")
_SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
_GIVEN = "一二三四五六七八九十甲乙丙丁天地玄黄宇宙洪荒日月盈昃辰宿列张寒来暑往秋收冬藏"
# City, its area code, how long its local numbers are.
_CITIES = (
    ("四川省绵阳市", "0816", 7),
    ("四川省德阳市", "0838", 7),
    ("四川省成都市", "028", 8),
    ("四川省广元市", "0839", 7),
)
FULL_WIDTH = str.maketrans("0123456789-", "０１２３４５６７８９－")


@dataclass
class Truth:
    """What is true of a record: its numbers in the order to dial, and else why there is none.

    person: the same for records that are one person's; None where nobody can be called.
    """

    place: str
    numbers: list[str] = field(default_factory=list)
    reason: str = ""
    person: int | None = None


class Maker:
    """Makes records with one way of being broken each."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.used: set[str] = set()

    def mobile(self) -> str:
        """Return a mobile that no record has."""
        return self._new(lambda: f"138001{self.random.randrange(10**5):05d}")

    def local(self, city: tuple[str, str, int]) -> str:
        """Return a local number of a city that no record has."""
        rest = city[2] - 1  # digits behind the first
        dice = self.random
        return self._new(lambda: f"{dice.choice('236')}{dice.randrange(10**rest):0{rest}d}")

    def _new(self, make: Callable[[], str]) -> str:
        while True:
            number = make()
            if number not in self.used and not number.endswith("000000"):
                self.used.add(number)
                return str(number)

    def name(self) -> str:
        """Return a made-up name."""
        return self.random.choice(_SURNAMES) + "".join(self.random.sample(_GIVEN, 2))


def make(file: Path, count: int, seed: int) -> list[Truth]:
    """Write a list of `count` records and return the truth of each."""
    maker = Maker(seed)
    rng = maker.random
    rows: list[list[str]] = []
    truths: list[Truth] = []
    for number in range(count):
        city = rng.choice(_CITIES)
        address = f"{city[0]}人民路{rng.randrange(1, 400)}号"
        row = [f"K{number:06d}", maker.name(), "", "", address]
        truth = Truth(place=str(number + 2), person=number)
        kind = rng.choices(list(_WAYS), [weight for weight, _ in _WAYS.values()])[0]
        _WAYS[kind][1](maker, row, truth, city, rows, truths)
        if not truth.numbers:
            truth.person = None
        rows.append(row)
        truths.append(truth)
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(HEADER)
        writer.writerows(rows)
    return truths


def _plain(m, row, truth, city, *_):  # type: ignore[no-untyped-def]
    row[2] = m.mobile()
    truth.numbers = [row[2]]


def _none(m, row, truth, *_):  # type: ignore[no-untyped-def]
    row[2] = m.random.choice(["", "无", "-", "不详", "  "])
    truth.reason = "empty"


def _landline(m, row, truth, city, *_):  # type: ignore[no-untyped-def]
    local = m.local(city)
    row[3] = m.random.choice(
        [local, f"{city[1]}-{local}", f"({city[1]}){local}", f"{city[1]}{local}"]
    )
    truth.numbers = [f"{city[1]}-{local}"]


def _both(m, row, truth, city, *_):  # type: ignore[no-untyped-def]
    local, mobile = m.local(city), m.mobile()
    sep = m.random.choice(["/", "、", ",", "；", " "])
    row[3] = f"{city[1]}-{local}{sep}{mobile}"
    truth.numbers = [mobile, f"{city[1]}-{local}"]


def _phs(m, row, truth, city, *_):  # type: ignore[no-untyped-def]
    local, home = m.local(city), m.local(city)
    row[3] = f"{home} 小灵通{city[1]}-{local}"
    truth.numbers = [f"{city[1]}-{local}", f"{city[1]}-{home}"]


def _dead_phs(m, row, truth, city, *_):  # type: ignore[no-untyped-def]
    row[4] = "四川省绵阳市临园路"
    local = m._new(lambda: f"8{m.random.randrange(10**6):06d}")
    row[3] = m.random.choice([f"小灵通0816-{local}", f"小灵通 {local}"])
    truth.reason = "dead PHS"


def _full_width(m, row, truth, city, *_):  # type: ignore[no-untyped-def]
    mobile = m.mobile()
    row[2] = m.random.choice(
        [
            mobile.translate(FULL_WIDTH),
            f"+86 {mobile[:3]} {mobile[3:7]} {mobile[7:]}",
            f"{mobile[:3]}-{mobile[3:7]}-{mobile[7:]}",
            f"{mobile}.0",
        ]
    )
    truth.numbers = [mobile]


def _extension(m, row, truth, city, *_):  # type: ignore[no-untyped-def]
    local, end = m.local(city), m.random.randrange(100, 9999)
    row[3] = f"{city[1]}-{local}{m.random.choice(['转', '-', '转分机'])}{end}"
    truth.numbers = [f"{city[1]}-{local}-{end}"]


def _short(m, row, truth, *_):  # type: ignore[no-untyped-def]
    row[2] = m.mobile()[: m.random.randrange(8, 11)]
    truth.reason = "too short"


def _long(m, row, truth, *_):  # type: ignore[no-untyped-def]
    row[2] = m.mobile() + str(m.random.randrange(10))
    truth.reason = "too long"


def _letters(m, row, truth, *_):  # type: ignore[no-untyped-def]
    mobile = m.mobile()
    row[2] = m.random.choice([mobile.replace("0", "O"), f"{mobile[:6]}l{mobile[7:]}"])
    truth.reason = "letters"


def _rounded(m, row, truth, *_):  # type: ignore[no-untyped-def]
    row[2] = f"1.38E+{m.random.choice(['10', '+10'])[-2:]}"
    truth.reason = "rounded"


def _name(m, row, truth, *_):  # type: ignore[no-untyped-def]
    row[1], row[2] = "", row[1]
    truth.reason = "name"


def _no_area(m, row, truth, city, *_):  # type: ignore[no-untyped-def]
    row[3], row[4] = m.local(city), "人民路口"
    truth.reason = "no area code"


def _public(m, row, truth, *_):  # type: ignore[no-untyped-def]
    row[2] = m.random.choice(["110", "95588", "12345"])
    truth.reason = "public service"


def _twice(m, row, truth, city, rows, truths):  # type: ignore[no-untyped-def]
    """The same person's record again: the same number under the same name, or the same id."""
    known = [at for at, one in enumerate(truths) if one.numbers and one.person == at]
    if not known:
        return _plain(m, row, truth, city)
    other = m.random.choice(known)
    truth.person = other
    row[1], row[4] = rows[other][1], rows[other][4]
    if m.random.random() < 0.5:
        row[0] = rows[other][0]
        row[2] = m.mobile()
        truth.numbers = [row[2]]
    else:
        row[2], row[3] = rows[other][2], rows[other][3]
        truth.numbers = list(truths[other].numbers)
    return None


_WAYS = {
    "plain": (38, _plain), "none": (18, _none), "landline": (9, _landline), "both": (6, _both),
    "phs": (2, _phs), "dead phs": (1, _dead_phs), "full width": (5, _full_width),
    "extension": (2, _extension), "short": (4, _short), "long": (2, _long),
    "letters": (2, _letters), "rounded": (1, _rounded), "name": (2, _name),
    "no area": (1, _no_area), "public": (1, _public), "twice": (6, _twice),
}  # fmt: skip
