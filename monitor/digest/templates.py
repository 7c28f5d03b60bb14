"""Templates of a day's pages: settings, a day and a language in, templates out."""

from __future__ import annotations

from datetime import datetime

from jinja2 import Environment

from monitor.calling.dispositions import dispositions
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

    templates.filters["label"] = label
    templates.globals.update(dispositions=list(dispositions().values()), zone=settings.timezone)
    return templates
