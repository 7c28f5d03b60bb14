"""Fit the request classifier: labelled posts go in, a model comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import StratifiedKFold

from classifiers import pipeline
from classifiers.measure.corpus import Example
from classifiers.need import LABELS
from classifiers.request.hashing import QUICK, SIZE
from classifiers.request.model import Model, weighted

_FOLDS = 5
_INVERSE_REGULARISATION = 10.0
_RARE = 2  # a feature met in fewer posts is left out
# Of the posts of a real day that pass the gate, one in fifty asks for supplies, of those that
# look like requests one in ten; a third of the corpus does. Probabilities are meant for real days.
REQUEST_SHARE = 0.1
_LOST = 0.006  # share of the requests that the sieve may stop; hardly any of those is ever flagged
_REAL = 3.0  # how many times a real post counts beside one that we wrote


def describe(
    examples: Iterable[Example], *, on_progress: Callable[[int], None] | None = None
) -> list[np.ndarray]:
    """Return the features of each example: sorted numbers, of varying length.

    on_progress: called with the number of examples described so far.
    """
    described = []
    for example in examples:
        described.append(pipeline.annotate(example.text)._.features)
        if on_progress:
            on_progress(len(described))
    return described


def fit(examples: Sequence[Example], described: Sequence[np.ndarray]) -> Model:
    """Fit weights, then calibration, threshold and sieve on posts that the weights have not seen.

    described: the features of each example.
    Raises ValueError where a label has fewer posts than there are folds.
    """
    wanted = np.array([example.label for example in examples])
    times = np.array([_REAL if example.real else 1.0 for example in examples])
    for label in LABELS:
        if 0 < (wanted == label).sum() < _FOLDS or (label == "request" and label not in wanted):
            raise ValueError(f"at least {_FOLDS} posts labelled {label} are needed to train")
    is_request = wanted == "request"
    met = np.bincount(np.concatenate(described), minlength=SIZE)
    rarity = np.log((1 + len(described)) / (1 + met)) + 1
    idf = np.where(met >= _RARE, rarity, 0).astype(np.float32)
    kept = np.flatnonzero(idf)
    every = _rows(described, idf)
    quick = _rows([numbers[numbers < QUICK] for numbers in described], idf)
    classes = np.unique(wanted)
    targets, request = wanted[:, None] == classes, list(classes).index("request")
    unseen, quick_sums = np.zeros(len(wanted)), np.zeros(len(wanted))
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    for seen, unseen_fold in folds.split(targets, wanted):
        weights, bias = _linear(every[seen], targets[seen], times[seen])
        odds = np.exp(every[unseen_fold] @ weights + bias)
        unseen[unseen_fold] = odds[:, request] / odds.sum(axis=1)
        weights, bias = _linear(quick[seen], targets[seen][:, [request]], times[seen])
        quick_sums[unseen_fold] = (quick[unseen_fold] @ weights + bias)[:, 0]
    weights, bias = _linear(every, targets, times)
    lowest = np.quantile(
        quick_sums[is_request], _LOST, weights=times[is_request], method="inverted_cdf"
    )
    sieve, sieve_bias = _linear(quick, targets[:, [request]], times)
    firsthand, firsthand_bias = _firsthand(examples, every, times)
    share = float(times[is_request].sum() / times.sum())
    counts = times * np.where(is_request, REQUEST_SHARE / share, (1 - REQUEST_SHARE) / (1 - share))
    slope, shift = _calibration(unseen, is_request, counts)
    calibrated = 1 / (1 + np.exp(-(slope * _log_odds(unseen) + shift)))
    precision, recall, thresholds = precision_recall_curve(
        is_request, calibrated, sample_weight=counts
    )
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    threshold = float(thresholds[f1[:-1].argmax()])
    return Model(
        labels=tuple(map(str, classes)),
        idf=idf,
        weights=_spread(weights, kept),
        bias=bias.astype(np.float32),
        sieve=_spread(sieve, kept)[:QUICK, 0],
        sieve_bias=float(sieve_bias[0] - lowest),
        firsthand=_spread(firsthand, kept)[:, 0],
        firsthand_bias=float(firsthand_bias[0]),
        slope=slope,
        shift=shift,
        threshold=threshold,
    )


def _firsthand(
    examples: Sequence[Example], rows: csr_matrix, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fit to the requests whose voice is marked; above 0 the ward itself speaks.

    Without enough posts of either voice no ward ever does.
    """
    marked = [at for at, e in enumerate(examples) if e.label == "request" and e.voice]
    own = np.array([examples[at].voice == "self" for at in marked], dtype=bool)
    if min(own.sum(), (~own).sum()) < _FOLDS:
        return np.zeros((rows.shape[1], 1)), np.full(1, -1.0)
    return _linear(rows[marked], own[:, None], times[marked])


def _linear(
    rows: csr_matrix, targets: np.ndarray, times: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Fit a logistic regression to each column of truths; return their weights and biases.

    One a label, their sums then made probabilities together, ranks our posts better than one
    multinomial regression does, and fits faster. Shapes (columns of rows, targets), (targets,).
    """
    fitted = [
        LogisticRegression(C=_INVERSE_REGULARISATION, solver="liblinear", tol=1e-3).fit(
            rows, truth, sample_weight=times
        )
        for truth in targets.T
    ]
    weights = np.array([regression.coef_[0] for regression in fitted]).T
    return weights, np.array([regression.intercept_[0] for regression in fitted])


def _spread(weights: np.ndarray, kept: np.ndarray) -> np.ndarray:
    """Return the weights of the kept features in their places among all."""
    spread = np.zeros((SIZE, weights.shape[1]), dtype=np.float32)
    spread[kept] = weights
    return spread


def _rows(described: Sequence[np.ndarray], idf: np.ndarray) -> csr_matrix:
    """Return the weighted features of each post, a row a post, a column a feature with rarity."""
    kept = np.flatnonzero(idf)
    column = np.zeros(SIZE, dtype=np.int64)
    column[kept] = np.arange(len(kept))
    met = [of_post[idf[of_post] > 0] for of_post in described]
    ends = np.cumsum([0, *map(len, met)])
    values = np.concatenate([weighted(idf, of_post) for of_post in met])
    return csr_matrix((values, column[np.concatenate(met)], ends), shape=(len(met), len(kept)))


def _log_odds(probability: np.ndarray) -> np.ndarray:
    p = np.clip(probability, 1e-9, 1 - 1e-9)
    return np.asarray(np.log(p / (1 - p)))


def _calibration(
    probability: np.ndarray, truth: np.ndarray, counts: np.ndarray
) -> tuple[float, float]:
    """Return slope and shift of Platt's sigmoid over the log-odds; counts weigh the posts."""
    sigmoid = LogisticRegression(C=1e6).fit(
        _log_odds(probability)[:, None], truth, sample_weight=counts
    )
    return float(sigmoid.coef_[0, 0]), float(sigmoid.intercept_[0])
