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

from classifiers.hashing import SIZE, VERSION


@dataclass(frozen=True)
class Model:
    """A multinomial logistic regression over hashed features weighted by rarity.

    labels: the label of each column of `weights`.
    idf: rarity of each feature, shape (SIZE,); 0 for features never met.
    weights, bias: shapes (SIZE, labels) and (labels,).
    slope, shift: turn the log-odds of a request into those of a calibrated probability.
    threshold: the calibrated probability from which a post is flagged.
    """

    labels: tuple[str, ...]
    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    slope: float
    shift: float
    threshold: float

    @cached_property
    def version(self) -> str:
        """Short digest of the weights; it changes when the model does."""
        digest = hashlib.sha256(self.weights.tobytes() + self.idf.tobytes())
        digest.update(repr((self.slope, self.shift, self.threshold)).encode())
        return digest.hexdigest()[:12]

    def weighted(self, numbers: np.ndarray) -> np.ndarray:
        """Return the weight of each feature of a post; all its weights have length 1."""
        rarity = self.idf[numbers]
        length = float(np.sqrt((rarity**2).sum()))
        return rarity / length if length else rarity

    def probabilities(self, features: Sequence[np.ndarray]) -> np.ndarray:
        """Return the uncalibrated probability of each label, a row a post."""
        logits = np.array([self.weighted(n) @ self.weights[n] + self.bias for n in features])
        logits -= logits.max(axis=1, keepdims=True)
        odds = np.exp(logits)
        return np.asarray(odds / odds.sum(axis=1, keepdims=True))

    def calibrated(self, probabilities: np.ndarray) -> np.ndarray:
        """Return the calibrated probability (0..1) of a request for each row."""
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
            tuning=np.array([self.slope, self.shift, self.threshold]),
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
            idf = np.zeros(SIZE, dtype=np.float32)
            weights = np.zeros((SIZE, len(labels)), dtype=np.float32)
            idf[file["kept"]] = file["idf"]
            weights[file["kept"]] = file["weights"]
            slope, shift, threshold = (float(value) for value in file["tuning"])
            return cls(labels, idf, weights, file["bias"], slope, shift, threshold)
