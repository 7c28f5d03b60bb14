"""Fit the request classifier: labelled posts go in, a model comes out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import precision_recall_curve
from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

from classifiers import pipeline
from classifiers.measure.corpus import Example
from classifiers.need import LABELS
from classifiers.request.hashing import QUICK, READ, SIZE, VOICE
from classifiers.request.model import Description, Model, joined, request_odds, weighted
from classifiers.speaker.voice import features_of_voice

_FOLDS = 5
_RARE = 2  # a feature met in fewer posts is left out
# Of the posts of a real day that pass the gate, one in fifty asks for supplies, of those that
# look like requests one in ten; a third of the corpus does. Probabilities are meant for real days.
REQUEST_SHARE = 0.1
_LOST = 0.006  # share of the requests that the sieve may stop; hardly any of those is ever flagged
_SURE = 0.88  # share of the posts said to be the ward's own that are, on posts not seen
_NEARLY = 0.01  # share of the best mean of F1 by which a threshold may fall behind it
_USUAL = 2.0  # how much F1 on usual posts counts beside that on pairs, for the threshold


class _Mixture(NamedTuple):
    """How often a real post, and a quiet plea and its twin, count beside one of our other posts.

    inverse_regularisation: of the regressions. Chosen on posts cross-validated by near-duplicates,
    and on pairs of writers that the model had not read.
    """

    real: float
    paired: float
    inverse_regularisation: float


# Real posts crowd out the quiet pleas, those blur what is known of real posts: hence two sums.
_ALL, _LOUD = _Mixture(3.0, 2.0, 30.0), _Mixture(3.0, 0.5, 10.0)


def describe(
    examples: Iterable[Example], *, on_progress: Callable[[int], None] | None = None
) -> list[Description]:
    """Return the features of each example.

    on_progress: called with the number of examples described so far.
    """
    described = []
    for example in examples:
        doc = pipeline.annotate(example.text, example.author)
        described.append(Description(doc._.features, doc._.views, features_of_voice(doc)))
        if on_progress:
            on_progress(len(described))
    return described


@dataclass(frozen=True, slots=True)
class _Posts:
    """Labelled posts with their weighted features, a row a post, and those of their views.

    owner: the row of the post that each view is of. times, loud_times: how often each post counts.
    """

    labels: np.ndarray
    times: np.ndarray
    groups: np.ndarray
    every: csr_matrix
    quick: csr_matrix
    loud: csr_matrix
    views: csr_matrix
    loud_views: csr_matrix
    owner: np.ndarray
    loud_times: np.ndarray


def fit(examples: Sequence[Example], described: Sequence[Description]) -> Model:
    """Fit weights, then calibration, threshold and sieve on posts that the weights have not seen.

    described: the features of each example.
    Raises ValueError where a label has fewer posts than there are folds.
    """
    wanted = np.array([example.label for example in examples])
    for label in LABELS:
        if 0 < (wanted == label).sum() < _FOLDS or (label == "request" and label not in wanted):
            raise ValueError(f"at least {_FOLDS} posts labelled {label} are needed to train")
    is_request = wanted == "request"
    met = np.bincount(np.concatenate([post.whole for post in described]), minlength=SIZE)
    rarity = np.log((1 + len(described)) / (1 + met)) + 1
    idf = np.where(met >= _RARE, rarity, 0).astype(np.float32)
    posts = _posts(examples, described, idf)
    classes = np.unique(wanted)
    request = list(classes).index("request")
    unseen, quick_sums = np.zeros(len(wanted)), np.zeros(len(wanted))
    folds = StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=0)
    for seen, unseen_fold in folds.split(wanted, wanted, posts.groups):
        known = np.isin(np.arange(len(wanted)), seen)
        unseen[unseen_fold] = _unseen_odds(posts, known, classes)[unseen_fold]
        of_quick = posts.quick[seen], is_request[seen, None], posts.times[seen]
        weights, bias = _linear(*of_quick, _LOUD)
        quick_sums[unseen_fold] = (posts.quick[unseen_fold] @ weights + bias)[:, 0]
    times = posts.times
    lowest = np.quantile(
        quick_sums[is_request], _LOST, weights=times[is_request], method="inverted_cdf"
    )
    targets = wanted[:, None] == classes
    weights, bias = _linear(posts.every, targets, times, _ALL)
    loud, loud_bias = _linear(posts.loud, targets, posts.loud_times, _LOUD)
    sieve, sieve_bias = _linear(posts.quick, targets[:, [request]], times, _LOUD)
    firsthand, firsthand_bias = _firsthand(examples, described)
    share = float(times[is_request].sum() / times.sum())
    counts = times * np.where(is_request, REQUEST_SHARE / share, (1 - REQUEST_SHARE) / (1 - share))
    slope, shift = _calibration(unseen, is_request, counts)
    calibrated = 1 / (1 + np.exp(-(slope * unseen + shift)))
    kept = np.flatnonzero(idf)
    return Model(
        labels=tuple(map(str, classes)),
        idf=idf,
        weights=_spread(weights, kept),
        bias=bias.astype(np.float32),
        loud=_spread(loud, kept)[:READ],
        loud_bias=loud_bias.astype(np.float32),
        sieve=_spread(sieve, kept)[:QUICK, 0],
        sieve_bias=float(sieve_bias[0] - lowest),
        firsthand=firsthand,
        firsthand_bias=firsthand_bias,
        slope=slope,
        shift=shift,
        threshold=_threshold(examples, calibrated),
    )


def _posts(
    examples: Sequence[Example], described: Sequence[Description], idf: np.ndarray
) -> _Posts:
    wholes = [post.whole for post in described]
    views = [view for post in described for view in post.views]
    groups = {name: at for at, name in enumerate(dict.fromkeys(e.pair or e.id for e in examples))}
    paired = np.array([example.kind is not None for example in examples])
    real = np.array([example.real for example in examples])
    return _Posts(
        labels=np.array([example.label for example in examples]),
        times=np.select([paired, real], [_ALL.paired, _ALL.real], 1.0),
        loud_times=np.select([paired, real], [_LOUD.paired, _LOUD.real], 1.0),
        groups=np.array([groups[example.pair or example.id] for example in examples]),
        every=_rows(wholes, idf),
        quick=_rows(_below(QUICK, wholes), idf),
        loud=_rows(_below(READ, wholes), idf),
        views=_rows(views, idf),
        loud_views=_rows(_below(READ, views), idf),
        owner=np.repeat(np.arange(len(described)), [len(post.views) for post in described]),
    )


def _unseen_odds(posts: _Posts, seen: np.ndarray, classes: np.ndarray) -> np.ndarray:
    """Return the log-odds of a request for every post by weights that know the seen ones alone."""
    request = list(classes).index("request")
    of_both = []
    known = np.flatnonzero(seen)
    targets = posts.labels[known, None] == classes
    for rows, view_rows, times, mixture in (
        (posts.every, posts.views, posts.times, _ALL),
        (posts.loud, posts.loud_views, posts.loud_times, _LOUD),
    ):
        weights, bias = _linear(rows[known], targets, times[known], mixture)
        whole = request_odds(rows @ weights + bias, request)
        views = request_odds(view_rows @ weights + bias, request) if len(posts.owner) else whole[:0]
        of_both.append((whole, views))
    (quiet, quiet_views), (loud, loud_views) = of_both
    ends = np.searchsorted(posts.owner, np.arange(len(quiet) + 1))
    return np.array(
        [
            joined(
                np.append(quiet[at], quiet_views[ends[at] : ends[at + 1]]),
                np.append(loud[at], loud_views[ends[at] : ends[at + 1]]),
            )
            for at in range(len(quiet))
        ]
    )


def _threshold(examples: Sequence[Example], calibrated: np.ndarray) -> float:
    """Return the probability from which posts are flagged: what serves all kinds of posts best.

    Real posts count as they are, quiet pleas and their twins half and half, our other posts as if
    REQUEST_SHARE of them were requests. The mean of their F1 decides, borderline posts as well;
    that on the pairs, which hold far more pleas than any day, counts half. Of probabilities that
    serve nearly as well the middle is taken, since a few posts decide which is best.
    """
    is_request = np.array([example.label == "request" for example in examples])
    paired = np.array([example.kind is not None for example in examples])
    real = np.array([example.real for example in examples]) & ~paired
    ours = ~paired & ~real
    share = is_request[ours].mean() if ours.any() else REQUEST_SHARE
    alike = np.ones(len(examples))
    fewer = np.where(is_request, REQUEST_SHARE / share, (1 - REQUEST_SHARE) / (1 - share))
    places = np.unique(calibrated[is_request])
    mean = np.zeros(len(places))
    for kind, times, weight in (
        (real, alike, _USUAL), (paired, alike, 1.0), (ours, fewer, _USUAL)
    ):  # fmt: skip
        if is_request[kind].any():
            precision, recall, thresholds = precision_recall_curve(
                is_request[kind], calibrated[kind], sample_weight=times[kind]
            )
            f1 = 2 * precision * recall / np.maximum(precision + recall, 1e-9)
            mean += weight * f1[np.searchsorted(thresholds, places)]
    near = places[mean >= (1 - _NEARLY) * mean.max()]
    return float(near[0] + near[-1]) / 2


def _firsthand(
    examples: Sequence[Example], described: Sequence[Description]
) -> tuple[np.ndarray, float]:
    """Fit to the requests whose voice is marked; above 0 the ward itself speaks.

    Without enough posts of either voice no ward ever does.
    """
    marked = [at for at, e in enumerate(examples) if e.label == "request" and e.voice]
    own = np.array([examples[at].voice == "self" for at in marked], dtype=bool)
    if min(own.sum(), (~own).sum()) < _FOLDS:
        return np.zeros(VOICE, dtype=np.float32), -1.0
    rows = voice_rows([described[at].voice for at in marked])
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=0)
    sums = np.zeros(len(marked))
    for seen, unseen in folds.split(own, own):
        weights, bias = _linear(rows[seen], own[seen, None], np.ones(len(seen)), _LOUD, dual=False)
        sums[unseen] = (rows[unseen] @ weights + bias)[:, 0]
    weights, bias = _linear(rows, own[:, None], np.ones(len(marked)), _LOUD, dual=False)
    return weights[:, 0].astype(np.float32), float(bias[0] - _sure_from(sums, own))


def _sure_from(sums: np.ndarray, own: np.ndarray) -> float:
    """Return the sum from which _SURE of the posts are the ward's own."""
    precision, _, thresholds = precision_recall_curve(own, sums)
    enough = np.flatnonzero(precision[:-1] >= _SURE)
    return float(thresholds[enough[0]]) if len(enough) else 0.0


