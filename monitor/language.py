"""The languages of the pages: Chinese is what the templates hold, other words come from catalogs.

Messages are the Chinese words themselves; data/locale/en.po gives the English ones. A test keeps
the catalog complete. What readers name in Chinese (goods, units, places, words of urgency) has its
English in data/locale/names.en.tsv; what has no row there stays as it is.
"""

from __future__ import annotations

import gettext
import io
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from babel import Locale
from babel.dates import format_skeleton
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import data

DEFAULT = "zh-CN"
LANGUAGES = ("zh-CN", "en")
_COMMAS = re.compile(r"([、；])")
_COUNTED = re.compile(r"(?P<number>\d[\d.,–-]*) ?(?P<unit>\D{1,12})")


def N_(message: str) -> str:
    """Return words as they are: marks them for the catalog where templates translate them later."""
    return message


@dataclass(frozen=True, slots=True)
class PageLanguage:
    """A language of the pages.

    code: as HTML and browsers write it. locale: Babel's.
    translations: what gettext looks words up in. words: the catalog, for scripts.
    names: what readers name, by its Chinese word.
    """

    code: str
    locale: Locale
    translations: gettext.NullTranslations
    words: dict[str, str]
    names: dict[str, str]

    def say(self, message: str, /, **values: object) -> str:
        """Return a message in this language, with %(name)s filled in."""
        text = self.translations.gettext(message)
        return text % values if values else text

    def date(self, time: datetime, skeleton: str) -> str:
        """Return the day of a local time; skeleton: which fields, such as "MMMd" (CLDR)."""
        return format_skeleton(skeleton, time, locale=self.locale)

    def named(self, words: str) -> str:
        """Return names of goods, amounts or urgency, 、 between them, in this language."""
        if words in self.names or not self.names:
            return self.names.get(words, words)
        parts = _COMMAS.split(words)
        return "".join(
            self.say(part) if part in ("、", "；") else self._name(part) for part in parts
        )

    def _name(self, words: str) -> str:
        """Return one name, or a number with its unit such as 40支."""
        counted = None if words in self.names else _COUNTED.fullmatch(words)
        if counted and counted["unit"] in self.names:
            return self.amount(counted["number"], counted["unit"])
        return self.names.get(words, words)

    def placed(self, words: str) -> str:
        """Return places in this language: 湖北省 武汉市 as Wuhan, Hubei; ； stands between two."""
        if not self.names:
            return words
        places = (place.split(" ")[::-1] for place in words.split("；"))
        return "; ".join(", ".join(self.names.get(part, part) for part in one) for one in places)

    def amount(self, amount: str, unit: str) -> str:
        """Return an amount with its unit, "" for none."""
        told = self.say("%(amount)s%(unit)s", amount=self.named(amount), unit=self.named(unit))
        return told.strip() if amount else ""

    def goods(self, name: str, amount: str, unit: str) -> str:
        """Return goods with their amount, as one writes or says them."""
        told = self.amount(amount, unit)
        return self.of(
            f"{name}{told}", f"{self.named(name)} ({told})" if told else self.named(name)
        )

    def listed(self, words: Sequence[str]) -> str:
        """Return words one after the other, as they are said."""
        return self.of("、".join(words), format_list(words, locale=self.locale))

    def of(self, zh: str, en: str) -> str:
        """Return the one of two tellings that is in this language."""
        return zh if self.code == DEFAULT else en


@cache
def language(code: str = DEFAULT) -> PageLanguage:
    """Return a language by its code, one of LANGUAGES."""
    if code == DEFAULT:
        return PageLanguage(code, Locale.parse("zh_CN"), gettext.NullTranslations(), {}, {})
    catalog = read_po(io.BytesIO(data.read_bytes(f"locale/{code}.po")), locale=code)
    mo_file = io.BytesIO()
    write_mo(mo_file, catalog)
    mo_file.seek(0)
    words = {
        message.id: message.string
        for message in catalog
        if message.id and isinstance(message.id, str) and isinstance(message.string, str)
    }
    rows = data.read_table(f"locale/names.{code}.tsv")
    names = {word: name for name, chinese in rows for word in chinese.split("|")}
    translations = gettext.GNUTranslations(mo_file)
    return PageLanguage(code, Locale.parse(code), translations, words, names)
