"""Templates of a day's pages: settings, a day and a language in, templates out."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import cache, lru_cache
from zoneinfo import ZoneInfo

import data
from monitor.calling.dispositions import dispositions
from monitor.digest.case_view import GoodsView
from monitor.digest.page_data import levels_data, to_json
from monitor.digest.rungs import who_with_number
from monitor.language import language
from monitor.pages import Templates, environment
from monitor.settings import Settings
from monitor.types import Callback


def day_templates(settings: Settings, day: datetime, code: str) -> Templates:
    """Return the templates of the pages of a day, the same for all of them.

    code: of the language they are in.
    """
    return _templates(settings.timezone, day, code)


@lru_cache(maxsize=8)
def _templates(timezone: str, day: datetime, code: str) -> Templates:
    templates = environment(ZoneInfo(timezone), day, code)
    spoken = language(code)

    def label(disposition: str) -> str:
        """Return the words for a disposition; one that is no longer known stands for itself."""
        entry = dispositions().get(disposition)
        return spoken.of(entry.zh, entry.en) if entry else disposition

    def detail(words: str, field: str = "") -> str:
        """Return how pages call a field that a reader found, or its words; unknown ones stay."""
        return _details(code).get(f"{field}:{words}" if field else words, words)

    def unfit(callback: Callback) -> bool:
        """Tell whether a callback of old ended as nothing ends that is written to."""
        entry = dispositions().get(callback.disposition)
        return entry is not None and not entry.fits_contact(callback.contact)

    def amounts(goods: Sequence[GoodsView]) -> str:
        """Return goods with their amounts, as a message tells them."""
        return spoken.listed([spoken.goods(one.name, one.amount, one.unit) for one in goods])

    def said(goods: Sequence[GoodsView]) -> str:
        """Return goods by name, as the script says them."""
        return spoken.listed([spoken.named(one.name) for one in goods])

    templates.filters.update(
        label=label,
        detail=detail,
        reached=who_with_number,
        named=spoken.named,
        placed=spoken.placed,
        amounts=amounts,
        said=said,
        unfit=unfit,
        data=to_json,
    )
    templates.globals.update(
        dispositions=list(dispositions().values()),
        levels=levels_data(spoken),
        zone=timezone,
    )
    return templates


@cache
def _details(code: str) -> dict[str, str]:
    """Return how pages in language `code` call details; a new reader works without a row here."""
    rows = data.read_table("scripts/details.tsv")
    return {name: language(code).of(zh, en) for name, zh, en in rows}
