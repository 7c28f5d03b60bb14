"""Read which hospitals, centres and teams a post names, each once, in full, with its part."""

from __future__ import annotations

import re
from bisect import bisect
from typing import TYPE_CHECKING

from classifiers.facilities.givers import find_bodies, find_givers
from classifiers.facilities.names import FacilityName, find_names
from classifiers.facilities.roles import (
    asks_for_nothing,
    host_in_team,
    is_team,
    role_of_all,
    roles_of,
    without_asides,
)
from classifiers.facilities.same_name import is_generic
from classifiers.goods.groups import with_list_marks
from classifiers.need import CONCERNED, Facility, Form
from classifiers.parts import Part
from classifiers.places.gazetteer import find_place_names
from classifiers.reader import plain, reader, span

if TYPE_CHECKING:
    from spacy.tokens import Doc

_NEED = re.compile(r"告急|急需|急缺|紧缺|短缺|缺|求助|求援|需要|没有了|物资")
_NUMERAL = re.compile(r"[一二三四五六七八九十\d]")
_LEAST_DRAWN = 4
_FILLER = re.compile(r"第|人民|附属|[省市县区州]")
_INSTITUTION = re.compile(
    r"[\u4e00-\u9fff\d]{2,20}(?:院|中心|站|所|队|科|社区|局|病区|院区)(?=$|[\s,;。(、])"
)
_NUMBERED = re.compile(r"(?<!\d)\d{1,2}[、.)] ?$")  # opens the next entry of a list
_SHORT_TEAM = re.compile(r"(?<![疗护援助救治理])队$")  # 江苏队 and 江苏医疗队
_ROLE_OF_LABEL = {"facility": "needing", "giver": "giving"}
_MOST = 300
_SHORTENED = (
    ("疾病预防控制中心", "疾控"),
    ("疾控中心", "疾控"),
    ("妇幼保健院", "妇幼"),
    ("妇保院", "妇幼"),
)


@reader("facilities", after=("parts", "forms"))
def read_facilities(doc: Doc) -> tuple[Facility, ...]:
    """Return the facilities of the post in order.

    A hashtag counts when it is nothing but the name; one that tells of a need (#X医院物资告急#)
    counts where no other words name a facility; the rest are the day's headlines. Where a form
    has a label for it (单位：…), what stands there is the one that needs, or that gives.
    """
    parts: tuple[Part, ...] = doc._.parts
    starts = [part.start for part in parts]
    text = with_list_marks(plain(doc), doc._.original)
    in_words: list[FacilityName] = []
    headlines: list[FacilityName] = []
    for name in find_names(text):
        part = parts[bisect(starts, name.start) - 1]
        if part.kind in {"own", "reposted"}:
            in_words.append(name)
        elif part.kind == "hashtag":
            words = part.text.strip("# ")
            if len(words) <= name.end - name.start + 2:
                in_words.append(name)
            elif _NEED.search(words):
                headlines.append(name)
    in_words = _by_form(text, in_words, doc._.forms)
    names = sorted([*(in_words or headlines), *_hosts_in_teams(text, in_words)])
    roles = dict(zip(names, roles_of(text, names), strict=True))
    for name in names:
        if role := _ROLE_OF_LABEL.get(doc._.forms.role_at(name.start) or ""):
            roles[name] = role
    groups = _longest_forms(text, names, headlines if in_words else [])
    kept = without_asides([role_of_all([roles[m] for m in members]) for _, members in groups])
    if asks_for_nothing(text):
        kept = ["mentioned" if role == "needing" else role for role in kept]
    read = [(name, role) for (name, _), role in zip(groups, kept, strict=True)]
    givers = [
        (name, "giving")
        for name in _apart(text, find_givers(text), names)
        if parts[bisect(starts, name.start) - 1].kind in {"own", "reposted"}
    ]
    read += givers
    if any(role in CONCERNED for _, role in read):  # of them a post alone speaks no need
        read += [
            (name, "mentioned")
            for name in _apart(text, find_bodies(text), [name for name, _ in read] + names)
            if parts[bisect(starts, name.start) - 1].kind in {"own", "reposted"}
            and text[name.start - 1 : name.start] not in ("@", "#")
        ]
    return tuple(
        span(doc, Facility, name.start, name.end, role=role) for name, role in sorted(read)
    )


def _apart(text: str, givers: list[FacilityName], names: list[FacilityName]) -> list[FacilityName]:
    """Return the givers each once, without those that `names` has."""
    first = {text[giver.start : giver.end]: giver for giver in reversed(givers)}
    return [
        giver
        for giver in first.values()
        if not any(giver.start < name.end and name.start < giver.end for name in names)
    ]


