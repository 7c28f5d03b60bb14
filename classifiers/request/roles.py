"""Find the words that play a part in a plea: a normalised text in, words with their roles out."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import NamedTuple

import ahocorasick

import data

_PREFIX, _ENDING = "request_", ".txt"
SOFT = frozenset({"wish", "short", "deal", "story", "drill", "tender", "staffing"})  # everyday talk


class RoleWord(NamedTuple):
    """A word at `start` to `end` of a text, with every role it can play."""

    start: int
    end: int
    roles: tuple[str, ...]


@cache
def roles() -> tuple[str, ...]:
    """Return the roles, one for each bundled list."""
    files = data.names("lexicons", _ENDING)
    return tuple(
        name.removeprefix(_PREFIX).removesuffix(_ENDING)
        for name in files
        if name.startswith(_PREFIX)
    )


@cache
def words(role: str) -> tuple[str, ...]:
    """Return the words of a role."""
    return tuple(data.read_words(f"lexicons/{_PREFIX}{role}{_ENDING}"))


@cache
def _automaton(soft: bool) -> ahocorasick.Automaton:
    played: dict[str, list[str]] = {}
    for role in roles():
        if soft or role not in SOFT:
            for word in words(role):
                played.setdefault(word, []).append(role)
    automaton = ahocorasick.Automaton()
    for word, its_roles in played.items():
        automaton.add_word(word, (len(word), tuple(its_roles)))
    automaton.make_automaton()
    return automaton


def played(text: str) -> set[str]:
    """Return the roles that are played in a normalised text; finding the words takes longer."""
    return {role for _, (_, its_roles) in _automaton(True).iter_long(text) for role in its_roles}


@lru_cache(maxsize=256)  # of a post the same sentences are asked for in each of its views
def find(text: str, *, soft: bool = True) -> tuple[RoleWord, ...]:
    """Return the role words of a normalised text in order, of those that overlap the longest.

    soft: False leaves out the words of SOFT roles, which mean little by themselves.
    """
    return tuple(
        RoleWord(last - length + 1, last + 1, its_roles)
        for last, (length, its_roles) in _automaton(soft).iter_long(text)
    )
