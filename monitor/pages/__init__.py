"""Pages: templates, styles and scripts go in with a view; one self-contained page comes out.

Knows no rule of calling, no store and no settings: what a page shows and may do is given to it.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cache
from importlib.resources import files
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined
from jinja2.bccache import Bucket
from markupsafe import Markup

from monitor.language import DEFAULT, language
from monitor.masking import masked, plain
from monitor.pages.bundle import bundle

__all__ = ["environment", "render", "utc"]


class _Compiled(BytecodeCache):
    """Templates as they were compiled once in this process for the pages of a language."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        """Give a template what was compiled of it, where its text is still the same."""
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Keep what was compiled of a template."""
        self._kept[bucket.key] = bucket.bytecode_to_string()


@cache
def _compiled(code: str) -> _Compiled:
    # Of each language, for what is constant in a template is worded when it is compiled.
    return _Compiled()


def environment(zone: ZoneInfo, day: datetime, code: str = DEFAULT) -> Environment:
    """Return the templates' environment: all text escaped and made plain, times in `zone`.

    day: the digest's day; times of other years than its show their year.
    code: the language of the pages.
    """
    templates = Environment(
        loader=PackageLoader("monitor", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_compiled(code),
    )
    spoken = language(code)
    # The extension gives the environment this method, which no stub knows.
    templates.install_gettext_translations(spoken.translations, newstyle=True)  # type: ignore[attr-defined]

    def dated(time: datetime) -> str:
        there = time.astimezone(zone)
        return spoken.date(there, "MMMd" if there.year == day.year else "yMMMd")

    def clock(time: datetime) -> Markup:
        there = time.astimezone(zone)
        words = f"{dated(time)} {there:%H:%M}"
        return Markup('<time datetime="{}">{}</time>').format(utc(time), words)

    def soon(time: datetime) -> Markup:
        there = time.astimezone(zone)
        words = f"{there:%H:%M}" if there.date() == day.date() else f"{dated(time)} {there:%H:%M}"
        return Markup('<time datetime="{}">{}</time>').format(utc(time), words)

    templates.filters.update(
        begin=lambda words: words[:1].upper() + words[1:],
        clock=clock,
        soon=soon,
        dated=dated,
        utc=utc,
        masked=masked,
    )
    templates.globals.update(
        spoken=spoken,
        day_words=spoken.date(day, "MMMEd"),
        date=f"{day:%Y-%m-%d}",
    )
    return templates


def render(
    templates: Environment,
    name: str,
    script: str | None,
    styles: Sequence[str] = (),
    *,
    connect: bool = False,
    **view: Any,
) -> str:
    """Return the page of template `name` with page.css, `styles` and its script inside it.

    script: the module in scripts/ that the page starts with, None for a page without a script.
    connect: whether its script may speak with the server that the page came from.

    The policy allows that very style and that very script, and nothing from anywhere else.
    """
    style = "\n" + "\n".join(_part(part) for part in ("page.css", *styles))
    code = "\n" + (bundle(script) if script else "")
    own = "'self'" if connect else "'none'"
    policy = (
        f"default-src 'none'; style-src '{_hash(style)}'; script-src '{_hash(code)}'; "
        f"img-src data:; base-uri 'none'; form-action {own}; connect-src {own}"
    )
    return templates.get_template(name).render(
        style=Markup(style), script=Markup(code), policy=policy, **view
    )


def utc(time: datetime) -> str:
    """Return a time as pages and outcomes files write it: 2026-02-12T06:30:00Z."""
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _finalize(value: Any) -> Any:
    """Make every text plain on its way into a page."""
    if value is None:
        return ""
    return plain(value) if type(value) is str else value


@cache
def _part(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
