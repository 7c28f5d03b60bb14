"""Commands that walk the whole line: once, run, demo."""

from __future__ import annotations

import faulthandler
import re
import shlex
import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

import click

from monitor import demonstration, logs, settings
from monitor.cli.frame import err, judging_settings, main, settings_here
from monitor.cli.notify import send_messages
from monitor.cli.stages import crawl_sources, end_with, flag_posts, write_digest
from monitor.language import DEFAULT, LANGUAGES, language
from monitor.settings import Settings


@main.command()
def once() -> None:
    """Walk the whole line: crawl every source, flag, merge, route, write the digest, tell people.

    Example: distress once
    """
    from monitor import messages

    loaded = judging_settings()
    with messages.beating(loaded):
        runs = crawl_sources(loaded, None)
        flag_posts(loaded)
        write_digest(loaded)
    send_messages(loaded)
    end_with(runs, loaded)


@main.command()
@click.option("--check", is_flag=True, help="Only tell whether one is at work here and well.")
def run(check: bool) -> None:
    """Keep walking the line in the rhythm of the settings until stopped.

    It makes backups and cleans up, too. SIGHUP has it read the settings again. With --check it
    exits with 0 where a `distress run` is at work on this store and none of its jobs hangs, else
    with 1.

    Example: distress run
    """
    from monitor import schedule

    if check:
        click.echo(f"at work: process {schedule.at_work(settings_here().store_path)}")
        return
    loaded = judging_settings()
    faulthandler.enable(file=2)  # a watchdog's SIGABRT tells where each thread stood

    def reread() -> Settings:
        nonlocal loaded
        loaded = settings_here()
        return loaded

    def tell(what: str) -> None:
        if logs.are_json():
            logs.tell(what)
            return
        err.print(
            f"{datetime.now(loaded.zone):%Y-%m-%d %H:%M:%S} {what}", markup=False, soft_wrap=True
        )

    schedule.run(loaded, tell=tell, reread=reread)


@main.command()
@click.option(
    "--language",
    "code",
    type=click.Choice(LANGUAGES),
    default=DEFAULT,
    show_default=True,
    help="Of the pages and the terminal; posts stay as they are.",
)
@click.argument("folder", type=click.Path(path_type=Path), default=Path("distress-demo"))
def demo(folder: Path, code: str) -> None:
    """Walk the line offline over a bundled day after two weeks of calls, and name what to do next.

    Example: distress demo
    """
    now = datetime.now(UTC)
    demonstration.clear(folder)
    file = demonstration.write(folder, today=now, language=code)
    loaded = settings.load(file)
    calls = demonstration.live_past(loaded, now=now)
    crawl_sources(loaded, None)
    flag_posts(loaded)
    calls += demonstration.live_day(loaded, now=now)
    spoken = language(loaded.language)
    click.echo(spoken.say("记下了两周里的 %(calls)s 通电话，都是编的", calls=calls))
    page = write_digest(loaded)
    _tell_next(loaded, file, page)


def _tell_next(loaded: Settings, file: Path, page: Path) -> None:
    """Print what to open and type next, as it is to be typed here."""
    spoken = language(loaded.language)
    command = f"{_program()} --config {_quoted(str(file))}"
    agent = loaded.agents[0].name
    saved = f"outcomes-{agent}-{page.parent.name}.json"
    steps = (
        (spoken.say("一位同事的一天，打开："), f"{page.parent / agent}.html"),
        (
            spoken.say("上岗前先练八通电话："),
            f"{command} rehearse {_quoted(str(file.parent / 'rehearsal.html'))}",
        ),
        (
            spoken.say("在那一页上记几个结果，按“保存结果”，文件在浏览器的下载文件夹里："),
            f"{command} callback import ~/Downloads/{_quoted(saved)}",
        ),
        (spoken.say("再写一遍各页，里面就有刚记的结果："), f"{command} digest"),
        (spoken.say("物资到哪一步了："), f"{command} supplies"),
        (spoken.say("自己的回拨台从这里开始："), f"{_program()} init"),
    )
    for words, line in steps:
        click.echo(f"\n{words}\n  {line}")


def _quoted(words: str) -> str:
    """Return words as a shell takes them, plain where it needs no quotes."""
    return words if re.fullmatch(r"[\w@%+=:,./-]+", words) else shlex.quote(words)


def _program() -> str:
    """Return how this program was called, as it can be typed again in this folder."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return f"{_quoted(sys.executable)} -m monitor.cli"
    on_path = shutil.which(called.name)
    if on_path and Path(on_path).samefile(called):
        return called.name
    return _quoted(str(called))
