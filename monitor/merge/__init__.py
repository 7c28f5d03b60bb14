"""Stage 3, merge: needs not yet in a case go in; cases come out, with the reasons they belong.

What only a person can tell comes out as a suggestion. Never undoes what a person split.
"""

from __future__ import annotations

from monitor.merge.cases import MergeCounts, keep_apart, merge, merge_cases, plea_of, split_case

__all__ = ["MergeCounts", "keep_apart", "merge", "merge_cases", "plea_of", "reread", "split_case"]
