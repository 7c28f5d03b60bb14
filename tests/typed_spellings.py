"""Spell contacts as people type them: three numbers in every way and two at once, and others."""

from __future__ import annotations

import itertools
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

WIDE = str.maketrans("0123456789+-() ", "０１２３４５６７８９＋－（）　")


@dataclass(frozen=True)
class Number:
    """A number in the groups in which it is said, and what it is."""

    groups: tuple[str, ...]
    extension: str
    kind: str
    value: str


@dataclass(frozen=True)
class Spelling:
    """A number on its way to paper; each way of writing changes one part of it."""

    number: Number
    country: str = ""
    joint: str = "-"
    switch: str = "-"
    script: Callable[[str], str] = str
    around: str = "{}"
    person: str | None = None

    @property
    def words(self) -> str:
        """The number as it was typed."""
        first, *rest = self.number.groups
        if self.country:
            first = first.removeprefix("0")
        digits = self.script(self.country + self.joint.join([first, *rest]))
        if self.number.extension:
            digits += self.switch + self.script(self.number.extension)
        return self.around.format(digits)


NUMBERS = (
    Number(("138", "0013", "8000"), "", "mobile", "13800138000"),
    Number(("027", "8572", "0000"), "8001", "landline", "027-85720000-8001"),
    Number(("400", "800", "1234"), "", "landline", "4008001234"),
)


def _in(numerals: str) -> Callable[[str], str]:
    table = str.maketrans("0123456789", numerals)
    return lambda digits: digits.translate(table)


def _between(sign: str) -> Callable[[str], str]:
    return lambda digits: sign.join(digits.replace("-", "").replace(" ", ""))


def _keycaps(digits: str) -> str:
    return "".join(f"{char}\ufe0f\u20e3" if char.isdigit() else char for char in digits)


WAYS: dict[str, tuple[dict[str, object], ...]] = {
    "country": tuple(
        {"country": country}
        for country in (
            "+86",
            "+86 ",
            "+86-",
            "86",
            "86 ",
            "86-",
            "0086",
            "0086-",
            "(+86)",
            "00 86 ",
            "+86 (0)",
        )
    ),
    "joint": tuple(
        {"joint": joint}
        for joint in (
            "",
            " ",
            "  ",
            ".",
            "·",
            "–",
            "—",
            "−",
            "－",
            "‐",
            "~",
            "_",
            " - ",
            "。",
            "\u3000",
            "\xa0",
            "\t",
            "\u200b",
            "\u2060",
            "\ufeff",
            "📞",
            "*",
        )
    ),
    "switch": tuple(
        {"switch": switch}
        for switch in (
            "转",
            " 转 ",
            "转:",
            "，转",
            "轉",
            "分机",
            " 分机号",
            "分机：",
            "转分机",
            "ext",
            " ext. ",
            "x",
            "#",
            "－",
            " - ",
            "—",
            " ",
            "内线",
        )
    ),
    "script": tuple(
        {"script": script}
        for script in (
            lambda digits: digits.translate(WIDE),
            _in("零一二三四五六七八九"),
            _in("〇一二三四五六七八九"),
            _in("○幺二三四五六七八九"),
            _in("零壹贰叁肆伍陆柒捌玖"),
            _in("0①②③④⑤⑥⑦⑧⑨"),
            _in("⓿❶❷❸❹❺❻❼❽❾"),
            _between(" "),
            _between("-"),
            _between("."),
            _between("\u200b"),
            _keycaps,
        )
    ),
    "around": tuple(
        {"around": around, "person": "李护士" if "李护士" in around else None}
        for around in (
            "李护士{}",
            "{}李护士",
            "李护士 {}",
            "{} 李护士",
            "{}（李护士）",
            "({}) 李护士",
            "李护士：{}",
            "李护士 电话 {}",
            "李护士电话{}",
            "李护士的手机号码是{}",
            "联系人：李护士，联系电话：{}。",
            "电话{}",
            "Tel:{}",
            "tel{}",
            "手机号：{}",
            "☎️{}",
            "📱 {}",
            "{}🙏李护士",
            "\u200e{}\u200f",
            "{}微信同号",
            "{} (微信同号)",
            "{}，微信同号",
            "{} 同微信",
            "微信同号{}",
            "李护士{}（微信同号）",
            "{}，vx同号，李护士",
            "李护士微信{}",
            "「李护士」{}",
            "<{}>",
        )
    ),
}


def spellings(*, ways: int = 2) -> list[Spelling]:
    """Return every number in every way; ways=2: and in every two of different parts."""
    made = []
    for number in NUMBERS:
        plain = Spelling(number)
        names = [name for name in WAYS if name != "switch" or number.extension]
        made.append(plain)
        made += [replace(plain, **way) for name in names for way in WAYS[name]]
        made += [
            replace(plain, **one, **other)
            for first, second in itertools.combinations(names if ways == 2 else (), 2)
            for one, other in itertools.product(WAYS[first], WAYS[second])
        ]
    return made