def voice_rows(described: Sequence[np.ndarray]) -> csr_matrix:
    """Return a row a voice; all rows have length 1."""
    ends = np.cumsum([0, *map(len, described)])
    values = np.concatenate([np.full(len(n), 1 / np.sqrt(max(1, len(n)))) for n in described])
    return csr_matrix((values, np.concatenate(described), ends), shape=(len(described), VOICE))


def _linear(
    rows: csr_matrix,
    targets: np.ndarray,
    times: np.ndarray,
    mixture: _Mixture,
    *,
    dual: bool = True,
) -> tuple[np.ndarray, np.ndarray]:
    """Fit a logistic regression to each column of truths; return their weights and biases.

    One a label, their sums then made probabilities together, ranks our posts better than one
    multinomial regression does, and fits faster. Shapes (columns of rows, targets), (targets,).
    dual: twice as fast, and ranks posts the same; of few posts it leaves more to chance.
    """
    fitted = [
        LogisticRegression(
            C=mixture.inverse_regularisation,
            solver="liblinear",
            dual=dual,
            tol=1e-2,
            max_iter=1000,
            random_state=0,
        ).fit(rows, truth, sample_weight=times)
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
    if not described:
        return csr_matrix((0, len(kept)))
    met = [of_post[idf[of_post] > 0] for of_post in described]
    ends = np.cumsum([0, *map(len, met)])
    values = np.concatenate([weighted(idf, of_post) for of_post in met])
    return csr_matrix((values, column[np.concatenate(met)], ends), shape=(len(met), len(kept)))


def _below(limit: int, described: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Return the features below a number of each post; they are sorted."""
    return [numbers[: np.searchsorted(numbers, limit)] for numbers in described]


def _calibration(
    log_odds: np.ndarray, truth: np.ndarray, counts: np.ndarray
) -> tuple[float, float]:
    """Return slope and shift of Platt's sigmoid over log-odds; counts weigh the posts."""
    sigmoid = LogisticRegression(C=1e6).fit(log_odds[:, None], truth, sample_weight=counts)
    return float(sigmoid.coef_[0, 0]), float(sigmoid.intercept_[0])
