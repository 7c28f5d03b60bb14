"""Stage 3, merge: needs not yet in a case go in; cases come out, with the reasons they belong.

Never undoes what a person split.
"""

from __future__ import annotations

from monitor.merge.cases import MergeCounts, merge, plea_of, split_case

__all__ = ["MergeCounts", "alike", "merge", "plea_of", "split_case"]
