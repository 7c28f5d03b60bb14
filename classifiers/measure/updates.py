"""Fit the update model: later posts with what they change go in, a model comes out.

`python benchmarks/updates.py --write` fits it again to data/pairs/updates.tsv.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold

import data
from classifiers.goods.names import find_goods
from classifiers.measure import corpus
from classifiers.normalise import normalise
from classifiers.updates.features import RUNS, SIZE, runs
from classifiers.updates.model import EFFECTS, UpdateModel, sifted, weighted
from classifiers.updates.updates import described_as, goods_spans, own_words

_INVERSE_REGULARISATION = 30.0
_OF_SIEVE = 10.0
_RARE = 2  # a feature met in fewer posts is left out
# Of all updates so many pass the sieve, each judged by one that was not fitted to it.
_KEPT = 0.99
_FOLDS = 5


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
        described.append(described_as(words, spans, wanted))
    return described


def sifted_posts(examples: Sequence[UpdateExample]) -> tuple[list[np.ndarray], np.ndarray]:
    """Return the runs of each example, then of the corpus of requests, and which are updates."""
    texts = [example.text for example in examples] + [entry.text for entry in corpus.bundled()]
    is_update = np.zeros(len(texts), dtype=bool)
    is_update[: len(examples)] = [example.kind != "none" for example in examples]
    return [runs(own_words(normalise(text)).strip("\n")) for text in texts], is_update


def fit_sieve(posts: Sequence[np.ndarray], is_update: np.ndarray) -> tuple[np.ndarray, float]:
    """Fit the sieve: the weights of runs, and the least sum of a post that goes on.

    posts, is_update: as of sifted_posts.
    """
    sums = np.zeros(len(posts))
    for seen, unseen in StratifiedKFold(_FOLDS, shuffle=True, random_state=0).split(
        is_update, is_update
    ):
        weights = _weights_of_sieve([posts[at] for at in seen], is_update[seen])
        sums[unseen] = [sifted(weights, posts[at]) for at in unseen]
    return _weights_of_sieve(posts, is_update), float(np.quantile(sums[is_update], 1 - _KEPT))


def _weights_of_sieve(posts: Sequence[np.ndarray], is_update: np.ndarray) -> np.ndarray:
    kept = np.flatnonzero(np.bincount(np.concatenate(posts), minlength=RUNS) >= _RARE)
    evenly = [np.full(len(post), 1 / np.sqrt(max(1, len(post)))) for post in posts]
    rule = LogisticRegression(C=_OF_SIEVE, class_weight="balanced", max_iter=1000).fit(
        _rows(posts, evenly, kept), is_update
    )
    weights = np.zeros(RUNS, dtype=np.float32)
    weights[kept] = rule.coef_[0]
    return weights


def _rows(
    posts: Sequence[np.ndarray], values: Sequence[np.ndarray], kept: np.ndarray
) -> csr_matrix:
    """Return a row a post with the values of those of its features that are kept."""
    cells, columns, ends = [], [], [0]
    for post, of_post in zip(posts, values, strict=True):
        at = np.searchsorted(kept, post)
        known = kept[np.minimum(at, len(kept) - 1)] == post
        cells.append(of_post[known])
        columns.append(at[known])
        ends.append(ends[-1] + len(columns[-1]))
    return csr_matrix(
        (np.concatenate(cells), np.concatenate(columns), ends), shape=(len(posts), len(kept))
    )


def fit_updates(
    kinds: Sequence[str],
    described: Sequence[np.ndarray],
    sieve: tuple[np.ndarray, float] | None = None,
) -> UpdateModel:
    """Fit a linear rule an effect; rare effects count as much as frequent ones.

    kinds: what each post changes, one of EFFECTS. described: the features of each.
    sieve: as of fit_sieve; None lets every post through.
    """
    met = np.bincount(np.concatenate(described), minlength=SIZE)
    rarity = np.log((1 + len(described)) / (1 + met)) + 1
    idf = np.where(met >= _RARE, rarity, 0).astype(np.float32)
    kept = np.flatnonzero(idf)
    rows = _rows(described, [weighted(idf, of_post) for of_post in described], kept)
    wanted = np.array([EFFECTS.index(kind) for kind in kinds])
    rule = LogisticRegression(
        C=_INVERSE_REGULARISATION, class_weight="balanced", max_iter=1000
    ).fit(rows, wanted)
    weights = np.zeros((SIZE, len(EFFECTS)), dtype=np.float32)
    weights[np.ix_(kept, rule.classes_)] = rule.coef_.T
    bias = np.full(len(EFFECTS), -30.0, dtype=np.float32)
    bias[rule.classes_] = rule.intercept_
    of_runs, least = sieve or (np.zeros(RUNS, dtype=np.float32), 0.0)
    return UpdateModel(idf, weights, bias, of_runs, least)
