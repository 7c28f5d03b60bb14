"""Commands for analysts: what the store holds, and ways to take it elsewhere."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import click
from rich.text import Text

from monitor import line, supply
from monitor.analysis import explore, export, report, schema, search
from monitor.analysis.search import Found
from monitor.cli.frame import main, out, progress, settings_here, store_of
from monitor.cli.given import by_option
from monitor.errors import DistressError
from monitor.files import write_file
from monitor.language import LANGUAGES, PageLanguage, language
from monitor.settings import Settings
from monitor.store.search import Wanted

DAY = click.DateTime(["%Y-%m-%d"])


@main.command("search")
@click.argument("words", nargs=-1, required=True, metavar="WORD…")
@click.option("--since", type=DAY, metavar="DAY", help="Posted or noted on this day or later.")
@click.option("--until", type=DAY, metavar="DAY", help="On this day or before.")
@click.option("--place", metavar="NAME", help="Of cases in a province, city or county.")
@click.option("--goods", metavar="NAME", help="Of cases that ask for these goods.")
@click.option("--source", metavar="NAME", help="Of this source; callback for notes of calls.")
@click.option("--status", type=click.Choice(["open", "closed"]), help="Of cases that are so.")
@click.option("--most", type=click.IntRange(1, 400), default=20, show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print a JSON object for other programs.")
def search_command(words: tuple[str, ...], most: int, as_json: bool, **held: Any) -> None:
    """Find posts and notes of calls that hold all words, in either script; numbers are masked.

    Example: distress search 口罩 随州
    """
    loaded = settings_here()
    spoken = language(loaded.language)
    wanted = _wanted(words, loaded, **held)
    with store_of(loaded) as store:
        if waiting := store.search.waiting():
            with progress(spoken.say("整理检索"), waiting) as moved:
                line.take_in(store, moved)
        found = search.search(store, wanted, most=most)
    if as_json:
        told = {"version": 1, "found": [one.as_json() for one in found]}
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in found:
        out.print(_line_of(one, loaded, spoken))
    if not found:
        click.echo(spoken.say("没有找到"))


def _wanted(
    words: tuple[str, ...],
    loaded: Settings,
    *,
    since: datetime | None,
    until: datetime | None,
    place: str | None,
    **held: str | None,
) -> Wanted:
    """Return what is looked for; days are those of the configured zone, the last one is in."""
    return Wanted(
        words=words,
        since=since.replace(tzinfo=loaded.zone) if since else None,
        until=(until + timedelta(days=1)).replace(tzinfo=loaded.zone) if until else None,
        place=search.place_prefix(place) if place else None,
        **held,
    )


def _line_of(found: Found, loaded: Settings, spoken: PageLanguage) -> Text:
    """Return a match on one line: its case, when and where it was said, and the words."""
    line = Text()
    if found.case_id is None:
        where = spoken.say("没有求助")
    elif found.closed:
        where = spoken.say("求助 %(number)s（办结）", number=found.case_id)
    else:
        where = spoken.say("求助 %(number)s", number=found.case_id)
    at = found.at.astimezone(loaded.zone)
    line.append(f"{where}  {at:%Y-%m-%d %H:%M}  {found.source}  ", style="dim")
    words = Text(found.snippet)
    for start, end in found.marks:
        words.stylize("bold", start, end)
    return line + words


@main.command("export")
@click.argument("what", metavar="WHAT")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), metavar="FILE")
@click.option("--numbers", is_flag=True, help="People's numbers, accounts and links, too.")
@by_option
def export_command(what: str, file: Path, numbers: bool, by: str) -> None:
    """Write cases, posts, callbacks, supplies, updates, campaigns or demand to a file.

    The ending of the file says how: .csv, .xlsx, .jsonl, .parquet (pip install
    'distress-signal-monitor[analysts]'), and for demand .geojson, points by place. Numbers are
    masked; who took what out is noted in the store.

    Example: distress export cases cases.csv
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        supply.open_lines(store)
        with progress(what) as moved:
            count = export.export(
                store, what, file, by=by, zone=loaded.zone, numbers=numbers, on_progress=moved
            )
    state = "in full" if numbers else "masked"
    click.echo(f"{count} rows written to {file}, people's numbers {state}")


@main.command("report")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False), default="report.html")
@click.option("--from", "since", type=DAY, metavar="DAY", help="First day; else 7 days in all.")
@click.option("--to", "until", type=DAY, metavar="DAY", help="Last day; else yesterday.")
@click.option(
    "--csv",
    "csv_folder",
    type=click.Path(path_type=Path),
    metavar="FOLDER",
    help="A CSV file a table, too.",
)
@click.option("--xlsx", type=click.Path(path_type=Path), metavar="FILE", help="A workbook, too.")
@click.option(
    "--json",
    "json_file",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="All tables as JSON, too.",
)
@click.option("--language", "code", type=click.Choice(LANGUAGES), help="Else the settings'.")
def report_command(
    file: Path, since: datetime | None, until: datetime | None, code: str | None, **more: Path
) -> None:
    """Write one page with charts and tables of some days, compared with as many before.

    It needs nothing from elsewhere and prints well; numbers are masked. Charts need pygal: pip
    install 'distress-signal-monitor[analysts]'.

    Example: distress report --from 2020-02-10 --to 2020-02-16
    """
    loaded = settings_here()
    spoken = language(code or loaded.language)
    now = datetime.now(loaded.zone)
    last = until.date() if until else now.date() - timedelta(days=1)
    first = since.date() if since else last - timedelta(days=6)
    with store_of(loaded) as store:
        supply.open_lines(store)
        told = report.report(store, first, last, spoken)
    try:
        write_file(file, report.page(told, loaded, spoken, now=now).encode())
        for form, option in (("csv", "csv_folder"), ("xlsx", "xlsx"), ("json", "json_file")):
            if more[option]:
                report.write(told, more[option], spoken, form)
    except OSError as error:
        raise DistressError(f"cannot write {error.filename}: {error.strerror}") from error
    click.echo(f"wrote {file}: {first} to {last}, compared with the days from {told.before}")


@main.command("explore")
@click.option("--port", type=click.IntRange(1, 65535), default=8001, show_default=True)
@click.option("--numbers", is_flag=True, help="People's numbers, notes and contacts, too.")
@by_option
def explore_command(port: int, numbers: bool, by: str) -> None:
    """Show a copy of the views in a browser on this machine: facets, queries, CSV and JSON.

    Read-only and masked; the copy is as of the start, and gone at the end. Needs Datasette: pip
    install 'distress-signal-monitor[analysts,desk]'. Who looked at numbers is noted in the store.

    Example: distress explore
    """
    loaded = settings_here()
    now = datetime.now(loaded.zone)
    with store_of(loaded) as store:
        supply.open_lines(store)
        with explore.copy_of(store, by=by, numbers=numbers) as copy:
            told = explore.metadata(f"{now:%Y-%m-%d %H:%M}", numbers=numbers)
            app = explore.application(copy, told)
            import uvicorn

            click.echo(f"{copy.rows} rows: http://127.0.0.1:{port}/{explore.NAME} (Ctrl+C ends)")
            uvicorn.run(app, host="127.0.0.1", port=port, log_level="warning")


@main.command("schema")
def schema_command() -> None:
    """Print what the views of the store hold, column by column.

    Example: distress schema
    """
    with store_of(settings_here()) as store:
        click.echo(schema.schema_page(store), nl=False)
