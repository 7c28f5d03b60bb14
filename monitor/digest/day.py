"""The digest stage: assigned cases in, a folder of static pages for one day out."""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from datetime import time as clock_time
from pathlib import Path
from typing import Any
from urllib.parse import quote

from monitor.calling.clashes import clashes
from monitor.calling.dispositions import dispositions
from monitor.calling.standing import calling_order, last_change, standings
from monitor.crawl import health
from monitor.digest.agent_page import STYLES, agent_data
from monitor.digest.case_view import ShownCase
from monitor.digest.charts import DAYS
from monitor.digest.lead import lead_view
from monitor.digest.rungs import BLANK
from monitor.digest.script import call_script
from monitor.digest.source_views import source_figures, source_views
from monitor.digest.supplies import supplies_view
from monitor.digest.templates import day_templates
from monitor.language import language
from monitor.pages import render, utc
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.figures import DayFigures, Figures
from monitor.types import Case, Mark

KNOWN_FOR = timedelta(days=30)  # how long an agent's browser may hold outcomes it saved to a file
SUPPLY_PAGES = ("supplies.html", "packing.html")
_RESERVED = re.compile(r"(?i)(index|supplies|packing|con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_LEFTOVER = re.compile(r"\.\d{4}-\d\d-\d\d\.(\d+)\.(part|old)")


def write(store: Store, settings: Settings, *, now: datetime) -> Path:
    """Write the digest of the day of `now` and return its folder.

    Two writes from the same store differ only in the line marked `id="generated"` of each page:
    when it was made and how the sources do.
    """
    day = now.astimezone(settings.zone)
    since = datetime.combine(day.date(), clock_time(), settings.zone)
    pages = _pages(store, settings, now=now, since=since)
    target = settings.digest_folder / f"{day:%Y-%m-%d}"
    _clean(target.parent)
    part = target.parent / f".{target.name}.{os.getpid()}.part"
    part.mkdir(parents=True)
    for name, text in pages.items():
        (part / name).write_text(text, encoding="utf-8", newline="\n")
    _swap(part, target)
    return target


def _pages(store: Store, settings: Settings, *, now: datetime, since: datetime) -> dict[str, str]:
    """Return the pages' texts by file name."""
    day = Day(store, settings, now=now, since=since)
    found = {file: day.agent(agent) for agent, file in day.files.items()}
    found["index.html"] = day.index()
    for name in SUPPLY_PAGES:
        found[name] = day.supplies(name)
    return found


class Day:
    """What the pages of a day are made of, read once; the digest and the desk show the same."""

    def __init__(
        self, store: Store, settings: Settings, *, now: datetime, since: datetime | None = None
    ) -> None:
        local = now.astimezone(settings.zone)
        self._since = since or datetime.combine(local.date(), clock_time(), settings.zone)
        self._store, self._settings, self._now = store, settings, now
        touched = store.cases.get(store.cases.touched_since(self._since))
        self._cases = [case for case in touched if case.joined]
        self._marks = store.marks.standing(now)
        opening = datetime.combine(self._since.date(), settings.calling.start, settings.zone)
        self._settled = last_change(self._cases, opening)
        self._by_agent: dict[str, list[ShownCase]] = defaultdict(list)
        for standing in standings(self._cases, settings, self._marks, self._settled):
            self._by_agent[_agent_of(standing.case)].append(ShownCase(standing=standing))
        known = [agent.name for agent in settings.agents]
        self.files = agent_files(known + sorted(self._by_agent.keys() - {*known, ""}))
        self._figures = Figures(store.connection)
        self._sources = health.of_sources(settings, store, now=now)
        self._made = {"at": utc(now), "runs": source_figures(self._sources)}
        self._templates = day_templates(settings, self._since, settings.language)

    def agent(self, agent: str, live: Mapping[str, Any] | None = None) -> str:
        """Return an agent's page; where it is live, with everybody's open cases on it."""
        leads = {known.name for known in self._settings.agents if known.lead}
        mine = list(self._by_agent.get(agent, []))
        others = (found for whose, found in self._by_agent.items() if whose != agent)
        mine += [
            one
            for found in others
            for one in found
            if (live is not None and not one.case.closed)
            or _concerns(agent, one, is_lead=agent in leads)
        ]
        return agent_page(
            self._settings,
            agent,
            mine,
            self._figures,
            self._marks,
            now=self._now,
            since=self._since,
            settled=self._settled,
            generated=self._made,
            live=live,
        )

    def index(self, desk: Mapping[str, Any] | None = None) -> str:
        """Return the lead's page; desk: what its form to give cases away needs, None for a file."""
        views = [
            one.view
            for whose, found in self._by_agent.items()
            for one in found
            if whose or not one.case.closed
        ]
        return render(
            self._templates,
            "index.html",
            "lead.js",
            ["lead.css", "live.css"] if desk else ["lead.css"],
            connect=desk is not None,
            generated=self._made,
            desk=desk,
            lead=lead_view(
                self._settings,
                {case.id: case for case in self._cases},
                views,
                files={agent: quote(file) for agent, file in self.files.items()},
                sources=source_views(self._settings, self._sources),
                days=_days(self._figures, self._settings, self._since),
                since=self._since,
            ),
        )

    def supplies(self, name: str) -> str:
        """Return the page of supply lines, or the packing list, by its file's name."""
        return render(
            self._templates,
            name,
            "supplies.js",
            ["supplies.css"],
            generated=self._made,
            supplies=supplies_view(self._store.supplies.lines(), now=self._since),
        )


def _concerns(agent: str, one: ShownCase, *, is_lead: bool) -> bool:
    """Tell whether somebody else's case asks for an agent: it is the lead's to decide, or it is
    closed though his outcome and another's, noted without knowing each other, contradict.
    """
    if not one.case.closed:
        return is_lead and bool(one.view.quiet)
    return any(
        clash.kind == "contradict" and agent in (clash.first.agent, clash.second.agent)
        for clash in clashes(one.case)
    )


def _agent_of(case: Case) -> str:
    """Return whose page a case is on: its agent's, or where it has ended, of who ended it."""
    if case.closed:
        endings = [
            callback.agent
            for callback in case.callbacks
            if (known := dispositions().get(callback.disposition)) and known.ends_case
        ]
        return endings[-1] if endings else case.agent or ""
    return case.agent or ""


def _language_of(settings: Settings, agent: str) -> str:
    """Return the language of an agent's page: the agent's own, else that of all pages."""
    own = next((known.language for known in settings.agents if known.name == agent), None)
    return own or settings.language


def agent_files(agents: list[str]) -> dict[str, str]:
    """Return a safe file name for each agent's page, no two alike on any file system."""
    files: dict[str, str] = {}
    taken: set[str] = set()
    for agent in agents:
        stem = re.sub(r"[^\w\-.·]+", "_", agent)[:60].strip("._") or "agent"
        stem = f"agent-{stem}" if _RESERVED.fullmatch(stem) else stem
        name, number = stem, 1
        while name.casefold() in taken:
            number += 1
            name = f"{stem}-{number}"
        taken.add(name.casefold())
        files[agent] = f"{name}.html"
    return files


def _days(figures: Figures, settings: Settings, since: datetime) -> tuple[DayFigures, ...]:
    """Return the figures of the day that began at `since` and of the days before, oldest first."""
    known = dispositions().values()
    # Who is not to be called, or grieves, was told by a person, too.
    answered = [one.code for one in known if one.number in ("reached", "barred")]
    tried = [one.code for one in known if one.number != "-" or one.next == "message"]
    return figures.days(since.date(), DAYS, zone=settings.zone, answered=answered, tried=tried)


def agent_page(
    settings: Settings,
    agent: str,
    mine: Sequence[ShownCase],
    figures: Figures,
    marks: Mapping[tuple[str, str], Mark],
    *,
    now: datetime,
    since: datetime,
    settled: datetime,
    generated: Mapping[str, Any],
    live: Mapping[str, Any] | None = None,
) -> str:
    """Return the page of one agent with these cases.

    mine: the cases as the rules had them at `settled`, so that the page is the same however often
        it is written from the same store; the order of `now` stands in its line of `generated`.
    live: what the page has to know of a server that takes outcomes at once, None for a file.
    """
    code = _language_of(settings, agent)
    spoken = language(code)
    templates = day_templates(settings, since, code)
    by_id = {one.case.id: one for one in mine}
    shown = [
        by_id[case_id]
        for case_id in calling_order([one.standing for one in mine], settled, settings)
    ]
    known = figures.callback_ids(agent, since - KNOWN_FOR)
    told = agent_data(
        settings, agent, shown, spoken, store=figures.identity(), date=since, known=known
    )
    at_now = standings([one.case for one in shown], settings, marks, now)
    return render(
        templates,
        "agent.html",
        "live.js" if live else "agent.js",
        [*STYLES, "live.css"] if live else STYLES,
        connect=live is not None,
        generated={**generated, "order": calling_order(at_now, now, settings)},
        agent=agent,
        cases=[one.shown_in(spoken) for one in shown],
        blank=BLANK,
        leads_word=told["leads_words"],
        script_steps=call_script(code, settings.scripts_folder),
        data={**told, "live": dict(live)} if live else told,
    )


def _swap(part: Path, target: Path) -> None:
    """Put the finished folder in the place of the old one by renaming, never by copying."""
    old = part.with_suffix(".old")
    if target.exists():
        target.rename(old)
    part.rename(target)
    shutil.rmtree(old, ignore_errors=True)


def _clean(folder: Path) -> None:
    """Remove what writers left here that were killed, but nothing of a writer at work."""
    if not folder.is_dir():
        return
    for entry in folder.iterdir():
        found = _LEFTOVER.fullmatch(entry.name)
        if found and (int(found[1]) == os.getpid() or not _is_running(int(found[1]))):
            shutil.rmtree(entry, ignore_errors=True)


def _is_running(process_id: int) -> bool:
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