# What is no telephone number, or none of China's: words, kind, value, person.
OTHERS = (
    ("wxid_abc", "wechat", "wxid_abc", None),
    ("wx13800", "wechat", "wx13800", None),
    ("vx2020ward", "wechat", "vx2020ward", None),
    ("wechat_li", "wechat", "wechat_li", None),
    ("li_hushi2020", "wechat", "li_hushi2020", None),
    ("wxid_13800138000", "wechat", "wxid_13800138000", None),
    ("li13800138000", "wechat", "li13800138000", None),
    ("a4008001234", "wechat", "a4008001234", None),
    ("weixin:abc", "wechat", "abc", None),
    ("微信：li_hushi2020", "wechat", "li_hushi2020", None),
    ("微信号li_hushi2020", "wechat", "li_hushi2020", None),
    ("ＷｅＣｈａｔ：ｌｉ＿ｈｕｓｈｉ", "wechat", "li_hushi", None),
    ("李护士 li_hushi2020", "wechat", "li_hushi2020", "李护士"),
    ("李护士微信li_hushi2020", "wechat", "li_hushi2020", "李护士"),
    ("li_hushi2020（李护士）", "wechat", "li_hushi2020", "李护士"),
    ("微信 12345678", "wechat", "12345678", None),
    ("小王2020", "wechat", "小王2020", None),
    ("小明abcdef", "wechat", "小明abcdef", None),
    ("一叶知秋", "wechat", "一叶知秋", None),
    ("微信：小王🌸", "wechat", "小王🌸", None),
    ("QQ 123456789", "qq", "123456789", None),
    ("qq群：123456789", "qq", "123456789", None),
    ("QQ号码是 1234 56789", "qq", "123456789", None),
    ("扣扣123456789", "qq", "123456789", None),
    ("李护士 QQ：4008001234", "qq", "4008001234", "李护士"),
    ("123456789（QQ）", "qq", "123456789", None),
    ("13800138000@example.org", "email", "13800138000@example.org", None),
    ("邮箱：li.hushi@example.org", "email", "li.hushi@example.org", None),
    ("李护士 li@example.org", "email", "li@example.org", "李护士"),
    ("https://example.org/13800138000", "post", "https://example.org/13800138000", None),
    ("李护士 https://example.org/1", "post", "https://example.org/1", "李护士"),
    ("85720000", "landline", "85720000", None),
    ("护士站8572-0000转8001", "landline", "85720000-8001", "护士站"),
    ("027-85720000", "landline", "027-85720000", None),
    ("027-85720000 2号楼", "landline", "027-85720000", "2号楼"),
    ("0511-8572000-8001", "landline", "0511-8572000-8001", None),
    ("李护士 8001", "landline", "8001", "李护士"),
    ("内线8001", "landline", "8001", None),
    ("120", "landline", "120", None),
    ("小灵通 85720000", "phs", "85720000", None),
    ("+852 9123 4567", "mobile", "+85291234567", None),
    ("00852-2123 4567", "landline", "+85221234567", None),
    ("+44 (0)20 7946 0958", "landline", "+442079460958", None),
    ("张三13800138000", "mobile", "13800138000", "张三"),
    ("张三一三八零零一三八零零零", "mobile", "13800138000", "张三"),
    ("老幺13800138000", "mobile", "13800138000", "老幺"),
    ("13800138000一楼", "mobile", "13800138000", "一楼"),
    ("wx13800138000", "mobile", "13800138000", None),
    ("v13800138000", "mobile", "13800138000", None),
    ("138一0013一8000", "mobile", "13800138000", None),
    ("李护士 13800138000 王老师 139 0013 9000", "mobile", "13800138000", "李护士 王老师"),
    ("李护士 13800138000 li@example.org", "mobile", "13800138000", "李护士"),
    ("Dr. Wang 13800138000", "mobile", "13800138000", "Dr Wang"),
    ("\u200b\x00\ufe0f \ud800", None, "", None),
)

_SCRAPS = (
    *"0123456789",
    *"零〇一幺三八",
    "138",
    "0013",
    "8000",
    "027",
    "85720000",
    "400",
    "86",
    "+",
    "00",
    "-",
    " ",
    "(",
    ")",
    ".",
    "—",
    "转",
    "分机",
    "ext",
    "x",
    "#",
    "微信",
    "wx",
    "v",
    "QQ",
    "tel",
    "电话",
    "同号",
    "李护士",
    "张三",
    "的",
    "是",
    "li_hushi",
    "abc",
    "A",
    "@",
    "example.org",
    "https://",
    ":",
    "：",
    "，",
    "/",
    "\n",
    "\t",
    "\u3000",
    "\u200b",
    "\u202e",
    "\x00",
    "\x1b",
    "\x85",
    "\ud83d",
    "\udc4d",
    "👍🏽",
    "📞",
    "①",
    "❷",
    "ﷺ",
    "ß",
    "İ",
    "ſ",
    "K",
    "Σ",
    "é",
    "e\u0301",
    "𠮷",
    "٣",
    "𝟏",
    "\u115f",
    "\ue000",
)


def scrambled(count: int) -> Iterator[str]:
    """Yield words put together by chance, the same ones each time."""
    for seed in range(count):
        chance = random.Random(seed)
        words = "".join(chance.choices(_SCRAPS, k=chance.randint(1, 14)))
        # Two halves that meet by chance are one sign to whoever reads them from a file.
        yield words.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


# Ten thousand signs each, of the kind on which a pattern that goes back and forth would hang.
LONG = tuple(
    (scrap * 10_000)[:10_000]
    for scrap in (
        "1",
        "0",
        "一",
        "1-",
        "1 ",
        "13800138000",
        "13800138000x",
        "027-",
        "86",
        "+86(",
        "(",
        "-",
        " ",
        "。",
        "转",
        "a",
        "a.",
        "a@",
        "a_1",
        "微信",
        "v ",
        "qq",
        "的电话号码是",
        "李",
        "\u200b",
        "👍",
        "\ud800",
        "https://",
        "1@a.",
    )
)
