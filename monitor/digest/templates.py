"""Templates of a day's pages: settings, a day and a language in, templates out."""

from __future__ import annotations

from datetime import datetime
from functools import cache

from jinja2 import Environment

import data
from monitor.calling.dispositions import dispositions
from monitor.digest.page_data import levels_data
from monitor.digest.rungs import who_with_number
from monitor.language import language
from monitor.pages import environment
from monitor.settings import Settings


def day_templates(settings: Settings, day: datetime, code: str) -> Environment:
    """Return the templates of the pages of a day.

    code: of the language they are in.
    """
    templates = environment(settings.zone, day, code)
    spoken = language(code)

    def label(disposition: str) -> str:
        """Return the words for a disposition; one that is no longer known stands for itself."""
        entry = dispositions().get(disposition)
        return spoken.of(entry.zh, entry.en) if entry else disposition

    def detail(words: str, field: str = "") -> str:
        """Return how pages call a field that a reader found, or its words; unknown ones stay."""
        return _details(code).get(f"{field}:{words}" if field else words, words)

    templates.filters.update(label=label, detail=detail, reached=who_with_number)
    templates.globals.update(
        dispositions=list(dispositions().values()),
        levels=levels_data(spoken),
        zone=settings.timezone,
    )
    return templates


@cache
def _details(code: str) -> dict[str, str]:
    """Return how pages in language `code` call details; a new reader works without a row here."""
    rows = data.read_table("scripts/details.tsv")
    return {name: language(code).of(zh, en) for name, zh, en in rows}
