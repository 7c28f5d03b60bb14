"""The digest stage: assigned cases in, a folder of static pages for one day out."""

from __future__ import annotations

import os
import re
import shutil
from collections import defaultdict
from datetime import datetime, timedelta
from datetime import time as clock_time
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

from monitor import health
from monitor.dispositions import dispositions
from monitor.pages import environment, render, utc
from monitor.pages.lead import (
    UNASSIGNED_SHOWN,
    AgentView,
    LeadView,
    SourceView,
    handed_over,
    open_case,
    source_figures,
    source_views,
    supplies_view,
    waiting_longest,
    wanted,
)
from monitor.pages.script import call_script
from monitor.pages.views import LEVELS, CaseView, case_view, order
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.figures import DayFigures, Figures
from monitor.types import Case

KNOWN_FOR = timedelta(days=30)  # how long an agent's browser may hold outcomes it saved to a file
_RESERVED = re.compile(r"(?i)(index|supplies|con|prn|aux|nul|com\d|lpt\d)(\..*)?")
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
    until = datetime.combine(since.date() + timedelta(days=1), clock_time(), settings.zone)
    cases = [case for case in store.cases.get(store.cases.touched_since(since)) if case.joined]
    by_agent: dict[str, list[CaseView]] = defaultdict(list)
    for case in cases:
        by_agent[_agent_of(case)].append(case_view(case, since=since, until=until))
    unassigned = [view for view in by_agent.pop("", []) if not view.closed]
    names = {agent.name for agent in settings.agents}
    agents = [agent.name for agent in settings.agents] + sorted(by_agent.keys() - names)
    files = agent_files(agents)
    figures = Figures(store.connection)
    templates = environment(settings.zone, since)
    templates.globals["zone"] = settings.timezone
    sources = health.of_sources(settings, store, now=now)
    made = {"at": utc(now), "runs": source_figures(sources)}
    show = partial(render, templates, generated=made)
    found: dict[str, str] = {}
    loads = []
    for agent in agents:
        views = order(by_agent.get(agent, []))
        loads.append(_load(settings, agent, files[agent], views, since=since))
        found[files[agent]] = show(
            "agent.html",
            ["ages.js", "entries.js", "cases.js", "agent.js", "keys.js"],
            agent=agent,
            cases=views,
            script_steps=call_script(),
            data=_agent_data(settings, agent, figures, since),
        )
    everything = [view for views in by_agent.values() for view in views] + unassigned
    found["index.html"] = show(
        "index.html",
        ["ages.js"],
        lead=_lead(
            source_views(settings, sources),
            figures.day(since, until),
            everything,
            unassigned,
            tuple(loads),
        ),
    )
    found["supplies.html"] = show(
        "supplies.html", ["ages.js"], supplies=supplies_view(store.supplies.lines())
    )
    return found


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


def _load(
    settings: Settings, agent: str, file: str, views: list[CaseView], *, since: datetime
) -> AgentView:
    known = next((entry for entry in settings.agents if entry.name == agent), None)
    return AgentView(
        name=agent,
        file=quote(file),
        load=sum(not view.closed for view in views),
        capacity=known.capacity if known else 0,
        called=sum(any(c.attempted_at >= since for c in view.callbacks) for view in views),
        done=sum(view.closed for view in views),
        known=known is not None,
    )


def _lead(
    sources: tuple[SourceView, ...],
    day: DayFigures,
    everything: list[CaseView],
    unassigned: list[CaseView],
    agents: tuple[AgentView, ...],
) -> LeadView:
    levels = {level: rank for rank, level in enumerate(LEVELS)}
    first = sorted(unassigned, key=lambda v: (levels.get(v.level or "", 9), v.first_at, v.id))
    return LeadView(
        sources=sources,
        handed=handed_over(everything),
        agents=agents,
        unassigned=tuple(open_case(view) for view in first[:UNASSIGNED_SHOWN]),
        unassigned_count=len(unassigned),
        waiting=waiting_longest(everything),
        wanted=wanted(everything),
        day=day,
        open_cases=sum(not view.closed for view in everything),
    )


def _agent_data(
    settings: Settings, agent: str, figures: Figures, since: datetime
) -> dict[str, Any]:
    """Return what the page's script has to know."""
    return {
        "agent": agent,
        "store": figures.identity(),
        "date": f"{since:%Y-%m-%d}",
        "zone": settings.timezone,
        "calling": [f"{settings.calling.start:%H:%M}", f"{settings.calling.end:%H:%M}"],
        "known": figures.callback_ids(agent, since - KNOWN_FOR),
        "dispositions": [
            {
                "code": entry.code,
                "words": entry.zh,
                "then": entry.then,
                "ends": entry.ends_case,
                "confirms": entry.confirms_goods,
            }
            for entry in dispositions().values()
        ],
    }


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


__all__ = ["agent_files", "write"]
