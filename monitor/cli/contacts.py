"""Commands for what is known of contacts over all cases: above all, who is not to be called."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from monitor.calling.contacts import check_markable, typed_contact
from monitor.cli import tables_case
from monitor.cli.frame import Commands, main, out, settings_here, store_of
from monitor.cli.given import Moment, Words, login
from monitor.cli.table_parts import hidden, kind_word, mark_word
from monitor.errors import DistressError
from monitor.language import PageLanguage, language
from monitor.store import Store
from monitor.store.audit import OPENED
from monitor.types import Callback, KnownContact, Mark

_number = click.argument("number", type=Words(2000), metavar="NUMBER")
_reason = click.option("--reason", type=Words(), required=True, help="Why; others will read it.")
_by = click.option("--by", "actor", type=Words(60), required=True, help="Who says so.")
_numbers = click.option("--numbers", is_flag=True, help="Show numbers in full.")


@main.group("contact", cls=Commands)
def contact_group() -> None:
    """Look at contacts over all cases, and keep the do-not-call list.

    A number may be typed in any style: 138 0013 8000, +86-13800138000. So may a WeChat id.

    Example: distress contact list
    """


@contact_group.command("list")
@click.option("--all", "everything", is_flag=True, help="Also marks that ended or were lifted.")
@_numbers
def contact_list(everything: bool, numbers: bool) -> None:
    """List the contacts that are not to be called, with reason and end; numbers masked.

    Example: distress contact list --all
    """
    loaded = settings_here()
    now = datetime.now(UTC)
    with store_of(loaded) as store:
        if numbers:
            store.audit.note(OPENED, "the list of marked contacts", actor=login())
        marks = store.marks.all() if everything else list(store.marks.standing(now).values())
    if marks:
        listing = tables_case.marks(
            marks, loaded.zone, now=now, numbers=numbers, spoken=language(loaded.language)
        )
        out.print(listing)
    else:
        click.echo(
            language(loaded.language).say(
                "都可以拨；要记入免打扰名单：%(command)s", command="distress contact bar NUMBER"
            )
        )


@contact_group.command("bar")
@_number
@_reason
@click.option(
    "--until",
    type=Moment(end_of_day=True),
    metavar="DATE",
    help="Last day, in the configured zone; without end where left out.",
)
@_by
def contact_bar(number: str, reason: str, until: datetime | None, actor: str) -> None:
    """Put a number on the do-not-call list: it is not proposed for any case.

    Example: distress contact bar 13800138000 --reason 家属要求 --by 组长
    """
    loaded = settings_here()
    spoken = language(loaded.language)
    contact = typed_contact(number)
    check_markable(contact)
    with store_of(loaded) as store, store.write():
        standing = _standing(store, contact)
        if standing and until and (standing.until is None or standing.until > until):
            raise DistressError(
                "it is marked for longer: "
                f"{tables_case.mark_words(standing, loaded.zone, spoken)}. "
                "To shorten that: distress contact lift NUMBER"
            )
        store.marks.add(contact, "barred", actor=actor, reason=reason, until=until)
        [*_, mark] = store.marks.of([contact])
        cases = store.history.cases_of(contact)
    click.echo(tables_case.mark_words(mark, loaded.zone, spoken) + _in_cases(cases, spoken))


@contact_group.command("lift")
@_number
@_reason
@_by
def contact_lift(number: str, reason: str, actor: str) -> None:
    """Let a number be called again that was barred, wrong or dead; what was said of it stays.

    Example: distress contact lift 13800138000 --reason 本人来电 --by 组长
    """
    loaded = settings_here()
    contact = typed_contact(number)
    with store_of(loaded) as store, store.write():
        if _standing(store, contact) is None:
            raise DistressError(
                f"{contact.kind} {hidden(contact)} may be called as it is. "
                "See: distress contact list --all"
            )
        store.marks.add(contact, "lifted", actor=actor, reason=reason)
        [*_, mark] = store.marks.of([contact])
        cases = store.history.cases_of(contact)
    spoken = language(loaded.language)
    click.echo(tables_case.mark_words(mark, loaded.zone, spoken) + _in_cases(cases, spoken))


@contact_group.command("show")
@_number
@_numbers
def contact_show(number: str, numbers: bool) -> None:
    """Show all that was noted of a number, over all cases.

    Example: distress contact show 13800138000
    """
    loaded = settings_here()
    contact = typed_contact(number)
    with store_of(loaded) as store:
        marks = store.marks.of([contact])
        cases = store.history.cases_of(contact)
        if numbers:
            store.audit.note(OPENED, f"{contact.kind} {hidden(contact)}", actor=login())
        callbacks = [
            callback
            for case in store.cases.get(cases)
            for callback in case.callbacks
            if _names(callback, contact)
        ]
        standing = _standing(store, contact)
    value = contact.value if numbers else hidden(contact)
    spoken = language(loaded.language)
    state = mark_word(standing, spoken) if standing else spoken.say("可以拨")
    kind = kind_word(contact.kind, spoken)
    click.echo(f"{kind} {value}: {state}{_in_cases(cases, spoken)}")
    if marks or callbacks:
        out.print(
            tables_case.contact(marks, callbacks, loaded.zone, numbers=numbers, spoken=spoken)
        )


def _standing(store: Store, contact: KnownContact) -> Mark | None:
    return store.marks.standing(datetime.now(UTC)).get(contact.key)


def _names(callback: Callback, contact: KnownContact) -> bool:
    """Tell whether a callback tried a contact, or was passed on to it."""
    contacts = (callback.contact, callback.new_contact)
    return any(other is not None and other.key == contact.key for other in contacts)


def _in_cases(cases: list[int], spoken: PageLanguage) -> str:
    if not cases:
        return spoken.say("；哪个求助里都没有")
    return spoken.say("；在求助 %(ids)s 里", ids=", ".join(map(str, cases)))
