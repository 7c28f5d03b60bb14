"""What in the settings will not work: settings in, a line for each with the way out comes out."""

from __future__ import annotations

import difflib
import os
from collections.abc import Iterator
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from classifiers.facilities.bounds import known_short_forms
from classifiers.places.gazetteer import regions, short_name
from monitor.settings import AgentSettings, MessagesSettings, Settings
from spiders.base import spider_named
from spiders.base.options import from_environment
from spiders.base.trouble import AnswerError


def unready(settings: Settings) -> Iterator[str]:
    """Yield what stands in the way of a crawl, a call or a page; nothing is asked or written."""
    enabled = [source for source in settings.sources if source.enabled]
    if not enabled:
        yield "no source is enabled, so no post comes in: write a [[sources]] into the settings"
    for source in enabled:
        for lack in spider_named(source.spider).lacks(source.options, settings.folder):
            yield f"source {source.name}: {lack}"
    if not any(agent.capacity for agent in settings.agents):
        yield "no agent can take a case: write an [[agents]] with a name into the settings"
    for agent in settings.agents:
        yield from _of_regions(agent)
        if lack := _lack(agent.passphrase):
            yield f"agent {agent.name}: there will be no page, for its passphrase: {lack}"
    if lack := _lack(settings.desk.token):
        yield f"[desk] token: monitors elsewhere are told nothing: {lack}"
    yield from _of_messages(settings.messages)
    for what, path in (("store", settings.store_path), ("pages", settings.digest_folder)):
        if place := _shut(path):
            yield f"the {what} cannot be written, for this user may not in {place}: chmod or chown"


def _of_messages(messages: MessagesSettings) -> Iterator[str]:
    wanted = [(f"channel {one.name}", one.address) for one in messages.channels]
    wanted += [(f"channel {one.name}", one.secret) for one in messages.channels if one.secret]
    if messages.heartbeat:
        wanted.append(("the heartbeat", messages.heartbeat))
    for what, variable in wanted:
        if lack := _lack(variable):
            yield f"{what} will tell nobody: {lack}"
    by_apprise = [one.name for one in messages.channels if one.service == "apprise"]
    if by_apprise and not find_spec("apprise"):
        yield (
            f"channel {by_apprise[0]} will tell nobody: apprise is missing: "
            "pip install 'distress-signal-monitor[messages]'"
        )


def _lack(variable: str | None) -> str:
    """Return why a variable of the environment gives no secret, "" where it does."""
    try:
        if variable:
            from_environment(variable)
    except AnswerError as error:
        return str(error)
    return ""


def _of_regions(agent: AgentSettings) -> Iterator[str]:
    for region in agent.regions:
        if region and any(name.startswith(region) for name in _names()):
            continue
        inside = sorted(filter(region.count, _short_names()), key=region.find)
        near = inside or difflib.get_close_matches(region, _names(), n=3, cutoff=0.5)
        hint = f" Did you mean: {', '.join(near[:3])}?" if near else ""
        yield (
            f"agent {agent.name}: the region '{region}' begins the name of no place or hospital, "
            f"so no case fits it. Write one place a word, such as 湖北 or 武汉.{hint}"
        )


@cache
def _names() -> frozenset[str]:
    """Return what a region may begin: names of places, and those of hospitals we know."""
    return frozenset(region.name for region in regions().values()) | {
        name for name, _ in known_short_forms()
    }


@cache
def _short_names() -> frozenset[str]:
    return frozenset(short_name(region.name) for region in regions().values() if region.level < 2)


def _shut(path: Path) -> Path | None:
    """Return the place that keeps a file from being written, None where it can be."""
    if path.exists():
        return None if os.access(path, os.W_OK) else path
    above = next(folder for folder in path.absolute().parents if folder.exists())
    return None if os.access(above, os.W_OK | os.X_OK) else above