def _hosts_in_teams(text: str, names: list[FacilityName]) -> list[FacilityName]:
    """Return the hosts that names of teams hold."""
    hosts = []
    for name in names:
        start = host_in_team(text, name)
        end = text.rfind("院", start, name.end) + 1 if start else 0
        if start and end > start and find_names(text[start:end]) == [(0, end - start)]:
            hosts.append(FacilityName(start, end))
    return hosts


def _by_form(text: str, names: list[FacilityName], form: Form) -> list[FacilityName]:
    """Return the names that labels of a form mark as needing or giving, else all.

    Of what no label marks only a host or a giver counts where a label names who needs.
    """
    if not form.fields:
        return names
    roles = [form.role_at(name.start) for name in names]
    if "facility" in roles:
        around = roles_of(text, names)
        return [
            name
            for name, role, other in zip(names, roles, around, strict=True)
            if role in _ROLE_OF_LABEL
            or other in {"host", "giving"}
            or _NUMBERED.search(text, 0, name.start)
        ]
    if any(role != "giver" for role in roles):
        return names
    values = (_INSTITUTION.match(text, f.start, f.end) for f in form.of("facility"))
    return names + [FacilityName(*value.span()) for value in values if value]


def _longest_forms(
    text: str, names: list[FacilityName], support: list[FacilityName]
) -> list[tuple[FacilityName, list[FacilityName]]]:
    """Return each facility of `names` once, in its longest form, with those of `names` it has.

    The longest form may stand in `support`.
    """
    groups: list[list[FacilityName]] = []
    first = {text[name.start : name.end]: name for name in reversed(names)}
    for name in sorted(list(first.values())[-_MOST:], key=lambda n: (n.start - n.end, n.start)):
        home = next((g for g in groups if any(_same(text, name, other) for other in g)), None)
        if home is None:
            groups.append([name])
        else:
            home.append(name)
    alike: dict[str, list[FacilityName]] = {}
    for name in names:
        alike.setdefault(text[name.start : name.end], []).append(name)
    facilities = []
    for group in groups:
        members = [name for member in group for name in alike[text[member.start : member.end]]]
        forms = group + [n for n in support if any(_same(text, member, n) for member in group)]
        facilities.append((max(forms, key=lambda n: (n.end - n.start, -n.start)), members))
    return sorted(facilities)


def _is_drawn_together(short: str, long: str) -> bool:
    """Tell whether a name takes signs of a longer one (亚心医院 of 武汉亚洲心脏病医院).

    Those that number a hospital must be the same; 协和医院 is no short form of 协和江北医院.
    """
    numeral, other = ("".join(_NUMERAL.findall(name)) for name in (short, long))
    if len(short) < _LEAST_DRAWN or numeral != other or not (short[-1] == long[-1] == "院"):
        return False
    if not numeral and short[:2] in long:
        return False
    letters = iter(long)
    return not is_generic(short, short) and all(letter in letters for letter in short)


def _same(text: str, one: FacilityName, other: FacilityName) -> bool:
    """Tell whether two names mean one facility: the shorter is the longer with parts left out."""
    if is_team(text, one) != is_team(text, other):
        return False  # a team, and the hospital in its name
    first, second = _plain(text, one), _plain(text, other)
    if first == second or _is_drawn_together(*sorted((first, second), key=len)):
        return True
    (short, branch), (long, other_branch) = sorted(
        (_split_branch(first), _split_branch(second)), key=lambda parts: len(parts[0])
    )
    if branch and other_branch and branch != other_branch:
        return False
    ending = "医院" if short.endswith("医院") and long.endswith("医院") else ""
    tail = short.removesuffix(ending)[-2:]
    if not tail:  # 省人民医院 is no shorter form of 中南医院
        return False
    if not long.removesuffix(ending).endswith(tail) and (ending or tail not in long):
        return False
    letters = iter(long)
    if all(letter in letters for letter in short):
        return True
    return len(tail) == 2 and _bare(text, one) == _bare(text, other)


def _split_branch(plain: str) -> tuple[str, str]:
    """Return the name of a hospital and of its branch (灞桥医院, 南区), else the name alone."""
    main, hospital, branch = plain.partition("医院")
    return (main + hospital, branch) if "医院" not in branch and len(branch) < 6 else (plain, "")


def _plain(text: str, name: FacilityName) -> str:
    """Return a name in one spelling, without the words that are often left out."""
    plain = text[name.start : name.end]
    for long, short in _SHORTENED:
        plain = plain.replace(long, short)
    plain = _SHORT_TEAM.sub("医疗队", plain)
    return _FILLER.sub("", plain)


def _bare(text: str, name: FacilityName) -> str:
    """Return a name without the places it begins with, if what is left tells it apart."""
    words = text[name.start : name.end]
    end = 0
    for place in find_place_names(words):
        if place.start == end and not place.bound:
            end = place.end
    bare = words[end:]
    return bare if len(_FILLER.sub("", bare)) > 4 else words
