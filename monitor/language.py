"""The languages of the pages: Chinese is what the templates hold, other words come from catalogs.

Messages are the Chinese words themselves; data/locale/en.po gives the English ones. A test keeps
the catalog complete.
"""

from __future__ import annotations

import gettext
import io
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from babel import Locale
from babel.dates import format_skeleton
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

import data

DEFAULT = "zh-CN"
LANGUAGES = ("zh-CN", "en")


def N_(message: str) -> str:
    """Return words as they are: marks them for the catalog where templates translate them later."""
    return message


@dataclass(frozen=True, slots=True)
class PageLanguage:
    """A language of the pages.

    code: as HTML and browsers write it. locale: Babel's.
    translations: what gettext looks words up in. words: the catalog, for scripts.
    """

    code: str
    locale: Locale
    translations: gettext.NullTranslations
    words: dict[str, str]

    def say(self, message: str, /, **values: object) -> str:
        """Return a message in this language, with %(name)s filled in."""
        text = self.translations.gettext(message)
        return text % values if values else text

    def date(self, time: datetime, skeleton: str) -> str:
        """Return the day of a local time; skeleton: which fields, such as "MMMd" (CLDR)."""
        return format_skeleton(skeleton, time, locale=self.locale)

    def of(self, zh: str, en: str) -> str:
        """Return the one of two tellings that is in this language."""
        return zh if self.code == DEFAULT else en


@cache
def language(code: str = DEFAULT) -> PageLanguage:
    """Return a language by its code, one of LANGUAGES."""
    if code == DEFAULT:
        return PageLanguage(code, Locale.parse("zh_CN"), gettext.NullTranslations(), {})
    catalog = read_po(io.BytesIO(data.read_bytes(f"locale/{code}.po")), locale=code)
    mo_file = io.BytesIO()
    write_mo(mo_file, catalog)
    mo_file.seek(0)
    words = {
        message.id: message.string
        for message in catalog
        if message.id and isinstance(message.id, str) and isinstance(message.string, str)
    }
    return PageLanguage(code, Locale.parse(code), gettext.GNUTranslations(mo_file), words)
