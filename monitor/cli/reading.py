"""Commands about the readers: classify, train, score."""

from __future__ import annotations

import contextlib
import itertools
import json
import sys
from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from monitor.cli.frame import (
    has_settings,
    judging_settings,
    main,
    out,
    progress,
    settings_here,
    store_of,
)
from monitor.errors import DistressError

if TYPE_CHECKING:
    from monitor.flag.archive_readings import PartitionReadings
    from monitor.flag.archives import Partition


@main.command("classify")
@click.argument("files", nargs=-1, metavar="[FILE]…")
@click.option(
    "--json", "as_json", is_flag=True, help="Print no readings but a JSON object of what is wrong."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 64),
    default=1,
    show_default=True,
    help="Processes that read; with several, readings come by the hundred, in order.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Read archives, .jsonl(.gz) or .parquet, and write their needs to this Parquet file.",
)
@click.option(
    "--dask",
    "address",
    metavar="ADDRESS",
    help="With --out, read on a cluster: tcp://HOST:8786 of its scheduler, or local:2.",
)
def classify_command(
    files: tuple[str, ...], as_json: bool, workers: int, out: Path | None, address: str | None
) -> None:
    """Read posts as a filter: JSON Lines with id and text in, a reading a line out.

    With --out it reads any number of archives instead, and keeps what is a need or may change one;
    distress flag --from takes that into a store.

    Example: distress classify --workers 2 posts.jsonl > readings.jsonl
    """
    model_folder = judging_settings().model_folder if has_settings() else None
    if out:
        if as_json or (address and workers > 1):
            raise click.UsageError("--out goes without --json, and --dask without --workers")
        _write_needs(files, out, workers, address, model_folder)
        return
    if address or len(files) > 1:
        raise click.UsageError("a cluster or several files want a file of needs: --out FILE")
    try:
        file = click.open_file(files[0] if files else "-", "rb")
    except OSError as error:
        raise click.BadParameter(f"'{files[0]}': {error.strerror}", param_hint="FILE") from None
    with file:
        _filter(file, as_json, workers)


def _filter(file: Any, as_json: bool, workers: int) -> None:
    from monitor.flag.classify import bounded_lines, classify
    from monitor.flag.side_by_side import readings as of_chunk
    from monitor.flag.side_by_side import side_by_side, written

    lines = bounded_lines(file)
    if as_json:
        from monitor.cli import machine

        readings = (
            itertools.chain.from_iterable(side_by_side(of_chunk, lines, workers))
            if workers > 1
            else classify(lines)
        )
        told = machine.classified(readings)
        click.echo(told.model_dump_json())
        wrong = told.unread
    elif workers > 1:
        wrong = 0
        with contextlib.closing(side_by_side(written, lines, workers)) as chunks:
            for text, unread in chunks:
                sys.stdout.write(text)
                wrong += unread
    else:
        wrong = 0
        write = sys.stdout.write  # click.echo would flush every line
        for fields in classify(lines):
            wrong += "error" in fields and "line" in fields
            write(json.dumps(fields, ensure_ascii=True) + "\n")
    if wrong:
        where = "" if as_json else "; each has its error in the output"
        raise DistressError(f"{wrong} lines could not be read{where}")


def _write_needs(
    files: Sequence[str], out: Path, workers: int, address: str | None, model_folder: Path | None
) -> None:
    """Write the file of needs, and tell what came of the archives."""
    from monitor.flag import archives, needs_file, version

    needs_file.check_library()
    if not files:
        raise click.UsageError("--out wants the names of archives behind it")
    names = archives.names_of(files)
    rows = archives.partitions(names)
    with (
        progress("reading posts") as at,
        contextlib.closing(_read_on(rows, workers, address, model_folder)) as readings,
    ):
        counts = needs_file.write(out, _counting(readings, at), version())
    click.echo(
        f"read {counts.posts:,} posts of {len(names):,} files: {counts.needs:,} needs, "
        f"{counts.updates:,} that may change one; wrote {out}. To take them in: "
        f"distress flag --from {out}"
    )
    if counts.set_aside:
        raise DistressError(
            f"{counts.set_aside:,} rows could not be read, the first: {', '.join(counts.places)}; "
            f"each has its problem in {out}"
        )


