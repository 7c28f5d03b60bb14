"""The cheap gate before the heavy readers: a normalised text goes in, whether to read it comes out.

A post passes that has a word for medical workers or a facility, and a word for a lack or an appeal.
"""

from __future__ import annotations

from functools import cache

import ahocorasick

import data

_CARE, _WANT = 1, 2
_LONGEST = 20_000  # characters; a post longer than this is no post of a person


@cache
def _automaton() -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton()
    for name, role in (("gate_care", _CARE), ("gate_want", _WANT)):
        for word in data.read_words(f"lexicons/{name}.txt"):
            automaton.add_word(word, automaton.get(word, 0) | role)
    automaton.make_automaton()
    return automaton


def passes(text: str) -> bool:
    """Tell whether a normalised text deserves a reading."""
    seen = 0
    for _, role in _automaton().iter(text, 0, min(len(text), _LONGEST)):
        seen |= role
        if seen == _CARE | _WANT:
            return True
    return False
