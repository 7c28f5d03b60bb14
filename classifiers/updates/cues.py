"""Cues of updates: the words of a clause go in; which parts they may play comes out.

A cue tells nothing by itself: 够了 stands in thanks, in irony and in what somebody else said. The
model weighs cues and their neighbours; what they are said of is found by clauses.
"""

from __future__ import annotations

import re
from collections import defaultdict

import data

CUES_FILE = "lexicons/update_cues.tsv"


def _cues() -> dict[str, re.Pattern[str]]:
    """Return the pattern of each part, in the order of the file."""
    patterns = defaultdict(list)
    for part, pattern in data.read_table(CUES_FILE):
        patterns[part].append(pattern)
    return {part: re.compile("|".join(alternatives)) for part, alternatives in patterns.items()}


CUES = _cues()
ENOUGH, STOP, SOLVED = CUES["enough"], CUES["stop"], CUES["solved"]
ARRIVED, LACK = CUES["arrived"], CUES["lack"]
