"""The request classifier's weights: features of posts go in, a probability a label comes out.

Features are hashed, so no text can be read back from what is kept.
"""

from __future__ import annotations

import hashlib
import io
import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from classifiers.request.hashing import QUICK, READ, SIZE, VERSION, VOICE

_WHOLE = 2.0  # how much the whole post counts beside the best of its views
_STEPS = 127  # of each side of 0 in which weights are kept


class Description(NamedTuple):
    """The features of a post: of the whole, its views (without hashtags, windows), its voice."""

    whole: np.ndarray
    views: tuple[np.ndarray, ...] = ()
    voice: np.ndarray = np.zeros(0, dtype=np.int64)


@dataclass(frozen=True)
class Model:
    """Linear rules over hashed features weighted by rarity: two sums a label, a sieve before them.

    labels: the label of each column of `weights` and `loud`.
    idf: rarity of each feature, shape (SIZE,); 0 for features never met.
    weights, bias: shapes (SIZE, labels) and (labels,); fitted to all posts, the quiet pleas and
        their twins among them.
    loud, loud_bias: shapes (READ, labels) and (labels,); fitted without those, and to no features
        of what shares a sentence: it ranks real posts better.
    sieve, sieve_bias: a linear rule over quick features, shape (QUICK,); a post whose sum is
        below 0 is hardly ever a request and need not be read.
    firsthand, firsthand_bias: a linear rule over the features of a voice, shape (VOICE,); the
        author of a request whose sum is above 0 speaks of their own ward.
    slope, shift: turn the log-odds of a request into those of a calibrated probability.
    threshold: the calibrated probability from which a post is flagged.
    """

    labels: tuple[str, ...]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    loud: np.ndarray
    loud_bias: np.ndarray
    sieve: np.ndarray
    sieve_bias: float
    firsthand: np.ndarray
    firsthand_bias: float
    slope: float
    shift: float
    threshold: float

    @cached_property
    def version(self) -> str:
        """Short digest of the weights; it changes when the model does."""
        digest = hashlib.sha256()
        for numbers in (self.weights, self.loud, self.idf, self.sieve, self.firsthand):
            digest.update(numbers.tobytes())
        digest.update(repr(self._tuning).encode())
        return digest.hexdigest()[:12]

    @property
    def _tuning(self) -> tuple[float, ...]:
        """Return the single numbers in the order of the file."""
        biases = (self.sieve_bias, self.firsthand_bias)
        return (*biases, self.slope, self.shift, self.threshold)

    def lets_through(self, features: np.ndarray) -> bool:
        """Tell by a post's quick features, each once, whether it deserves a reading.

        All its features do as well.
        """
        quick = features[: np.searchsorted(features, QUICK)]
        sums = weighted(self.idf, quick) @ self.sieve.take(quick)
        return float(sums) + self.sieve_bias >= 0

    def speaks_firsthand(self, voice: np.ndarray, known: float = 0.0) -> bool:
        """Tell whether the author of a request seems to speak of their own ward or team.

        known: log-odds of it that are known beside the post.
        """
        if not len(voice):
            return False
        total = self.firsthand[voice].sum() / np.sqrt(len(voice)) + self.firsthand_bias
        return float(total) + known > 0

    def probabilities(self, described: Sequence[Description]) -> np.ndarray:
        """Return the uncalibrated probability (0..1) of each label, shape (posts, labels)."""
        return odds_of([self._sums(post.whole)[0] for post in described])

    def calibrated(self, described: Sequence[Description]) -> np.ndarray:
        """Return the calibrated probability (0..1) of a request for each post, shape (posts,)."""
        return self._calibrated(np.array([self._log_odds(post)[0] for post in described]))

    def judged(self, post: Description) -> tuple[float, np.ndarray]:
        """Return the calibrated probability of a request, and those of `probabilities`.

        Asking for both at once takes half the time.
        """
        log_odds, sums = self._log_odds(post)
        return float(self._calibrated(np.array(log_odds))), odds_of([sums])[0]

    def _calibrated(self, log_odds: np.ndarray) -> np.ndarray:
        return np.asarray(1 / (1 + np.exp(-(self.slope * log_odds + self.shift))))

    def _log_odds(self, post: Description) -> tuple[float, np.ndarray]:
        """Return the log-odds of a request that both sums give, in the whole and its best view.

        With them the sums of the whole, one a label.
        """
        request = self.labels.index("request")
        quiet, loud = zip(*map(self._sums, (post.whole, *post.views)), strict=True)
        odds = joined(request_odds(quiet, request), request_odds(loud, request))
        return float(odds), quiet[0]

    def _sums(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return the two sums of each label over the features of a post."""
        rarity = self.idf.take(numbers)
        sums = _unit(rarity) @ self.weights.take(numbers, axis=0) + self.bias
        known = np.searchsorted(numbers, READ)
        rarity, numbers = rarity[:known], numbers[:known]
        return sums, _unit(rarity) @ self.loud.take(numbers, axis=0) + self.loud_bias

    def to_bytes(self) -> bytes:
        """Return the model as a compressed file."""
        kept = np.flatnonzero(self.idf)
        file = io.BytesIO()
        arrays: dict[str, Any] = dict(
            features=np.array(VERSION),
            labels=np.array(self.labels),
            kept=np.diff(kept, prepend=0).astype(np.int32),
            idf=self.idf[kept].astype(np.float16),
            bias=self.bias,
            loud_bias=self.loud_bias,
            tuning=np.array(self._tuning),
            **_coarse("weights", self.weights[kept]),
            **_coarse("loud", self.loud[kept[kept < READ]]),
            **_coarse("sieve", self.sieve[kept[kept < QUICK], None]),
            **_coarse("firsthand", self.firsthand[:, None]),
        )
        np.savez_compressed(file, **arrays)
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Model:
        """Return the model of a file that `to_bytes` made.

        Raises ValueError for one that was fitted to the features of another release.
        """
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            if "features" not in file or int(file["features"]) != VERSION:
                raise ValueError("it was fitted to the features of another release")
            labels = tuple(str(label) for label in file["labels"])
            kept = np.cumsum(file["kept"])
            idf = np.zeros(SIZE, dtype=np.float32)
            idf[kept] = file["idf"]
            sizes = {"weights": SIZE, "loud": READ, "sieve": QUICK}
            spread = {n: _spread(file, n, kept[kept < size], size) for n, size in sizes.items()}
            firsthand = _spread(file, "firsthand", np.arange(VOICE), VOICE)
            sieve_bias, firsthand_bias, *tuning = (float(value) for value in file["tuning"])
            return cls(
                labels,
                idf,
                spread["weights"],
                file["bias"],
                spread["loud"],
                file["loud_bias"],
                spread["sieve"][:, 0],
                sieve_bias,
                firsthand[:, 0],
                firsthand_bias,
                *tuning,
            )


def odds_of(sums: Sequence[np.ndarray] | np.ndarray) -> np.ndarray:
    """Return the share (0..1) of each label in the odds of all, a row a post."""
    logits = np.array(sums, dtype=np.float64)
    logits -= logits.max(axis=1, keepdims=True)
    odds = np.exp(logits)
    return np.asarray(odds / odds.sum(axis=1, keepdims=True))


def request_odds(sums: Sequence[np.ndarray] | np.ndarray, request: int) -> np.ndarray:
    """Return the log-odds of the label in column `request`, for each row of sums."""
    p = np.clip(odds_of(sums)[:, request], 1e-9, 1 - 1e-9)
    return np.asarray(np.log(p / (1 - p)))


def joined(quiet: np.ndarray, loud: np.ndarray) -> float:
    """Return one log-odds of a post from both sums' odds of the whole, then of its views."""
    return (_with_best_view(quiet) + _with_best_view(loud)) / 2


def _with_best_view(odds: np.ndarray) -> float:
    best = odds[1:].max() if len(odds) > 1 else odds[0]
    return float(_WHOLE * odds[0] + best) / (_WHOLE + 1)


def weighted(idf: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the weight of each feature of a post by its rarity; all weights have length 1."""
    return _unit(idf.take(numbers))


def _unit(rarity: np.ndarray) -> np.ndarray:
    length = math.sqrt(rarity @ rarity)
    return rarity / length if length else rarity


def _coarse(name: str, weights: np.ndarray) -> dict[str, np.ndarray]:
    """Return columns of weights in steps that are finer near 0; they need a quarter of the room."""
    scale = np.maximum(np.abs(weights).max(axis=0, initial=0), 1e-9)
    steps = np.rint(np.sqrt(np.abs(weights) / scale) * _STEPS) * np.sign(weights)
    return {name: steps.T.astype(np.int8), f"{name}_scale": scale.astype(np.float32)}


def _spread(file: np.lib.npyio.NpzFile, name: str, kept: np.ndarray, size: int) -> np.ndarray:
    """Return kept weights in their places among `size` features."""
    weights = np.zeros((size, len(file[f"{name}_scale"])), dtype=np.float32)
    steps = file[name].T.astype(np.float32)
    weights[kept] = np.sign(steps) * (steps / _STEPS) ** 2 * file[f"{name}_scale"]
    return weights
