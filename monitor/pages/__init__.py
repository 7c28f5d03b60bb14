"""Pages: templates, styles and scripts go in with a view; one self-contained page comes out.

A page is first only what it is made of; its text is made when it is asked for, so that one that
stands already is not made again.

Knows no rule of calling, no store and no settings: what a page shows and may do is given to it.
"""

from __future__ import annotations

import hashlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as clock_time
from functools import cache, cached_property, lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import BytecodeCache, Environment, PackageLoader, StrictUndefined, nodes
from jinja2.bccache import Bucket
from markupsafe import Markup, escape

from monitor.language import DEFAULT, PageLanguage, language
from monitor.masking import masked
from monitor.pages.bundle import bundle
from monitor.pages.compiler import PageCode, QuickMacro, Worded, shown

__all__ = ["Rendering", "Templates", "environment", "sealed", "utc"]


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


class Templates(Environment):
    """Templates in one language: messages without values are worded when they are compiled."""

    code_generator_class = PageCode
    shown = staticmethod(shown)
    macro = QuickMacro
    spoken: PageLanguage

    def _parse(self, source: str, name: str | None, filename: str | None) -> nodes.Template:
        return Worded(self.spoken).visit(super()._parse(source, name, filename))  # type: ignore[no-any-return]


@cache
def _compiled(code: str) -> _Compiled:
    # Of each language, for what is constant in a template is worded when it is compiled.
    return _Compiled()


def environment(zone: ZoneInfo, day: datetime, code: str = DEFAULT) -> Templates:
    """Return the templates' environment: all text escaped and made plain, times in `zone`.

    day: the digest's day; times of other years than its show their year.
    code: the language of the pages.
    """
    spoken = language(code)
    templates = Templates(
        loader=PackageLoader("monitor", "pages"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        extensions=["jinja2.ext.i18n"],
        bytecode_cache=_compiled(code),
    )
    templates.spoken = spoken
    # The extension gives the environment this method, which no stub knows.
    templates.install_gettext_translations(spoken.translations, newstyle=True)  # type: ignore[attr-defined]

    @lru_cache(maxsize=1_000)
    def day_of(there: date) -> str:
        skeleton = "MMMd" if there.year == day.year else "yMMMd"
        return spoken.date(datetime.combine(there, clock_time()), skeleton)

    def dated(time: datetime) -> str:
        return day_of(time.astimezone(zone).date())

    @lru_cache(maxsize=1_000)
    def clock(time: datetime) -> Markup:
        there = time.astimezone(zone)
        words = escape(f"{day_of(there.date())} {there:%H:%M}")
        return Markup(f'<time datetime="{utc(time)}">{words}</time>')

    def soon(time: datetime) -> Markup:
        there = time.astimezone(zone)
        if there.date() != day.date():
            return clock(time)
        return Markup('<time datetime="{}">{}</time>').format(utc(time), f"{there:%H:%M}")

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


@dataclass(frozen=True, kw_only=True)
class Rendering:
    """A page that can be made: its templates and what they are given.

    template: the file in this folder. script: the module in scripts/ that it starts with, "" for a
    page without a script. styles: beside page.css. connect: whether its script may speak with the
    server that the page came from. generated: what it says of the moment it was made. view: all
    else that its template is given.
    """

    templates: Templates
    template: str
    script: str
    styles: Sequence[str] = ()
    connect: bool = False
    generated: Any
    view: Mapping[str, Any]

    @cached_property
    def made_of(self) -> str:
        """A fingerprint of all that the page shows, but the moment it was made."""
        world = {name: self.templates.globals.get(name) for name in ("zone", "date", "day_words")}
        code = self.templates.spoken.code
        parts = (_release(), code, world, self.template, self.script, self.styles, self.connect)
        return hashlib.sha256(f"{parts} {self.view}".encode("utf-8", "surrogatepass")).hexdigest()

    def moment(self, made_of: str) -> str:
        """Return the one line in which two pages of the same fingerprint differ."""
        line = self.templates.get_template("moment.html")
        return line.render(generated=self.generated, made_of=made_of)

    def __str__(self) -> str:
        """Make the text.

        The policy allows its very style and its very script, and nothing from anywhere else.
        """
        return self.text_with(self.view)

    def text_with(self, view: Mapping[str, Any], *, behind: Rendering | None = None) -> str:
        """Make the text of a view; behind: the page whose script and style may follow, too."""
        own = "'self'" if self.connect else "'none'"
        pages = (self, behind) if behind else (self,)
        styles = " ".join(f"'{_hash(page._style)}'" for page in pages)
        scripts = " ".join(f"'{_hash(page._script)}'" for page in pages)
        policy = (
            f"default-src 'none'; style-src {styles}; script-src {scripts}; "
            f"img-src data:; base-uri 'none'; form-action {own}; connect-src {own}"
        )
        return self.templates.get_template(self.template).render(
            style=Markup(self._style),
            script=Markup(self._script),
            policy=policy,
            generated=self.generated,
            made_of="",
            **view,
        )

    @property
    def _style(self) -> str:
        return "\n" + "\n".join(_part(part) for part in ("page.css", *self.styles))

    @property
    def _script(self) -> str:
        return "\n" + (bundle(self.script) if self.script else "")


@lru_cache(maxsize=4_000)
def utc(time: datetime) -> str:
    """Return a time as pages and outcomes files write it: 2026-02-12T06:30:00Z."""
    return f"{time.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"


@cache
def _release() -> list[tuple[str, int, int]]:
    """Return of which files, as they are now, pages are made besides their views."""
    root = Path(__file__).parents[2]
    paths = sorted(path for room in ("monitor", "data") for path in (root / room).rglob("*.*"))
    return [
        (str(path.relative_to(root)), path.stat().st_size, path.stat().st_mtime_ns)
        for path in paths
        if "__pycache__" not in path.parts and path.is_file()
    ]


@cache
def _part(name: str) -> str:
    return files(__name__).joinpath(name).read_text(encoding="utf-8")


def _hash(text: str) -> str:
    return "sha256-" + b64encode(hashlib.sha256(text.encode()).digest()).decode()
