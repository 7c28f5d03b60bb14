"""Trust: a case goes in; what speaks for it and what against it comes out, as facts.

Never a score: a person weighs them. The page has the words, in its language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import phonenumbers

from classifiers.facilities.same_name import facility_key, home_of, same_name
from classifiers.normalise import normalise
from classifiers.paying import paying_words
from classifiers.places.gazetteer import short_name
from classifiers.whereabouts import Whereabouts, is_visiting
from monitor.masking import part_hidden
from monitor.types import Case, Joined, KnownContact

NAMED = 3  # hospitals, numbers and words of a kind that are named
_EXTENSION = re.compile(r"(\d{7})-\d+$")
Facilities = Mapping[tuple[str, str], Sequence[str]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One thing that speaks for a case or against it.

    kind: "paying", "gone", "hospital elsewhere", "number elsewhere", "number at home",
        "several hospitals", "passed on", "firsthand" or "voices".
    side: "against", "for" or "neither".
    names: the words, hospitals or places that it speaks of. number: part hidden.
    home: where a number or a hospital is at home, in Chinese and in English.
    count: of the posts, hospitals or voices.
    """

    kind: str
    side: str
    names: tuple[str, ...] = ()
    number: str = ""
    home: tuple[str, str] = ("", "")
    count: int = 0


def facts_of(
    case: Case, numbers: Sequence[KnownContact], facilities: Facilities, where: Whereabouts
) -> tuple[Fact, ...]:
    """Return what speaks for a case and against it, the latter first.

    numbers: the telephone numbers of the case. facilities: of each, by its key, those that posts
        gave it for.
    where: the case is.
    """
    facts = [
        *_paying(case),
        *_gone(case),
        *_hospitals_elsewhere(case, where),
        *(fact for number in numbers[:NAMED] for fact in _of_number(number, where)),
        *_several_hospitals(numbers, facilities),
        *_voices(case.joined),
    ]
    sides = ("against", "neither", "for")
    return tuple(sorted(facts, key=lambda fact: sides.index(fact.side)))


def _paying(case: Case) -> Iterator[Fact]:
    found = [words for need in case.needs if (words := paying_words(normalise(need.words)))]
    if found:
        names = tuple(dict.fromkeys(word for words in found for word in words))[:NAMED]
        yield Fact(kind="paying", side="against", names=names, count=len(found))


def _gone(case: Case) -> Iterator[Fact]:
    count = sum(need.post.gone_at is not None for need in case.needs)
    if count:
        yield Fact(kind="gone", side="against", count=count)


def _hospitals_elsewhere(case: Case, where: Whereabouts) -> Iterator[Fact]:
    """Yield the hospitals in need whose own home is in no province where the goods must go."""
    provinces = {place.province for place in where.places if place.province}
    if not provinces:
        return
    hospitals = {
        facility.text: home
        for need in case.needs
        for facility in need.reading.concerned
        if not is_visiting(facility, need.reading) and (home := home_of(facility.text))
    }
    for name, home in list(hospitals.items())[:NAMED]:
        if provinces - {home[0]}:
            words = " ".join(dict.fromkeys(home))
            yield Fact(
                kind="hospital elsewhere",
                side="against",
                names=(name, *sorted(provinces - {home[0]})),
                home=(words, words),
            )


def _of_number(number: KnownContact, where: Whereabouts) -> Iterator[Fact]:
    """Yield whether a number is at home where the need is, or whence its people came."""
    provinces = [place.province for place in where.places if place.province]
    provinces += [province for province, _ in where.homes]
    home = home_of_number(number.value) if provinces else None
    if not home:
        return
    fits = any(home[0].startswith(short_name(province)) for province in provinces)
    yield Fact(
        kind="number at home" if fits else "number elsewhere",
        side="for" if fits else "against",
        names=() if fits else tuple(dict.fromkeys(provinces))[:NAMED],
        number=part_hidden(number.value),
        home=home,
    )


@lru_cache(maxsize=50_000)
def home_of_number(value: str) -> tuple[str, str] | None:
    """Return where a Chinese number is at home, in Chinese and in English; None for the whole land.

    value: of the contact.

    Source: the tables that the library phonenumbers brings, offline.
    """
    # Its tables take 100 MB and a quarter of a second: only who writes pages needs them.
    from phonenumbers import geocoder

    try:
        parsed = phonenumbers.parse(_EXTENSION.sub(r"\1", value), "CN")
    except phonenumbers.NumberParseException:
        return None
    kind = phonenumbers.number_type(parsed)  # asked once, not for each language again
    if parsed.country_code != 86 or not phonenumbers.is_number_type_geographical(kind, 86):
        return None
    zh, en = (geocoder.description_for_valid_number(parsed, code) for code in ("zh", "en"))
    return (zh, en) if zh not in ("", "中国") else None


def _several_hospitals(numbers: Sequence[KnownContact], facilities: Facilities) -> Iterator[Fact]:
    """Yield the numbers that posts give for several facilities; an office's have many."""
    for number in numbers:
        names = _apart(facilities.get(number.key, ()))
        if len(names) > 1:
            yield Fact(
                kind="several hospitals",
                side="against",
                names=tuple(names[:NAMED]),
                number=part_hidden(number.value),
                count=len(names),
            )


def _apart(names: Iterable[str]) -> list[str]:
    """Return the names that mean different facilities, each by its first spelling."""
    names = list(names)
    if len(names) < 2:
        return names
    kept: dict[str, str] = {}
    for name in names:
        key = facility_key(name)
        if not any(same_name(key, other) for other in kept):
            kept[key] = name
    return list(kept.values())


def _voices(joined: Sequence[Joined]) -> Iterator[Fact]:
    """Yield who speaks: those in need or others, and how many that do not repeat each other."""
    if any(entry.need.reading.voice == "firsthand" for entry in joined):
        yield Fact(kind="firsthand", side="for")
    elif any(entry.need.reading.voice for entry in joined):
        yield Fact(kind="passed on", side="against")
    posts = [entry.need.post for entry in joined if entry.reason != "same text"]
    voices = {post.reposted_author or post.author or f"{post.source} {post.id}" for post in posts}
    count = max(len(voices), 1)
    yield Fact(kind="voices", side="for" if count > 1 else "neither", count=count)
