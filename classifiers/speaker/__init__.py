"""The speaker: a post goes in; who tells of the need, and whether at first hand, comes out.

Never guesses: without words that tell, nobody is named.
"""

from __future__ import annotations

from classifiers.speaker.speaker import SPEAKERS, read_speaker
from classifiers.speaker.voice import read_voice

__all__ = ["SPEAKERS", "read_speaker", "read_voice"]
