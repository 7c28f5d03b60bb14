"""The command that takes in a sheet of needs: the map of its columns is shown first."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click

from classifiers.stored import read_stored
from monitor import intake
from monitor.cli.frame import err, judging_settings, store_of
from monitor.cli.given import Words
from monitor.cli.intake import intake_group, kept_until
from monitor.cli.stages import flag_posts
from monitor.errors import DistressError
from monitor.intake.columns import ColumnMap
from monitor.intake.sheet import Dragged, Said, SheetFile, SheetTable
from monitor.intake.sheet_rows import SheetPlan
from monitor.masking import masked, plain
from monitor.settings import Settings
from monitor.store import Store

_SHOWN = 10  # lines of a kind
_WORDS = 120  # characters of a row


class ColumnOption(click.ParamType[tuple[str, str]]):
    """A field and what it is read from, such as facility=医院名称."""

    name = "field"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, str]:
        """Return the field and its column or template."""
        if isinstance(value, tuple):
            return value
        name, equals, template = str(value).partition("=")
        if not equals or not template.strip():
            self.fail(f"'{value}' is not FIELD=COLUMN, such as facility=医院名称", param, ctx)
        return name.strip(), template.strip()


@dataclass(frozen=True, slots=True)
class _Table:
    """A table with its map, and by column what to read where N95 was dragged down."""

    table: SheetTable
    columns: ColumnMap
    said: Said
    answers: Mapping[str, str]


@intake_group.command("sheet")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--name", type=Words(60), help="Of the sheet; the file's name where left out.")
@click.option(
    "--map",
    "pairs",
    type=ColumnOption(),
    multiple=True,
    metavar="FIELD=COLUMN",
    help='What a field is read from, also text="{所需物资} {备注}"; the rest is guessed.',
)
@click.option("--for", "purpose", type=Words(500), help="What it is taken in for.")
@click.option("--by", "actor", type=Words(60), help="Who takes it in.")
@click.option("--from", "teller", type=Words(60), help="Who keeps the sheet; --by where left out.")
@kept_until
@click.option(
    "--dragged",
    type=click.Choice(["ask", "n95", "as is"]),
    default="ask",
    help="Where a column has N95 dragged down to N96, N97…: read N95, or leave it.",
)
@click.option("--without-broken", is_flag=True, help="Leave out rows that cannot be read.")
@click.option("--yes", is_flag=True, help="Take a guessed map as it is, and ask nothing.")
@click.option("--dry-run", is_flag=True, help="Show what would come in; write nothing.")
@click.option("--json", "as_json", is_flag=True, help="With --dry-run: each row's reading.")
def intake_sheet(  # noqa: PLR0913 - one for each option
    file: Path,
    name: str | None,
    pairs: tuple[tuple[str, str], ...],
    purpose: str | None,
    actor: str | None,
    teller: str | None,
    keep: datetime | None,
    dragged: str,
    without_broken: bool,
    yes: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Take in a sheet of needs: CSV, XLSX or JSON Lines, a row a need.

    Which column is what is guessed and shown first, or named by --map, and kept by the sheet's name
    for the next time. Taken in again, a row that changed is an update; one that is gone is told.
    Fields: facility, text, address, contact, stock, author, time, id.

    Example: distress intake sheet 需求表.xlsx --for 物资对接 --by 青岚
    """
    if as_json and not dry_run:
        raise click.UsageError("--json shows the readings of --dry-run; give both")
    if not dry_run and not (purpose and actor):
        raise click.UsageError("say what the sheet is taken in for and who does: --for, --by")
    loaded = judging_settings()
    name = name or file.stem
    held = intake.sheet.read_sheet(file)
    _tell_problems(held, without_broken=without_broken)
    if dry_run and not loaded.store_path.exists():
        tables = _tables(None, loaded, name, held, pairs, "as is" if dragged == "ask" else dragged)
        _show(tables, None, as_json=as_json)
        return
    with _store(loaded, dry_run=dry_run) as store:
        quiet = dry_run or yes
        answer = "as is" if quiet and dragged == "ask" else dragged
        tables = _tables(store, loaded, name, held, pairs, answer)
        rows = [row for one in tables for row in one.said.rows]
        plan = intake.sheet_rows.plan_rows(store, name, rows, teller=teller or actor or name)
        _show(tables, plan, as_json=as_json)
        if dry_run:
            return
        if not yes and any(one.columns.guessed for one in tables):
            click.confirm("Take it in so?", default=True, abort=True, err=True)
        until = keep or datetime.now(UTC) + loaded.retention.lists
        brought = _bring_in(store, name, plan, purpose or "", actor or "", until)
        for one in tables:
            kept = {"fields": one.columns.fields, "dragged": one.answers}
            store.imports.keep_column_map(_key(name, one.table), kept)
    click.echo(
        f"import {brought.run_id}: {brought.count('new')} rows new, {brought.count('changed')} "
        f"changed, {brought.count('same')} as before, {len(brought.gone)} gone; "
        f"to take it back: distress intake undo {brought.run_id}"
    )
    flag_posts(loaded)


