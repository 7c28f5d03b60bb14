"""The request classifier's weights: features of posts go in, a probability a label comes out.

Features are hashed, so no text can be read back from what is kept.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from classifiers.request.hashing import QUICK, SIZE, VERSION


@dataclass(frozen=True)
class Model:
    """Linear rules over hashed features weighted by rarity: a sum a label, and a sieve before them.

    labels: the label of each column of `weights`.
    idf: rarity of each feature, shape (SIZE,); 0 for features never met.
    weights, bias: shapes (SIZE, labels) and (labels,).
    sieve, sieve_bias: a linear rule over quick features, shape (QUICK,); a post whose sum is
        below 0 is hardly ever a request and need not be read.
    firsthand, firsthand_bias: a linear rule over all features, shape (SIZE,); the author of a
        request whose sum is above 0 speaks of their own ward.
    slope, shift: turn the log-odds of a request into those of a calibrated probability.
    threshold: the calibrated probability from which a post is flagged.
    """

    labels: tuple[str, ...]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
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
        for numbers in (self.weights, self.idf, self.sieve, self.firsthand):
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
        quick = features[features < QUICK]
        return float(weighted(self.idf, quick) @ self.sieve[quick]) + self.sieve_bias >= 0

    def speaks_firsthand(self, features: np.ndarray) -> bool:
        """Tell whether the author of a request seems to speak of their own ward or team."""
        total = float(weighted(self.idf, features) @ self.firsthand[features])
        return len(features) > 0 and total + self.firsthand_bias > 0

    def probabilities(self, features: Sequence[np.ndarray]) -> np.ndarray:
        """Return the uncalibrated probability (0..1) of each label, shape (posts, labels)."""
        logits = np.array([weighted(self.idf, n) @ self.weights[n] + self.bias for n in features])
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def calibrated(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the calibrated probability (0..1) of a request for each post.

        probabilities: as of `probabilities`, shape (posts, labels).
        """
        p = np.clip(probabilities[:, self.labels.index("request")], 1e-9, 1 - 1e-9)
        return np.asarray(1 / (1 + np.exp(-(self.slope * np.log(p / (1 - p)) + self.shift))))

    def to_bytes(self) -> bytes:
        """Return the model as a compressed file."""
        kept = np.flatnonzero(self.idf)
        file = io.BytesIO()
        np.savez_compressed(
            file,
            features=np.array(VERSION),
            labels=np.array(self.labels),
            kept=kept.astype(np.int32),
            idf=self.idf[kept].astype(np.float16),
            weights=self.weights[kept].astype(np.float16),
            bias=self.bias,
            sieve=self.sieve[kept[kept < QUICK]].astype(np.float16),
            firsthand=self.firsthand[kept].astype(np.float16),
            tuning=np.array(self._tuning),
        )
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
            kept = file["kept"]
            idf = np.zeros(SIZE, dtype=np.float32)
            weights = np.zeros((SIZE, len(labels)), dtype=np.float32)
            sieve = np.zeros(QUICK, dtype=np.float32)
            idf[kept] = file["idf"]
            weights[kept] = file["weights"]
            sieve[kept[kept < QUICK]] = file["sieve"]
            firsthand = np.zeros(SIZE, dtype=np.float32)
            firsthand[kept] = file["firsthand"]
            sieve_bias, firsthand_bias, *tuning = (float(value) for value in file["tuning"])
            return cls(
                labels,
                idf,
                weights,
                file["bias"],
                sieve,
                sieve_bias,
                firsthand,
                firsthand_bias,
                *tuning,
            )


def weighted(idf: np.ndarray, numbers: np.ndarray) -> np.ndarray:
    """Return the weight of each feature of a post by its rarity; all weights have length 1."""
    rarity = idf[numbers]
    length = float(np.sqrt((rarity**2).sum()))
    return np.asarray(rarity / length if length else rarity)
