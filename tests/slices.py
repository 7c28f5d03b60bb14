"""Small parts of the corpus and a model fitted to one, so that tests of training end soon."""

from __future__ import annotations

from functools import cache

from classifiers.measure import corpus, train
from classifiers.measure.corpus import Example
from classifiers.need import LABELS
from classifiers.request.model import Model


def some_of_each_label(count: int, *, held_out: bool = False) -> list[Example]:
    """Return so many posts of each label from all over the corpus; all or none are held out."""
    known = [example for example in corpus.bundled() if example.held_out == held_out]
    found = []
    for label in LABELS:
        ours = [example for example in known if example.label == label]
        found += ours[:: len(ours) // count][:count]
    return found


@cache
def small_model() -> Model:
    """Return a model fitted to forty posts of each label."""
    examples = some_of_each_label(40)
    described = train.describe(examples)
    return train.fit(examples, described)