def _bring_in(
    store: Store, name: str, plan: SheetPlan, purpose: str, actor: str, until: datetime
) -> intake.Brought:
    return intake.bring_in(
        store,
        "sheet",
        plan.tellings,
        name=name,
        purpose=purpose,
        actor=actor,
        keep_until=until,
        gone=[post.id for post in plan.gone],
    )


def _store(loaded: Settings, *, dry_run: bool) -> Store:
    return store_of(loaded) if dry_run else Store(loaded.store_path)


def _key(name: str, table: SheetTable) -> str:
    return f"{name}/{table.name}" if table.name else name


def _tell_problems(held: SheetFile, *, without_broken: bool) -> None:
    """Tell what of a file cannot be read; raises DistressError where that stops its import."""
    for problem in held.problems:
        _tell(problem)
    if held.problems and not (without_broken and held.tables):
        raise DistressError(
            f"nothing of {held.name} was taken in: mend what is told above"
            + (", or leave such rows out: --without-broken" if held.tables else "")
        )


def _tables(
    store: Store | None,
    loaded: Settings,
    name: str,
    held: SheetFile,
    pairs: Sequence[tuple[str, str]],
    answer: str,
) -> list[_Table]:
    """Return the tables of a file that hold needs; raises DistressError where none does."""
    tables: list[_Table] = []
    reasons: list[DistressError] = []
    for table in held.tables:
        kept = store.imports.column_map(_key(name, table)) if store else {}
        try:
            columns = intake.sheet.columns_of(table, pairs, kept.get("fields"))
        except DistressError as error:
            reasons.append(error)
            continue
        _tell_map(table, columns)
        answers = _answers(intake.sheet.dragged(table, columns), kept.get("dragged", {}), answer)
        mended = [column for column, one in answers.items() if one == "n95"]
        read = intake.sheet.mended(table, mended)
        said = intake.sheet.said(read, columns, zone=loaded.zone)
        tables.append(_Table(read, columns, said, answers))
    if not tables:
        raise reasons[0]
    for reason in reasons:
        _tell(f"left out: {reason}")
    for remark in held.remarks:
        _tell(remark)
    return tables


def _tell_map(table: SheetTable, columns: ColumnMap) -> None:
    how = "guessed: " if columns.guessed else ""
    where = f"{table.name}: " if table.name else ""
    _tell(f"{where}{how}{columns.as_words()}")
    if columns.unread:
        _tell(f"not read: {', '.join(columns.unread)}")


def _answers(found: Sequence[Dragged], kept: Mapping[str, str], answer: str) -> dict[str, str]:
    """Return what to read in each column in which N95 was dragged down; a person is asked once."""
    answers = dict(kept)
    for one in found:
        words = f"{one.words[0]}…{one.words[-1]}" if len(one.words) > 1 else one.words[0]
        what = (
            f"column '{one.column}' has {words} in {one.rows} places, as where N95 is dragged down"
        )
        if answer == "ask" and one.column not in kept:
            is_n95 = click.confirm(plain(f"{what}. Is it N95?"), default=True, err=True)
            answers[one.column] = "n95" if is_n95 else "as is"
        elif answer != "ask" and (answer == "n95" or one.column not in kept):
            if answer == "as is":
                _tell(f"{what}; to read it so: --dragged n95")
            else:
                answers[one.column] = answer
    return answers


def _show(tables: Sequence[_Table], plan: SheetPlan | None, *, as_json: bool) -> None:
    """Tell what would come in and what is doubtful, on standard error; the readings on output."""
    for one in tables:
        for place, others in list(one.said.repeats.items())[:_SHOWN]:
            _tell(f"{', '.join(others)}: the same as {place}, left out")
        for doubt in one.said.doubts:
            _tell(masked(doubt))
        if one.said.empty:
            rows = ", ".join(one.said.empty[:_SHOWN])
            _tell(f"{rows}: nothing is asked for there, left out")
        if as_json:
            for row in one.said.rows:
                fields = intake_reading(row.text)
                sys.stdout.write(json.dumps({"id": row.id or row.place, **fields}) + "\n")
    if plan is None:
        return
    _list("new", [(row, _text_of(plan, row)) for row in plan.new])
    _list("changed", [(row, f"{_text_of(plan, row)} ← {old}") for row, old in plan.changed.items()])
    _list("gone", [("", post.text) for post in plan.gone])


def intake_reading(text: str) -> dict[str, object]:
    """Return what is read in a row, as `distress classify` prints it."""
    from monitor.flag.classify import as_fields

    return as_fields(read_stored("sheet", text))


def _tell(words: str) -> None:
    """Print a line on standard error; its words are a stranger's."""
    err.print(plain(words), markup=False, soft_wrap=True)


def _text_of(plan: SheetPlan, place: str) -> str:
    return next(one.text for one in plan.tellings if one.place == place)


def _list(what: str, lines: Sequence[tuple[str, str]]) -> None:
    for place, text in lines[:_SHOWN]:
        words = " ".join(text.split())
        line = f"{what} {place}: {words[:_WORDS]}" if place else f"{what}: {words[:_WORDS]}"
        _tell(masked(line))
    if len(lines) > _SHOWN:
        err.print(f"{what}: {len(lines) - _SHOWN} more", markup=False)
