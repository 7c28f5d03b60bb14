"""Tell whether two names mean one facility: names as posts write them in, keys to compare out."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from classifiers.normalise import normalise
from classifiers.places.gazetteer import find_place_names, is_town, regions, short_name
from data import read_table

_KINDS = (
    "人民|中心|中医|中西医结合|妇幼保健|妇幼|妇产|儿童|传染病|红十字会|职工|肿瘤|胸科|肺科|骨科|口腔|眼科"
    "|结核病|精神卫生|精神病|康复"
)
_KIND = re.compile(f"(?:{_KINDS})(?=医?院|保健院)")
# Every town has one: only with the town is it a name.
_OF_ANY_TOWN = re.compile(
    rf"(?:医科|医学院|中医药|大学|学院|附属)*第?[一二三四五六七八九十\d]{{0,3}}(?:{_KINDS})?"
    r"(?:医院|院|卫生院|疾病?预防控制中心|疾控中心|疾控|急救中心|精神卫生中心|(?:社区)?卫生服务中心|血站)"
    r"|.*指挥部"
)
_OF_ANY_TEAM = re.compile(
    r"(?:对口)?(?:支援|驰援|援助?|赴).*队|第[一二三四五六七八九十\d]{1,3}[批支].*队"
)
_LEVEL = re.compile(r"省|市|县|(?<![社院])区")
_LEFT_OUT = re.compile(
    r"(?:人民|中心|(?<=..)(?:街道?|镇|乡)(?:中心)?)(?=医院|卫生院)|(?<=中)医(?=医院)"
)
_NUMERAL = "[一二三四五六七八九十]"
# The look-behind and the possessive + keep it from reading a row of numerals again from each.
_NUMBERED = re.compile(rf"第?(?<!{_NUMERAL})({_NUMERAL}++)(?:人民)?(?:医院|院(?!区))")
_BRANCH = re.compile(r"(?:医院)?([东西南北中新老本]|[\u4e00-\u9fff]{2,4})(?:院区?|区)")
_DIGITS = str.maketrans("123456789", "一二三四五六七八九")


@lru_cache(maxsize=20_000)
def facility_key(text: str) -> str:
    """Return what the ways to write one facility have in common, such as 武汉七医院.

    Known short forms, also before a branch (协和西院), stand for the name in full. Left out are
    省, 市, 县, 区, the province before a town, and of numbered hospitals 第 and 人民.
    """
    plain = "".join(normalise(text).split())
    return _plain_name(_in_full(plain))


def _in_full(plain: str) -> str:
    """Return the name in full of a known short form, with the branch behind it if there is one."""
    full = _full_names()
    if plain in full:
        return full[plain]
    for at in range(min(len(plain) - 2, _longest_short_form()), 1, -1):
        branch = _BRANCH.fullmatch(plain, at) if plain[:at] in full else None
        if branch:
            return f"{full[plain[:at]]}{branch[1]}院"
    return plain


def _plain_name(name: str) -> str:
    town = _province_before_town().sub("", name.translate(_DIGITS))
    return _NUMBERED.sub(r"\1医院", _LEVEL.sub("", town))


@cache
def _province_before_town() -> re.Pattern[str]:
    """Return a pattern of a province that a town follows: 湖北人民医院 is not 人民医院."""
    provinces = [short_name(r.name) for r in regions().values() if r.level == 0]
    return re.compile(rf"^(?:{'|'.join(provinces)})省?(?=[^省市县区院]{{2,6}}[市县区])")


@cache
def _full_names() -> dict[str, str]:
    """Return the names in full of the known short forms, with and without 医院."""
    full = {}
    for short, name, province, city, *_ in read_table("lexicons/facilities.tsv"):
        hospital = short if short.endswith("医院") else f"{short}医院"
        full[short] = full[hospital] = name
        for home in {province, city, short_name(province), short_name(city)}:
            if not short.startswith(short_name(city)):
                full.setdefault(home + hospital, name)
    return full


@cache
def _longest_short_form() -> int:
    return max(map(len, _full_names()))


def short_form(key: str) -> str:
    """Return a key as people shorten it: 铁山医院 of 铁山人民医院, 六指卫生院 of 六指街卫生院."""
    return _LEFT_OUT.sub("", key)


def placed_name(text: str, province: str | None, city: str | None) -> str:
    """Return a facility's key without the province and city that it begins with, as they are known.

    宜昌橘洲医院 and 橘洲医院 are 橘洲医院, but 湖北人民医院 is not what every town has.
    """
    key = facility_key(text)
    for place in (province, city):
        rest = key.removeprefix(_LEVEL.sub("", short_name(place))) if place else key
        if len(rest) > 1 and not (place == province != city and is_of_any_town(rest)):
            key = rest
    return key


def home_code(text: str) -> str | None:
    """Return the code of the town or county that a facility's name begins with, None for none."""
    plain = "".join(normalise(text).split())
    first = next(iter(find_place_names(plain)), None)
    if first is None or first.start or first.bound or len(first.regions) != 1:
        return None
    [region] = first.regions
    code = region.code(region.level)
    return code if is_town(code) else None


def is_of_any_town(key: str) -> bool:
    """Tell whether a key only says what every town has, such as 人民医院."""
    return is_generic(key, key)


def is_known(name: str) -> bool:
    """Tell whether this is one of the names of a well-known hospital, as it is in the list."""
    return name in _full_names()


@lru_cache(maxsize=20_000)
def home_of(text: str) -> tuple[str, str] | None:
    """Return province and city of a well-known hospital by one of its names, else None.

    A team of its people (瑞金医院医疗队) has its home.

    A name that several hospitals share (协和医院) tells nothing.
    """
    plain = "".join(normalise(text).split())
    begun = next((at for at in range(len(plain), 3, -1) if _ends_hospital(plain[:at])), 0)
    for key in (facility_key(text), facility_key(plain[:begun])):
        home = next((home for name, home in _homes().items() if key.startswith(name)), None)
        if home:
            return home
    return None


def _ends_hospital(name: str) -> bool:
    """Tell whether a name is one of a well-known hospital, in full enough to begin a team's."""
    return name.endswith("医院") and is_known(name)


@cache
def _homes() -> dict[str, tuple[str, str]]:
    """Return province and city by the keys of well-known hospitals, the longest first."""
    rows = read_table("lexicons/facilities.tsv")
    shared = {name for _, name, *_, last in rows if last == "several"}
    homes = {facility_key(row[1]): (row[2], row[3]) for row in rows if row[1] not in shared}
    return dict(sorted(homes.items(), key=lambda entry: -len(entry[0])))


def same_name(one: str, other: str) -> bool:
    """Tell whether two keys are written alike, or one is the end of the other."""
    shorter, longer = sorted((one, other), key=len)
    whole = len(shorter) >= 5 or bool(_NUMBERED.fullmatch(shorter))
    return one == other or (whole and longer.endswith(shorter))


def other_kinds(one: str, other: str) -> bool:
    """Tell whether two keys are of hospitals of two kinds, such as 中心医院 and 中医院."""
    kinds, others = ({kind[:2] for kind in _KIND.findall(key)} for key in (one, other))
    return bool(kinds and others and not kinds & others)


def is_generic(one: str, other: str) -> bool:
    """Tell whether two keys that are alike only say what every town has, or every helping team."""
    shorter = min(one, other, key=len)
    return bool(_OF_ANY_TOWN.fullmatch(shorter) or _OF_ANY_TEAM.fullmatch(shorter))
