"""Tell which language a post is not read in: its words go in, the language or the script comes out.

Chinese is read, simplified and traditional, with English goods in it. Letters alone decide: no
dictionary, and no guess between languages of one script.
"""

from __future__ import annotations

import re

LANGUAGES = ("Japanese", "Korean", "Latin", "Cyrillic", "Arabic", "Thai", "other")

_ASIDE = re.compile(r"https?://\S+|www\.\S+|[@#]\S+|:[a-z_]+:")
_HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fa\uff66-\uff9f]")
_LATIN_WORD = re.compile(r"[A-Za-z\u00c0-\u024f]{2,}")
_SCRIPTS = {
    "Korean": re.compile(r"[\uac00-\ud7a3\u1100-\u11ff]"),
    "Cyrillic": re.compile(r"[\u0400-\u04ff]"),
    "Arabic": re.compile(r"[\u0600-\u06ff]"),
    "Thai": re.compile(r"[\u0e00-\u0e7f]"),
    "other": re.compile(r"[\u0370-\u03ff\u0590-\u05ff\u0900-\u0dff\u0e80-\u0fff\u10a0-\u10ff]"),
}
_LOOKED_AT = 2000
_LEAST = 4  # letters or words; less is a name or an exclamation
_KANA_SHARE = 0.1  # の alone stands in Chinese names
_WORDS_PER_SIGN = 5  # Latin words that outweigh a Chinese character (武汉 in an English post)


def unread_language(words: str) -> str | None:
    """Return the language, or the script, of words that no reader reads, one of LANGUAGES.

    None for Chinese and where there are too few letters to tell.
    """
    text = _ASIDE.sub(" ", words[:_LOOKED_AT])
    han, kana = len(_HAN.findall(text)), len(_KANA.findall(text))
    if kana >= _LEAST and kana > _KANA_SHARE * (han + kana):
        return "Japanese"
    for script, letters in _SCRIPTS.items():
        count = len(letters.findall(text))
        if count >= _LEAST and count > han:
            return script
    latin = len(_LATIN_WORD.findall(text))
    if latin >= _LEAST and latin > _WORDS_PER_SIGN * han:
        return "Latin"
    return None
