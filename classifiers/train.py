"""Fit the request classifier: labelled posts go in, a model comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import StratifiedKFold

from classifiers import pipeline
from classifiers.corpus import Example
from classifiers.features import features
from classifiers.hashing import SIZE
from classifiers.model import Model
from classifiers.need import LABELS

_INVERSE_REGULARISATION = 10.0
_FOLDS = 5
_RARE = 2  # a feature met in fewer posts is left out
# Of the posts of a real day that pass the gate, about one in fifty asks for supplies, of hard
# ones one in ten; a third of the corpus does. Probability and threshold are meant for real days.
REQUEST_SHARE = 0.05
REAL = 3.0  # how many times a real post counts beside one that we wrote


def describe(
    examples: Iterable[Example], *, on_progress: Callable[[int], None] | None = None
) -> list[np.ndarray]:
    """Return the features of each example."""
    described = []
    for example in examples:
        described.append(features(pipeline.annotate(example.text)))
        if on_progress:
            on_progress(len(described))
    return described


def fit(
    described: Sequence[np.ndarray],
    labels: Sequence[str],
    importance: Sequence[float] | None = None,
) -> Model:
    """Fit weights, then calibration and threshold on posts that the weights have not seen.

    importance: how many times each post counts, 1 where left out; see REAL.
    Raises ValueError where a label has fewer posts than there are folds.
    """
    wanted = np.array(labels)
    times = np.ones(len(wanted)) if importance is None else np.array(importance, dtype=float)
    for label in LABELS:
        if 0 < (wanted == label).sum() < _FOLDS or (label == "request" and label not in wanted):
            raise ValueError(f"at least {_FOLDS} posts labelled {label} are needed to train")
    unseen = np.zeros(len(wanted))
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    for known, other in folds.split(np.zeros(len(wanted)), wanted):
        part = _weights([described[at] for at in known], wanted[known], times[known])
        of_other = part.probabilities([described[at] for at in other])
        unseen[other] = of_other[:, part.labels.index("request")]
    model = _weights(described, wanted, times)
    is_request = wanted == "request"
    share = float(times[is_request].sum() / times.sum())
    counts = times * np.where(is_request, REQUEST_SHARE / share, (1 - REQUEST_SHARE) / (1 - share))
    slope, shift = _calibration(unseen, is_request, counts)
    calibrated = 1 / (1 + np.exp(-(slope * _log_odds(unseen) + shift)))
    precision, recall, thresholds = precision_recall_curve(
        is_request, calibrated, sample_weight=counts
    )
    f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
    threshold = float(thresholds[f1[:-1].argmax()])
    return Model(model.labels, model.idf, model.weights, model.bias, slope, shift, threshold)


def _weights(numbers: Sequence[np.ndarray], labels: np.ndarray, times: np.ndarray) -> Model:
    """Fit the weights alone; calibration is the identity."""
    met = np.bincount(np.concatenate(numbers), minlength=SIZE)
    rarity = np.log((1 + len(numbers)) / (1 + met)) + 1
    idf = np.where(met >= _RARE, rarity, 0).astype(np.float32)
    blank = Model((), idf, np.zeros(0), np.zeros(0), 1.0, 0.0, 0.5)
    kept = np.flatnonzero(idf)
    column = np.zeros(SIZE, dtype=np.int64)
    column[kept] = np.arange(len(kept))
    numbers = [of_post[idf[of_post] > 0] for of_post in numbers]
    ends = np.cumsum([0, *(len(of_post) for of_post in numbers)])
    values = np.concatenate([blank.weighted(of_post) for of_post in numbers])
    rows = csr_matrix(
        (values, column[np.concatenate(numbers)], ends), shape=(len(numbers), len(kept))
    )
    regression = LogisticRegression(
        C=_INVERSE_REGULARISATION, max_iter=500, tol=1e-3, class_weight="balanced"
    ).fit(rows, labels, sample_weight=times)
    weights = np.zeros((SIZE, len(regression.classes_)), dtype=np.float32)
    weights[kept] = regression.coef_.T
    return Model(
        labels=tuple(str(label) for label in regression.classes_),
        idf=idf,
        weights=weights,
        bias=regression.intercept_.astype(np.float32),
        slope=1.0,
        shift=0.0,
        threshold=0.5,
    )


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
