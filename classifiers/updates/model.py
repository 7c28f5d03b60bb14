"""The update model's weights: features of a later post go in, a probability an effect comes out.

Features are hashed, so no text can be read back from what is kept.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import numpy as np

import data
from classifiers.request.hashing import QUICK
from classifiers.updates.features import SIZE

MODEL_FILE = "updates.npz"
EFFECTS = (
    "none", "enough", "arrived", "denied", "do_not_call", "contact_change", "more", "again"
)  # fmt: skip
STOPS = frozenset({"enough", "arrived", "denied", "do_not_call", "contact_change"})


@dataclass(frozen=True)
class Model:
    """A linear rule an effect over features weighted by rarity.

    idf: rarity of each feature, shape (SIZE,); 0 for features never met.
    weights, bias: shapes (SIZE, effects) and (effects,).
    """

    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray

    def probabilities(self, features: np.ndarray) -> dict[str, float]:
        """Return the probability (0..1) of each effect; all of them sum up to 1."""
        logits = weighted(self.idf, features) @ self.weights[features] + self.bias
        odds = np.exp(logits - logits.max())
        return dict(zip(EFFECTS, map(float, odds / odds.sum()), strict=True))

    def to_bytes(self) -> bytes:
        """Return the model as a compressed file."""
        kept = np.flatnonzero(self.idf)
        file = io.BytesIO()
        np.savez_compressed(
            file,
            effects=np.array(EFFECTS),
            kept=kept.astype(np.int32),
            idf=self.idf[kept].astype(np.float16),
            weights=self.weights[kept].astype(np.float16),
            bias=self.bias.astype(np.float32),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> Model:
        """Return the model of a file that `to_bytes` made.

        Raises ValueError for one that was fitted to other effects.
        """
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            if tuple(map(str, file["effects"])) != EFFECTS:
                raise ValueError("it was fitted to other effects")
            idf = np.zeros(SIZE, dtype=np.float32)
            weights = np.zeros((SIZE, len(EFFECTS)), dtype=np.float32)
            idf[file["kept"]] = file["idf"]
            weights[file["kept"]] = file["weights"]
            return cls(idf, weights, file["bias"])


@cache
def model() -> Model:
    """Return the bundled model."""
    return Model.from_bytes(data.read_bytes(f"models/{MODEL_FILE}"))


def weighted(idf: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Return the weight of each feature of a post by its rarity; runs and cues count alike."""
    rarity = idf[features]
    lengths = [np.sqrt((rarity[part] ** 2).sum()) for part in (features < QUICK, features >= QUICK)]
    return np.asarray(rarity / np.where(features < QUICK, *(length or 1.0 for length in lengths)))
