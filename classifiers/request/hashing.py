"""Turn features into numbers: words, or the runs of a text, go in; no text can come back."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from murmurhash.mrmr import hash_unicode

ROLES = 2**16  # numbers of the roles that are played, the last of the quick ones
QUICK = 2**19  # smaller numbers are of quick features, the others of what the readers found
READ = QUICK + 2**19  # smaller numbers are of words and runs, the others of what shares a sentence
SIZE = READ + 2**17
VOICE = 2**16  # numbers of what tells who speaks, apart from all others
VERSION = 4  # count up when a feature changes: a model knows only the features it was fitted to
# Odd constants that spread bits: a multiplier of FNV's kind, and a step of splitmix64.
_STEP = np.uint64(1_000_003)
_SPREAD = np.uint64(0xBF58476D1CE4E5B9)
_HIGH, _LOW = np.uint64(29), np.uint64(32)


def once(numbers: np.ndarray) -> np.ndarray:
    """Return each number once, sorted; for short arrays twice as fast as np.unique."""
    ordered = np.sort(numbers)
    first = np.ones(len(ordered), dtype=bool)
    np.not_equal(ordered[1:], ordered[:-1], out=first[1:])
    return ordered[first]


def of_words(features: Iterable[str], size: int) -> np.ndarray:
    """Return the number of each feature, 0 to size - 1."""
    return np.fromiter((hash_unicode(word) % size for word in features), dtype=np.int64)


def of_runs(text: str, size: int, *, kind: str, shortest: int, longest: int) -> np.ndarray:
    """Return the numbers, 0 to size - 1, of all runs of `shortest` to `longest` characters.

    kind: the same run has another number in a text of another kind.
    """
    codes = np.frombuffer(text.encode("utf-32-le", "replace"), dtype=np.uint32).astype(np.uint64)
    so_far = np.array([hash_unicode(kind) & 0xFFFFFFFF], dtype=np.uint64)
    runs = []
    for length in range(1, min(longest, len(codes)) + 1):
        # Run by run, the next character joins; whatever is too near to the end drops out.
        so_far = (so_far[: len(codes) - length + 1] * _STEP) ^ codes[length - 1 :]
        if length >= shortest:
            runs.append(so_far)
    if not runs:
        return np.zeros(0, dtype=np.int64)
    mixed = np.concatenate(runs)
    mixed ^= mixed >> _HIGH
    mixed *= _SPREAD
    mixed ^= mixed >> _LOW
    mixed %= np.uint64(size)
    return mixed.astype(np.int64)
