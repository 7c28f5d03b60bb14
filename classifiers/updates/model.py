"""The update model's weights: features of a later post go in, a probability an effect comes out.

Before these comes a sieve of what costs little, so that nearly all other posts go no further.

Features are hashed, so no text can be read back from what is kept.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from functools import cache

import numpy as np

import data
from classifiers.updates.features import RUNS, SIZE

MODEL_FILE = "updates.npz"
EFFECTS = (
    "none", "enough", "arrived", "denied", "do_not_call", "contact_change", "more", "again"
)  # fmt: skip
STOPS = frozenset({"enough", "arrived", "denied", "do_not_call", "contact_change"})


@dataclass(frozen=True)
class UpdateModel:
    """A linear rule an effect over features weighted by rarity.

    idf: rarity of each feature, shape (SIZE,); 0 for features never met.
    weights, bias: shapes (SIZE, effects) and (effects,).
    sieve, least: the weight of each run of characters, shape (RUNS,), and the least sum that
        goes on.
    """

    idf: np.ndarray
    weights: np.ndarray
    bias: np.ndarray
    sieve: np.ndarray
    least: float

    def lets_through(self, runs: np.ndarray) -> bool:
        """Tell by the numbers of its runs whether a post may be an update."""
        return sifted(self.sieve, runs) >= self.least

    def probabilities(self, features: np.ndarray) -> dict[str, float]:
        """Return the probability (0..1) of each effect; all of them sum up to 1."""
        logits = weighted(self.idf, features) @ self.weights[features] + self.bias
        odds = np.exp(logits - logits.max())
        return dict(zip(EFFECTS, map(float, odds / odds.sum()), strict=True))

    def to_bytes(self) -> bytes:
        """Return the model as a compressed file."""
        kept = np.flatnonzero(self.idf)
        sieved = np.flatnonzero(self.sieve)
        file = io.BytesIO()
        np.savez_compressed(
            file,
            effects=np.array(EFFECTS),
            kept=kept.astype(np.int32),
            idf=self.idf[kept].astype(np.float16),
            weights=self.weights[kept].astype(np.float16),
            bias=self.bias.astype(np.float32),
            sieved=sieved.astype(np.int32),
            sieve=self.sieve[sieved].astype(np.float16),
            least=np.float32(self.least),
        )
        return file.getvalue()

    @classmethod
    def from_bytes(cls, content: bytes) -> UpdateModel:
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
            sieve = np.zeros(RUNS, dtype=np.float32)
            sieve[file["sieved"]] = file["sieve"]
            return cls(idf, weights, file["bias"], sieve, float(file["least"]))


@cache
def model() -> UpdateModel:
    """Return the bundled model."""
    return UpdateModel.from_bytes(data.read_bytes(f"models/{MODEL_FILE}"))


def weighted(idf: np.ndarray, features: np.ndarray) -> np.ndarray:
    """Return the weight of each feature of a post by its rarity; runs and cues count alike."""
    rarity = idf[features]
    lengths = [np.sqrt((rarity[part] ** 2).sum()) for part in (features < RUNS, features >= RUNS)]
    return np.asarray(rarity / np.where(features < RUNS, *(length or 1.0 for length in lengths)))


def sifted(sieve: np.ndarray, runs: np.ndarray) -> float:
    """Return the sum of the weights of a post's runs, made even for its length."""
    return float(sieve[runs].sum() / np.sqrt(max(1, len(runs))))
