"""What callbacks teach: the store's cases with their outcomes go in, labelled examples come out."""

from __future__ import annotations

from collections.abc import Sequence

from rapidfuzz import fuzz

from classifiers.doors import DOORS
from classifiers.measure.corpus import Example
from classifiers.normalise import normalise
from classifiers.parts import split
from monitor.calling.dispositions import labels
from monitor.store import Store
from monitor.types import Callback, Case, Need

_MOST_OF_A_CASE = 3  # a plea that was passed on thirty times is still one answer of one agent
_SAME_TEXT = 85.0  # percent of letters in common, from which a text teaches nothing further


def examples(store: Store) -> list[Example]:
    """Return what the callbacks of the store teach: the texts of their cases, as they were read.

    The last callback that teaches decides. Examples of one case share an id, so that they are
    held out together, and no text comes twice.
    """
    case_examples: list[Example] = []
    texts: set[str] = set()
    for case in store.cases.called_with(labels()):
        callbacks = [callback for callback in case.callbacks if callback.disposition in labels()]
        label = labels()[callbacks[-1].disposition]
        goods = _confirmed_goods(callbacks) if label == "request" else []
        for need in _different(case):
            plain = _plain(need.words)
            if plain not in texts:
                texts.add(plain)
                items = _words_of(goods, need)
                case_examples.append(
                    Example(f"case {case.id}", need.words, label, items=items, real=True)
                )
    return case_examples


def _different(case: Case) -> list[Need]:
    """Return needs of the case whose words are not nearly the same, the surest first.

    Posts only: what came by another door is a need whatever its words are, and teaches nothing.
    """
    pairs: list[tuple[str, Need]] = []
    for need in case.needs:
        plain = _plain(need.words) if need.post.source not in DOORS else ""
        if plain and all(fuzz.ratio(plain, other) < _SAME_TEXT for other, _ in pairs):
            pairs.append((plain, need))
        if len(pairs) == _MOST_OF_A_CASE:
            break
    return [need for _, need in pairs]


def _plain(words: str) -> str:
    """Return the letters of a post without hashtags and names, which differ in every repost."""
    parts = split(normalise(words))
    own_words = "".join(part.text for part in parts if part.kind in {"own", "reposted"})
    return "".join(char for char in own_words if char.isalnum())


def _confirmed_goods(callbacks: Sequence[Callback]) -> list[str]:
    """Return the names of the goods that were confirmed last."""
    with_goods = [callback for callback in callbacks if callback.items]
    return [item.name for item in with_goods[-1].items] if with_goods else []


def _words_of(goods: Sequence[str], need: Need) -> tuple[str, ...]:
    """Return the words of the post for confirmed goods; those only named on the phone have none."""
    words: list[str] = []
    for name in goods:
        item_words = [item.text for item in need.reading.items if item.name == name]
        words += item_words or [name] * (name in need.words)
    return tuple(dict.fromkeys(words))
