"""Read who speaks in a post: its parts go in, "medic", "relative" and the like come out."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from classifiers.reader import reader
from classifiers.speaker.voice import says_i_am_medic
from data import read_words

if TYPE_CHECKING:
    from spacy.tokens import Doc

SPEAKERS = ("medic", "facility", "relative", "volunteer", "journalist", "repost")

_WORD = re.compile(r"[\u4e00-\u9fffA-Za-z\d]")
_LITTLE = 12  # a repost with fewer words of its own only hands on
_NEWS = re.compile(r"\s*【[^】]{6,60}】")
_ASKED = re.compile(r"(?:请|求|希望|联系|没|呼吁|转给|告诉|的|@)[^,。!?;\n]{0,8}$")


@reader("speaker", after=("parts", "voice"), empty=None)
def read_speaker(doc: Doc) -> str | None:
    """Return one of SPEAKERS, None where the author's own words do not tell.

    "relative" is family or a friend of a medic or of a sick person. Who only hands on the words
    of others is "repost", whatever those say.
    """
    parts = doc._.parts
    own = "\n".join(part.text for part in parts if part.kind == "own")
    handed_on = any(part.kind == "reposted" or part.text.startswith("//") for part in parts)
    if handed_on and len(_WORD.findall(own)) < _LITTLE:
        return "repost"
    firsthand = doc._.voice == "firsthand"
    named = _named_by(own, firsthand=firsthand)
    if named:
        return named
    news = _NEWS.match(own) is not None
    if firsthand or (not news and _says(own, "medic")):
        return "medic"
    return "repost" if handed_on and not news else None


def _named_by(own: str, *, firsthand: bool) -> str | None:
    """Return the speaker whom the author's own words name outright, None where they do not."""
    if _says(own, "journalist"):
        return "journalist"
    if _says_of_kin(own):
        return "relative"
    if says_i_am_medic(own):
        return "medic"
    if _says(own, "repost") and not firsthand:
        return "repost"
    if _says(own, "volunteer"):
        return "volunteer"
    return "facility" if _says(own, "facility") else None


def _says(text: str, role: str) -> bool:
    """Tell whether words of a role are there that are not addressed to those people (请记者…)."""
    return any(
        not _ASKED.search(text, max(0, match.start() - 12), match.start())
        for match in _listed(role).finditer(text)
    )


def _says_of_kin(text: str) -> bool:
    """Tell whether somebody near to the one in need speaks (我姐是护士)."""
    return bool(_of_kin().search(text) or _listed("relative").search(text))


@cache
def _of_kin() -> re.Pattern[str]:
    """Return a pattern of somebody's kin who is told to be a medic or sick."""
    kin, plight = _any_of("kin"), _any_of("plight")
    return re.compile(
        rf"(?:我|俺|咱)(?:的|有个|有一个|一个)?(?:亲|大|小|老|二)?(?:{kin})[^。!?;\n我]{{0,16}}?(?:{plight})"
    )


@cache
def _listed(role: str) -> re.Pattern[str]:
    """Return a pattern of the words of a role."""
    return re.compile(_any_of(role))


def _any_of(role: str) -> str:
    """Return the words of a role as alternatives, the longest first."""
    words = sorted(read_words(f"lexicons/speaker_{role}.txt"), key=len, reverse=True)
    return "|".join(map(re.escape, words))
