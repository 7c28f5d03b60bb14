"""Pin the readers' figures: the corpus's held-out fifth goes in, golden/floors.json comes out.

python tests/pin_floors.py            writes floors that rise, refuses where one would fall
python tests/pin_floors.py --lower    lowers floors too; say why in the commit
"""

from __future__ import annotations

import hashlib
import json
import math
import sys
from pathlib import Path

from classifiers import pipeline
from classifiers.measure import corpus, score
from classifiers.measure.corpus import Example

FILE = Path(__file__).parent / "golden" / "floors.json"


def held_out() -> list[Example]:
    """Return the posts that are kept for scoring."""
    return [example for example in corpus.bundled() if example.held_out]


def digest_of(examples: list[Example]) -> str:
    """Return what tells this set of labelled posts from another."""
    return hashlib.sha256("\n".join(sorted(map(repr, examples))).encode()).hexdigest()[:16]


def measure(examples: list[Example]) -> dict[str, float]:
    """Return the F1 of each reader and the average precision of the score.

    Quiet pleas and their twins are measured by themselves: they are harder, and would hide a fall.
    So are later posts by which a need is over, of which as many as can be are left alone.
    """
    later = [example.text for example in examples if example.source == corpus.LATER]
    measured = {
        "later posts left alone": 1 - sum(r.flagged for r in pipeline.read(later)) / len(later)
    }
    usual = [example for example in examples if example.source != corpus.LATER]
    for name, quiet in (("", False), ("quiet: ", True)):
        among = [example for example in usual if (example.kind is not None) == quiet]
        found = score.score(among, score.read(among))
        measured[f"{name}average precision"] = found.average_precision
        measured.update({f"{name}{of}": tally.f1 for of, tally in found.tallies.items()})
    return measured


def main() -> int:
    """Write the floors; return 1 where one would fall without --lower."""
    examples = held_out()
    # Rounded down to two decimals: a floor catches a fall, not the noise of one post.
    floors = {name: math.floor(value * 100) / 100 for name, value in measure(examples).items()}
    before = json.loads(FILE.read_text(encoding="utf-8"))["floors"] if FILE.exists() else {}
    fallen = [name for name, floor in floors.items() if floor < before.get(name, 0)]
    for name in fallen:
        sys.stderr.write(f"{name} fell from {before[name]:.2f} to {floors[name]:.2f}\n")
    if fallen and "--lower" not in sys.argv[1:]:
        sys.stderr.write("nothing was written; to lower the floors add --lower\n")
        return 1
    pinned = {
        "held_out": {"posts": len(examples), "digest": digest_of(examples)},
        "floors": floors,
    }
    FILE.write_text(json.dumps(pinned, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
