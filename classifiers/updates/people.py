"""Find who is spoken of by name: a normalised text goes in, short names with titles come out."""

from __future__ import annotations

import re
from functools import cache

from classifiers.contacts.people import surnames

_TITLES = (
    "院长|主任|护士长?|医[生师]|大夫|老师|[科处部所站队组会校]长"
    "|师傅|姑娘|女士|先生|小姐|书记|经理|工"
)


def people_named(text: str) -> frozenset[str]:
    """Return those spoken of as 童院长 or 老徐, without what ranks apart one office (副, 长)."""
    people = set()
    for person in _pattern().finditer(text):
        title = (person["title"] or "").removesuffix("长") if person["name"] else ""
        people.add(f"{person['name']}{title}" if person["name"] else person["nick"])
    return frozenset(people)


@cache
def _pattern() -> re.Pattern[str]:
    names = "|".join(sorted(surnames(), key=len, reverse=True))
    return re.compile(rf"(?P<name>{names})副?(?P<title>{_TITLES})|(?P<nick>[老小](?:{names}))")
