"""Fit the update model: later posts with what they change go in, a model comes out.

`python benchmarks/updates.py --write` fits it again to data/pairs/updates.tsv.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

import data
from classifiers.goods.names import find_goods
from classifiers.normalise import normalise
from classifiers.updates.features import SIZE, features
from classifiers.updates.model import EFFECTS, Model, weighted
from classifiers.updates.updates import goods_spans, own_words

_INVERSE_REGULARISATION = 10.0
_RARE = 2  # a feature met in fewer posts is left out


@dataclass(frozen=True, slots=True)
class UpdateExample:
    """A later post and what it changes.

    effect: as of Change. wanted: the goods of the need; goods: those that it is said of.
    """

    effect: str
    wanted: tuple[str, ...]
    goods: tuple[str, ...]
    text: str

    @property
    def kind(self) -> str:
        """The effect without whether it is of all goods or of some."""
        return self.effect.removesuffix("_all").removesuffix("_some")


def bundled_updates() -> list[UpdateExample]:
    """Return the later posts of our own corpus."""
    return [
        UpdateExample(
            effect, tuple(wanted.split("、")), tuple(goods.split("、")), text.replace("\\n", "\n")
        )
        for effect, wanted, goods, text in data.read_table("pairs/updates.tsv")
    ]


def describe_updates(examples: Sequence[UpdateExample]) -> list[np.ndarray]:
    """Return the features of each example: sorted numbers, of varying length."""
    described = []
    for example in examples:
        words = own_words(normalise(example.text))
        wanted = {normalise(name): name for name in example.wanted if name}
        spans = goods_spans(words, find_goods(words), wanted)
        described.append(features(words, [(start, end) for start, end, _ in spans]))
    return described


def fit_updates(kinds: Sequence[str], described: Sequence[np.ndarray]) -> Model:
    """Fit a linear rule an effect; rare effects count as much as frequent ones.

    kinds: what each post changes, one of EFFECTS. described: the features of each.
    """
    met = np.bincount(np.concatenate(described), minlength=SIZE)
    rarity = np.log((1 + len(described)) / (1 + met)) + 1
    idf = np.where(met >= _RARE, rarity, 0).astype(np.float32)
    ends = np.cumsum([0, *map(len, described)])
    values = np.concatenate([weighted(idf, of_post) for of_post in described])
    rows = csr_matrix((values, np.concatenate(described), ends), shape=(len(described), SIZE))
    wanted = np.array([EFFECTS.index(kind) for kind in kinds])
    rule = LogisticRegression(
        C=_INVERSE_REGULARISATION, class_weight="balanced", max_iter=1000
    ).fit(rows, wanted)
    weights = np.zeros((SIZE, len(EFFECTS)), dtype=np.float32)
    weights[:, rule.classes_] = rule.coef_.T
    weights[idf == 0] = 0
    bias = np.full(len(EFFECTS), -30.0, dtype=np.float32)
    bias[rule.classes_] = rule.intercept_
    return Model(idf, weights, bias)
