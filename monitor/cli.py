"""The commands, in the order of the line; the only place that prints.

Modules that load spaCy, Scrapy or scikit-learn are imported by the commands that need them, so
that the others answer at once.
"""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

import data
from monitor import __version__, callback, health, samples, settings, supply, tables
from monitor.dispositions import dispositions
from monitor.errors import DistressError, SettingsError, UnknownNameError
from monitor.pages.plain import plain
from monitor.settings import Settings
from monitor.store import Store
from monitor.types import Case, Run
from spiders.base import available

out = Console(highlight=False)
err = Console(stderr=True, highlight=False)


class Commands(click.Group):
    """Commands in the order they are written; our own errors end in one clear line."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the line."""
        return list(self.commands)

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; an error that a person can mend is told without a traceback."""
        try:
            return super().invoke(ctx)
        except DistressError as error:
            err.print(f"distress: {error}", markup=False, style="red")
            ctx.exit(error.exit_status)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--config", type=click.Path(path_type=Path), help="Settings file instead of distress.toml here."
)
@click.option("-v", "--verbose", is_flag=True, help="Tell more on standard error.")
@click.version_option(__version__, prog_name="distress")
@click.pass_context
def main(ctx: click.Context, config: Path | None, verbose: bool) -> None:
    """Turn public posts into supply lines for wards that lack goods.

    Example: distress init && distress once
    """
    logging.basicConfig(
        level=logging.INFO if verbose else logging.WARNING,
        format="%(asctime)s %(levelname)s %(message)s",
        stream=sys.stderr,
    )
    ctx.obj = config


def _settings() -> Settings:
    return settings.load(click.get_current_context().obj)


def _judging_settings() -> Settings:
    """Return the settings once the readers judge by the model that they name."""
    loaded = _settings()
    if loaded.model_folder:
        from monitor import model

        try:
            model.use(loaded.model_folder)
        except DistressError as error:
            raise SettingsError(f"model.folder in the settings: {error}") from None
    return loaded


def _has_settings() -> bool:
    return bool(click.get_current_context().obj) or Path(settings.FILE_NAME).exists()


def _store(loaded: Settings | None = None) -> Store:
    return Store((loaded or _settings()).store_path)


@contextmanager
def _progress(what: str, total: int | None = None) -> Iterator[Any]:
    """Show a progress bar on standard error; yield what moves it to a number."""
    columns = (
        TextColumn("{task.description:<18}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=err, transient=not err.is_terminal) as bars:
        task = bars.add_task(what, total=total)
        yield lambda done: bars.update(task, completed=done)
        bars.update(task, total=bars.tasks[0].completed or total or 0)


@main.command()
@click.option("--force", is_flag=True, help="Overwrite a settings file that is there.")
@click.argument("file", type=click.Path(path_type=Path), default=Path(settings.FILE_NAME))
def init(file: Path, force: bool) -> None:
    """Write a commented settings file.

    Example: distress init
    """
    if file.exists() and not force:
        raise SettingsError(f"{file} is there already; keep it, or overwrite it with --force")
    file.write_text(data.read_text("samples/distress.toml"), encoding="utf-8")
    click.echo(f"wrote {file}; next: edit it, then distress check")


@main.command()
def check() -> None:
    """Validate the settings and load every spider and reader.

    Example: distress check
    """
    from monitor import line

    loaded = _judging_settings()
    found = available()
    readers = line.readers()
    click.echo(
        f"settings ok: {len(loaded.sources)} sources, {len(loaded.agents)} agents, "
        f"store {loaded.store_path}"
    )
    click.echo(f"spiders ok: {', '.join(found)}")
    click.echo(f"readers ok: {', '.join(readers)}")


@main.command()
def sources() -> None:
    """List the configured sources and the spiders that exist with their keys.

    Example: distress sources
    """
    out.print(tables.spiders(available()))
    if _has_settings():
        loaded = _settings()
        with _store(loaded) as store:
            out.print()
            out.print(tables.sources(loaded, store.runs.latest("crawl"), store.posts.newest()))


@main.command("new-source")
@click.argument("name")
def new_source_command(name: str) -> None:
    """Begin a new spider in a checkout: its file, a sample and a test that fails until written.

    Example: distress new-source zhihu
    """
    from monitor.new_source import new_source

    for path in new_source(name):
        click.echo(f"wrote {path}")
    click.echo(f"next: record an answer of the service, then python -m pytest tests/test_{name}.py")


@main.command()
@click.argument("names", nargs=-1, metavar="[SOURCE]…")
def crawl(names: tuple[str, ...]) -> None:
    """Crawl the named sources, or all that are enabled, into the store.

    Example: distress crawl news
    """
    _end_with(_crawl(_settings(), names or None))


def _crawl(loaded: Settings, names: Sequence[str] | None) -> list[Run]:
    from monitor.crawl import crawl as crawl_sources

    with _progress("crawling") as at:
        seen: dict[str, int] = {}

        def show(source: str, run: Run) -> None:
            seen[source] = run.posts_new + run.posts_known
            at(sum(seen.values()))

        runs = crawl_sources(loaded, names, on_progress=show)
    out.print(tables.runs(runs))
    return runs


def _end_with(runs: Sequence[Run]) -> None:
    """Exit with 1 where a source failed, so that a timer or script sees it."""
    failed = [run.source or "" for run in runs if run.outcome not in {"ok", "empty"}]
    if failed:
        raise DistressError(
            f"not every source went well: {', '.join(failed)}. See: distress status"
        )


@main.command()
@click.option("--again", is_flag=True, help="Also read what only earlier readers have read.")
def flag(again: bool) -> None:
    """Read the unread posts, and put the needs found into cases.

    Example: distress flag
    """
    _flag(_judging_settings(), again=again)


def _flag(loaded: Settings, *, again: bool = False) -> None:
    from monitor import line

    with _progress("reading", line.unread(loaded, again=again)) as at:
        flagged, merged = line.flag(loaded, again=again, on_progress=at)
    click.echo(
        f"{flagged.read} posts read, {flagged.needs} needs found; {merged.opened} cases opened, "
        f"{merged.joined} needs joined a case; {flagged.set_aside} posts could not be read"
    )


@main.command()
def digest() -> None:
    """Route the open cases to agents and write the day's pages.

    Example: distress digest
    """
    _digest(_settings())


def _digest(loaded: Settings) -> Path:
    from monitor import line

    done = line.digest(loaded)
    click.echo(
        f"{done.routed.assigned} cases newly assigned, {done.routed.kept} kept their agent, "
        f"{done.routed.unassigned} fit nobody"
    )
    page = done.folder / "index.html"
    click.echo(f"open {page}")
    return page


@main.group("callback", cls=Commands)
def callback_group() -> None:
    """Take in how callbacks ended.

    Example: distress callback import outcomes-云落-2020-02-12.json
    """


@callback_group.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
def callback_import(files: tuple[Path, ...]) -> None:
    """Import outcomes files that agents saved; importing one twice is harmless.

    Example: distress callback import outcomes-*.json
    """
    with _store() as store:
        done = callback.import_outcomes(store, files)
        lines = supply.open_lines(store)
    click.echo(
        f"{done.added} outcomes added, {done.known} known already, {lines} supply lines opened"
    )
    for refusal in done.refused:
        where = f"{refusal.file} {refusal.entry}".strip()
        err.print(f"refused: {where}: {refusal.reason}", markup=False)
    if done.refused:
        raise DistressError(f"{len(done.refused)} refused; everything else is in the store")


@callback_group.command("record")
@click.argument("case_id", type=int, metavar="CASE")
@click.argument("disposition", metavar="DISPOSITION")
@click.option("--agent", help="Who called; the case's agent where left out.")
@click.option("--note", default="", help="What was said.")
@click.option(
    "--again-at",
    type=click.DateTime(["%Y-%m-%d %H:%M"]),
    help="Agreed time, in the configured zone.",
)
@click.option(
    "--goods", multiple=True, metavar="NAME=AMOUNT", help="Confirmed goods, such as 护手霜=40支."
)
def callback_record(
    case_id: int,
    disposition: str,
    agent: str | None,
    note: str,
    again_at: datetime | None,
    goods: tuple[str, ...],
) -> None:
    """Record one outcome from the terminal.

    Example: distress callback record 12 need_confirmed --goods 护手霜=40支
    """
    loaded = _settings()
    with _store(loaded) as store:
        found = _case(store, case_id)
        items = [callback.confirmed(words) for words in goods]
        noted = callback.noted_now(
            case_id=case_id,
            agent=agent or found.agent or "",
            disposition=disposition,
            note=note,
            call_again_at=again_at.replace(tzinfo=loaded.zone) if again_at else None,
            items=items,
        )
        callback.record(store, noted, origin="terminal")
        supply.open_lines(store)
    click.echo(
        f"case {case_id}: {dispositions()[disposition].zh} · {dispositions()[disposition].then}"
    )


@main.group("supplies", cls=Commands, invoke_without_command=True)
@click.option(
    "--csv", "as_csv", is_flag=True, help="Print CSV that is safe to open in a spreadsheet."
)
@click.pass_context
def supplies_group(ctx: click.Context, as_csv: bool) -> None:
    """List the confirmed goods and how far each is on its way.

    Example: distress supplies --csv > supplies.csv
    """
    if ctx.invoked_subcommand:
        return
    loaded = _settings()
    with _store(loaded) as store:
        supply.open_lines(store)
        lines = store.supplies.lines()
    if as_csv:
        click.echo(supply.as_csv(lines), nl=False)
    elif lines:
        out.print(tables.supplies(lines, loaded.zone))
    else:
        click.echo(
            "no goods are confirmed yet; import outcomes with: distress callback import FILE…"
        )


@supplies_group.command("step")
@click.argument("line_id", type=int, metavar="LINE")
@click.argument("status", metavar="STATUS")
@click.option("--note", default="", help="By whom, how, what part.")
def supplies_step(line_id: int, status: str, note: str) -> None:
    """Note that a line is committed, in transit or received.

    Example: distress supplies step 3 "in transit" --note 顺丰
    """
    with _store() as store:
        stepped = supply.step(store, line_id, status, note)
    click.echo(f"line {stepped.id}: {stepped.status}")


@main.group("case", cls=Commands)
def case_group() -> None:
    """Look at cases and undo merges.

    Example: distress case show 12
    """


@case_group.command("list")
@click.option("--all", "everything", is_flag=True, help="Closed ones too.")
def case_list(everything: bool) -> None:
    """List the open cases, numbers masked.

    Example: distress case list
    """
    with _store() as store:
        ids = store.cases.all_ids() if everything else store.cases.open_ids()
        found = store.cases.get(ids)
    out.print(tables.cases(found) if found else "no cases; next: distress once", markup=False)


def _case(store: Store, case_id: int) -> Case:
    if not store.cases.exists(case_id):
        ids = [str(known) for known in store.cases.open_ids()]
        raise UnknownNameError("case", case_id, ids[:20], "distress case list")
    return store.cases.get([case_id])[0]


@case_group.command("show")
@click.argument("case_id", type=int, metavar="CASE")
@click.option("--numbers", is_flag=True, help="Show phone numbers in full.")
def case_show(case_id: int, numbers: bool) -> None:
    """Show a case with its posts, why they are one case, and its callbacks.

    Example: distress case show 12
    """
    loaded = _settings()
    with _store(loaded) as store:
        out.print(tables.case(_case(store, case_id), loaded.zone, numbers=numbers))


@case_group.command("split")
@click.argument("case_id", type=int, metavar="CASE")
@click.argument("need_ids", type=int, nargs=-1, required=True, metavar="NEED…")
def case_split(case_id: int, need_ids: tuple[int, ...]) -> None:
    """Take needs out of a case into a new one: they were merged wrongly.

    Example: distress case split 12 31 32
    """
    from monitor import merge

    with _store() as store:
        new_case = merge.split_case(store, _case(store, case_id), need_ids)
    click.echo(f"case {new_case} now holds need {', '.join(map(str, need_ids))}")


@main.command()
def once() -> None:
    """Walk the whole line: crawl every source, flag, merge, route, write the digest.

    Example: distress once
    """
    loaded = _judging_settings()
    runs = _crawl(loaded, None)
    _flag(loaded)
    _digest(loaded)
    _end_with(runs)


@main.command()
def run() -> None:
    """Keep walking the line in the rhythm of the settings until stopped.

    Example: distress run
    """
    from monitor import schedule

    loaded = _judging_settings()

    def tell(what: str) -> None:
        err.print(f"{datetime.now(loaded.zone):%Y-%m-%d %H:%M:%S} {what}", markup=False)

    schedule.run(loaded, tell=tell)


@main.command()
@click.option("--set-aside", is_flag=True, help="List the rows that could not be read.")
@click.option(
    "--answer",
    "source",
    metavar="SOURCE",
    help="Write what a source answered when it last failed to a file.",
)
def status(set_aside: bool, source: str | None) -> None:
    """Show how the sources do, what to do about those that fail, and what each agent has.

    Example: distress status
    """
    loaded = _settings()
    with _store(loaded) as store:
        if source is not None:
            _write_answer(store, source, loaded)
            return
        click.echo(
            f"{store.path}: {store.posts.count()} posts, {store.posts.count_unread()} not read, "
            f"{len(store.cases.all_ids())} cases, "
            f"{len(store.posts.list_set_aside())} rows set aside"
        )
        now = datetime.now(UTC)
        doing = health.of_sources(loaded, store, now=now)
        out.print(tables.health(doing, loaded.zone, now=now))
        out.print()
        if (to_mend := tables.to_mend(doing)).row_count:
            out.print(to_mend)
            out.print()
        out.print(tables.loads(loaded, store.cases.get(store.cases.open_ids())))
        if set_aside:
            out.print(tables.set_aside(store.posts.list_set_aside()))


def _write_answer(store: Store, source: str, loaded: Settings) -> None:
    """Write the answer that was kept last; as plain text, so that nothing in it is ever run."""
    answer = store.answers.last(source)
    if answer is None:
        kept = list(store.answers.runs())
        raise UnknownNameError("kept answer of source", source, kept, "distress status")
    name = re.sub(r"[^\w.·-]", "_", source)
    file = Path(f"answer-{name}-{answer.id}.txt")
    file.write_bytes(answer.body)
    at = answer.kept_at.astimezone(loaded.zone)
    click.echo(
        plain(
            f"wrote {file}, {len(answer.body):,} bytes: {answer.outcome}, run {answer.run_id}, "
            f"{at:%Y-%m-%d %H:%M}, {answer.url or 'no address'}\n{answer.message}"
        )
    )


@main.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("distress-demo"))
def demo(folder: Path) -> None:
    """Walk the line offline over bundled samples, and name the page to open.

    Example: distress demo
    """
    samples.clear(folder)
    loaded = settings.load(samples.write(folder, today=datetime.now(UTC)))
    _crawl(loaded, None)
    _flag(loaded)
    _digest(loaded)


@main.command("classify")
@click.argument("file", type=click.File("rb"), default="-")
def classify_command(file: Any) -> None:
    """Read posts as a filter: JSON Lines with id and text in, a reading a line out.

    Example: distress classify posts.jsonl > readings.jsonl
    """
    from monitor.classify import bounded_lines, classify

    if _has_settings():
        _judging_settings()
    wrong = 0
    write = sys.stdout.write  # click.echo would flush every line
    for fields in classify(bounded_lines(file)):
        wrong += "error" in fields and "line" in fields
        write(json.dumps(fields, ensure_ascii=True) + "\n")
    if wrong:
        raise DistressError(f"{wrong} lines could not be read; each has its error in the output")


@main.command()
@click.option(
    "--posts",
    type=click.Path(exists=True, path_type=Path),
    help="Labelled posts to learn from too.",
)
@click.option("--with-outcomes", is_flag=True, help="Learn from how callbacks ended, too.")
@click.option("--accept-worse", is_flag=True, help="Use the new model even where a figure fell.")
@click.argument("folder", type=click.Path(path_type=Path), default=Path("models"))
def train(posts: Path | None, with_outcomes: bool, accept_worse: bool, folder: Path) -> None:
    """Fit the request classifier; a model that is worse than the present one is not put in use.

    It learns from the corpus less the held-out fifth, on which old and new are compared.

    Example: distress train --with-outcomes models
    """
    from monitor import training

    outcomes = training.from_outcomes(_settings().store_path) if with_outcomes else []
    learnt, measured_on = training.to_learn(posts, outcomes), training.pinned(outcomes)
    with _progress("reading posts", len(learnt)) as at:
        done = training.train(
            folder, learnt, measured_on, accept_worse=accept_worse, on_progress=at
        )
    if with_outcomes:
        held_out = sum(example.held_out for example in outcomes)
        click.echo(f"callbacks taught {len(outcomes)} posts; {held_out} of them were held out")
    out.print(tables.compared(done.compared))
    click.echo(f"wrote {done.path}, learnt from {done.learnt} posts; to use it name its folder in")
    click.echo(f"distress.toml under [model], or measure it: distress score --model {folder}")


@main.command()
@click.option(
    "--model", type=click.Path(exists=True, path_type=Path), help="Folder of another model."
)
@click.option("--with-outcomes", is_flag=True, help="Also measure on how callbacks ended.")
@click.argument("posts", type=click.Path(exists=True, path_type=Path), required=False)
def score(model: Path | None, with_outcomes: bool, posts: Path | None) -> None:
    """Measure the readers on labelled posts, or on the held-out fifth of the corpus.

    Of the posts that callbacks labelled, too, only the fifth that training never sees counts.

    Example: distress score labelled.jsonl
    """
    from monitor import training

    taught = training.from_outcomes(_settings().store_path) if with_outcomes else []
    out.print(tables.score(training.score(posts, model)))
    if with_outcomes:
        held_out = [example for example in taught if example.held_out]
        click.echo("\nheld out of what callbacks taught:")
        out.print(tables.score(training.score_on(held_out)))


if __name__ == "__main__":
    main()