def _read_on(
    rows: Iterator[Partition], workers: int, address: str | None, model_folder: Path | None
) -> Generator[PartitionReadings, None, None]:
    """Yield the readings of partitions, read here, by forks or on a cluster."""
    from monitor.flag import archives
    from monitor.flag.archive_readings import read_partition
    from monitor.flag.side_by_side import in_processes

    if address:
        try:
            from monitor.work import cluster
        except ModuleNotFoundError as error:
            raise DistressError(
                f"a cluster needs dask.distributed ({error}); install it: {archives.EXTRA}"
            ) from None
        yield from cluster.readings(rows, address, model_folder)
    elif workers > 1:
        yield from in_processes(read_partition, ((one,) for one in rows), workers)
    else:
        yield from map(read_partition, rows)


def _counting(
    readings: Iterable[PartitionReadings], at: Callable[[int], None]
) -> Iterator[PartitionReadings]:
    posts = 0
    for one in readings:
        yield one
        posts += one.posts
        at(posts)


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

    It learns from the corpus, POSTS and outcomes less a fifth of each, on which old and new are
    compared.

    Example: distress train --with-outcomes models
    """
    from monitor.cli import tables
    from monitor.flag import training

    outcomes = training.from_outcomes(settings_here().store_path) if with_outcomes else []
    given = training.labelled(posts) if posts else []
    learnt, measured_on = training.to_learn(given, outcomes), training.pinned(given, outcomes)
    with progress("reading posts", len(learnt)) as at:
        done = training.train(
            folder, learnt, measured_on, accept_worse=accept_worse, on_progress=at
        )
    if with_outcomes:
        held_out = sum(example.held_out for example in outcomes)
        click.echo(f"callbacks taught {len(outcomes)} posts; {held_out} of them were held out")
    if given and "posts" not in {entry.name for entry in measured_on}:
        click.echo(
            f"too few of the {len(given)} posts were held out to compare both models on them: "
            f"at least {training.ENOUGH}, requests and others"
        )
    out.print(tables.compared(done.compared))
    click.echo(f"wrote {done.path}, learnt from {done.learnt} posts; to use it name its folder in")
    click.echo(f"distress.toml under [model], or measure it: distress score --model {folder}")


@main.command()
@click.option(
    "--model", type=click.Path(exists=True, path_type=Path), help="Folder of another model."
)
@click.option("--with-outcomes", is_flag=True, help="Also measure on how callbacks ended.")
@click.option("--outcomes", "of_weeks", is_flag=True, help="How good flagging was week by week.")
@click.argument("posts", type=click.Path(exists=True, path_type=Path), required=False)
def score(model: Path | None, with_outcomes: bool, of_weeks: bool, posts: Path | None) -> None:
    """Measure the readers on labelled posts, or on the held-out fifth of the corpus.

    Of the posts that callbacks labelled, too, only the fifth that training never sees counts.
    --outcomes tells instead how many of the cases of each week, source and reason were confirmed.

    Example: distress score labelled.jsonl
    """
    from monitor.cli import tables

    if of_weeks:
        from monitor.digest import precision

        loaded = settings_here()
        with store_of(loaded) as store:
            figures = precision.precision(store, now=datetime.now(UTC), zone=loaded.zone)
        out.print(tables.precision(figures))
        return
    from monitor.flag import training

    outcomes = training.from_outcomes(settings_here().store_path) if with_outcomes else []
    out.print(tables.score(training.score(posts, model)))
    if with_outcomes:
        held_out = [example for example in outcomes if example.held_out]
        click.echo("\nheld out of what callbacks taught:")
        out.print(tables.score(training.score_on(held_out)))
