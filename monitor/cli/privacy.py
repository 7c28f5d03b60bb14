"""Commands for people's rights over their data: forget them, and tell who looked at what."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import IO

import click
from rich.table import Table

from monitor.calling.contacts import is_public_service, typed_contact
from monitor.cli.frame import Commands, main, out, settings_here, store_of
from monitor.cli.given import Words, by_login
from monitor.cli.table_parts import row
from monitor.errors import DistressError
from monitor.settings import Settings
from monitor.store import Store
from monitor.store.targets import Target
from monitor.upkeep import backup as backing
from monitor.upkeep import forget as forgetting

_reason = click.option("--reason", type=Words(200), required=True, help="Why, without the name.")
_source = click.option("--source", default="", help="Of this source only.")
_yes = click.option("--yes", is_flag=True, help="Do not ask before it is done.")
_LONGEST_LIST = 10_000  # lines


@main.group("forget", cls=Commands)
def forget_group() -> None:
    """Take a person's or post's words, numbers and names out for good, and keep them out.

    They go from the store, raw and kept answers, pages and exported files; how many there were
    stays. A keyed hash keeps the next crawl, an old outcomes file and an older backup from bringing
    them back. `-` in place of a name or number reads it from standard input, so that it does not
    stay in the history of the shell.

    Example: distress forget number - --reason 本人要求
    """


@forget_group.command("author")
@click.argument("name", type=Words(200))
@_source
@_reason
@by_login
@_yes
def forget_author(name: str, source: str, reason: str, actor: str, yes: bool) -> None:
    """Forget an author: the posts, those that pass them on or name the author, and their needs.

    NAME is the name or the id that the source knows the author by. A name of one or two characters
    is found as an author and behind @ only.

    Example: distress forget author 护士小禾 --source weibo --reason 本人要求
    """
    _forget(_author(_given(name), source), reason=reason, actor=actor, yes=yes)


@forget_group.command("number")
@click.argument("number", type=Words(2000))
@_reason
@by_login
@_yes
def forget_number(number: str, reason: str, actor: str, yes: bool) -> None:
    """Forget a number, a WeChat id or a mail address, and every post that gives it.

    Example: distress forget number 13800138000 --reason 本人要求
    """
    _forget(_number(_given(number)), reason=reason, actor=actor, yes=yes)


@forget_group.command("post")
@click.argument("post", type=Words(2000))
@_source
@_reason
@by_login
@_yes
def forget_post(post: str, source: str, reason: str, actor: str, yes: bool) -> None:
    """Forget one post and those that pass on its words.

    POST is its address, or the id that its source gave. One that is not in the store is kept out
    where --source is given.

    Example: distress forget post https://example.org/post/7 --reason 作者要求
    """
    with store_of() as store:
        targets = _post(store, _given(post), source)
    _forget(targets, reason=reason, actor=actor, yes=yes)


@forget_group.command("list")
@click.argument("file", type=click.File("r", encoding="utf-8-sig"), default="-")
@_reason
@by_login
@_yes
def forget_list(file: IO[str], reason: str, actor: str, yes: bool) -> None:
    """Forget all that a file lists, a line each: author, number or post, then who or which.

    Example: distress forget list people.txt --reason 名单到期
    """
    targets: list[Target] = []
    with store_of() as store:
        for number, line in enumerate(file, 1):
            if number > _LONGEST_LIST:
                raise DistressError(f"the list has over {_LONGEST_LIST:,} lines; split it")
            kind, _, value = line.strip().partition(" ")
            value = value.strip()
            if not kind or kind.startswith("#"):
                continue
            try:
                targets += _of_line(store, kind, value)
            except DistressError as error:
                raise DistressError(f"line {number}: {error}; nothing was forgotten") from None
    _forget(targets, reason=reason, actor=actor, yes=yes)


@forget_group.command("again")
@by_login
def forget_again(actor: str) -> None:
    """Take out again what was forgotten before and came back, as by a backup that was copied.

    It also cuts the log of writes where another process was still reading.

    Example: distress forget again
    """
    from monitor import line

    done = line.forget_again(settings_here(), actor=actor)
    if done is None:
        click.echo("nothing that was forgotten has come back")
    else:
        _tell(done)


@main.command()
@click.option("--days", type=click.IntRange(1, 36500), default=30, show_default=True)
def audit(days: int) -> None:
    """List who exported data, looked at numbers in full, or had somebody forgotten.

    Example: distress audit --days 7
    """
    loaded = settings_here()
    with store_of(loaded) as store:
        acts = store.audit.since(datetime.now(UTC) - timedelta(days=days))
    if not acts:
        click.echo(f"nothing in the last {days} days")
        return
    listing = Table("when", "who", "did", "what", "file")
    for one in acts:
        at = f"{one.at.astimezone(loaded.zone):%Y-%m-%d %H:%M}"
        row(listing, at, one.actor, one.act, one.what, str(one.file or ""))
    out.print(listing)


def _given(words: str) -> str:
    given = sys.stdin.readline().strip() if words == "-" else words
    if not given:
        raise click.UsageError("nothing came on standard input")
    return given


def _author(name: str, source: str) -> list[Target]:
    return [Target("author", name, source), Target("author id", name, source)]


def _number(words: str) -> list[Target]:
    contact = typed_contact(words)
    if is_public_service(contact):
        raise DistressError("that is an emergency or public service number; it is of no person")
    target = Target.of_contact(contact)
    if len(target.value) < 5:
        raise DistressError("that is too short to tell it from other words; give the whole of it")
    return [target]


def _post(store: Store, words: str, source: str) -> list[Target]:
    found = store.forgetting.post_named(words, source)
    if found:
        return found
    if not source:
        raise DistressError(
            "the store has no post with this address or id. To keep it out all the same, say of "
            "which source: distress forget post ID --source SOURCE"
        )
    return [Target("post", words, source)]


def _of_line(store: Store, kind: str, value: str) -> list[Target]:
    if not value:
        raise DistressError("it names nothing; write as in: author 护士小禾")
    if kind == "author":
        return _author(value, "")
    if kind == "number":
        return _number(value)
    if kind == "post":
        return _post(store, value, "")
    raise DistressError("begin it with author, number or post")


def _forget(targets: Sequence[Target], *, reason: str, actor: str, yes: bool) -> None:
    from monitor import line

    loaded = settings_here()
    if not yes:
        _ask(loaded, targets)
    _tell(line.forget(loaded, targets, actor=actor, reason=reason))
    backing.keep_out(loaded)
    for old in backing.backups(loaded):
        day = (old.made_at + loaded.backup.keep).astimezone(loaded.zone)
        click.echo(
            f"! the backup {old.file} still holds it; it expires on {day:%Y-%m-%d}, and distress "
            "restore takes it out before anything reads it"
        )


def _ask(loaded: Settings, targets: Sequence[Target]) -> None:
    with store_of(loaded) as store:
        reached = forgetting.reach(store, loaded.digest_folder, targets)
    click.echo(
        f"this takes the words of {len(reached.posts)} posts ({reached.naming} of others, which "
        f"name it), {len(reached.pages)} pages and {len(reached.exports)} exported files, for good"
    )
    for file in reached.exports:
        click.echo(f"  {file}")
    click.confirm("go on?", abort=True)


def _tell(done: forgetting.Forgotten) -> None:
    click.echo(
        f"forgotten: the words of {done.posts} posts, {done.rows} other rows, {done.pages} pages, "
        f"{done.exports} exported files; it is kept out from now on"
    )
    for file in done.left:
        click.echo(f"! remove it by hand, this user may not: {file}")
    if not done.clean:
        click.echo(
            "! another process still reads the store, so the log of writes holds old pages. Once "
            "it has ended: distress forget again"
        )
