"""What goes wrong with a whole answer or file, in the outcome words of a run."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

LONGEST_MESSAGE = 500  # characters; what stands in an answer may have any number
_BLANKS = re.compile(r"[\s\x1c-\x1f\x85\u2028\u2029]+")
_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]")
Outcome = Literal["unreachable", "changed", "blocked", "login needed", "cut short"]

_ENCODED = re.compile(r"(?:%[89a-f][0-9a-f])+", re.I)
_LONGEST_ADDRESS = 300


def one_line(words: str, longest: int = LONGEST_MESSAGE) -> str:
    """Return words for people on one line of at most `longest` characters: nothing in it rings.

    Of longer ones the beginning and the end are left, with how much is left out between them.
    Secrets are masked before, for half of one would be told by nobody.
    """
    from spiders.base.masking import without_secrets  # it masks what is made here

    words = without_secrets(words)
    if len(words) > longest:
        count = f" … {len(words) - longest:,} characters … "
        rest = longest - len(count)
        words = words[: rest - rest // 4] + count + words[-(rest // 4) :]
    if words.isascii() and words.isprintable():
        return words
    return _UNSEEN.sub("\ufffd", _BLANKS.sub(" ", words)).strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a source's answer or file could not be read; the rest of the run goes on.

    outcome: "unreachable" (no answer, no file), "changed" (not the expected shape),
        "blocked" (refused to us), "login needed" or "cut short" (only part was read).
    message: the address, field or file, and what is wrong, for people; one line, bounded.
    answer: what the service answered, kept for a look; empty where there is nothing to see.
    """

    outcome: Outcome
    message: str
    answer: bytes = b""

    def __post_init__(self) -> None:
        object.__setattr__(self, "message", one_line(self.message))


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """What is worth telling of a run that went well: what was guessed, what no row has.

    message: which file or address, what it is, and what to do about it, for people.
    """

    message: str


class AnswerError(Exception):
    """Raised where an answer is not what a spider asked for; the walk ends, the rest goes on.

    outcome: the word that the run ends with. message: which field or sign, for people.
    answer: what came, where that is not the answer being read; kept for a look.
    """

    def __init__(self, outcome: Outcome, message: str, answer: bytes = b"") -> None:
        super().__init__(one_line(message))
        self.outcome = outcome
        self.answer = answer

    @classmethod
    def of(cls, trouble: Trouble) -> AnswerError:
        """Return the error that a trouble is to whoever awaits the answer."""
        return cls(trouble.outcome, trouble.message, trouble.answer)


def at(reason: str, address: str) -> str:
    """Return a reason, then the address at which it came to be, as people read it."""
    return f"{reason} ({readable(address)[:_LONGEST_ADDRESS]})"


def readable(address: str) -> str:
    """Return an address with its Chinese, and all that is not ASCII, in its own characters."""
    return _ENCODED.sub(_decoded, address)


def _decoded(encoded: re.Match[str]) -> str:
    try:
        words = bytes.fromhex(encoded[0].replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return encoded[0]
    return words if words.isprintable() else encoded[0]


def changed(field: str) -> AnswerError:
    """Return the error of an answer that lacks a field it always had."""
    return AnswerError("changed", f"the answer has no '{field}' any more")
