"""The commands that take in a call or a note: typed as options, or asked for one by one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import click

from monitor import intake
from monitor.calling.contacts import is_public_service, typed_contact
from monitor.cli.frame import judging_settings
from monitor.cli.given import Words
from monitor.cli.intake import intake_group, kept_until, taken_in_by
from monitor.cli.table_parts import SHARED
from monitor.errors import DistressError
from monitor.intake.spoken import KnownCase, SpokenNeed, goods_read, parsed_goods, typed_goods
from monitor.language import PageLanguage, language
from monitor.masking import masked, plain
from monitor.store import Store
from monitor.types import Case, KnownContact


class Reachable(click.ParamType[KnownContact]):
    """A number or id by which somebody is reached."""

    name = "number"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> KnownContact:
        """Return the contact; fails for what is none, and for 110 and its like."""
        if isinstance(value, KnownContact):
            return value
        try:
            contact = typed_contact(str(value))
        except DistressError as error:
            self.fail(str(error), param, ctx)
        if is_public_service(contact):
            self.fail(f"{contact.value} is a public service's; give that of a person", param, ctx)
        return contact


_OPTIONS = (
    click.option("--caller", type=Words(100), help="Who calls or passes on, such as 李护士."),
    click.option("--number", type=Reachable(), help="How to reach them; a WeChat id will do."),
    click.option(
        "--pass-on/--hold", default=None, help="Whether they agreed to have it passed on."
    ),
    click.option("--facility", type=Words(100), help="The hospital, ward or team in need."),
    click.option("--ward-number", type=Reachable(), help="How to reach the ward, if otherwise."),
    click.option("--words", type=Words(5000), help="What was said; all is asked for without."),
    click.option("--goods", type=Words(5000), help="Goods as checked, such as 护手霜=40支、面膜."),
    click.option("--case", "case_id", type=int, help="The open case that it is of."),
    click.option("--apart", is_flag=True, help="It is of no case yet, however alike they are."),
    click.option("--confirm", is_flag=True, help="The goods are confirmed: open supply lines."),
    click.option("--for", "purpose", type=Words(500), default="", help="What it is taken in for."),
    taken_in_by,
    kept_until,
)


def _with_options(command: Callable[..., None]) -> Callable[..., None]:
    for option in reversed(_OPTIONS):
        command = option(command)
    return command


@intake_group.command("hotline")
@_with_options
def intake_hotline(**given: Any) -> None:
    """Take in a call to the hotline; what is not given as an option is asked for.

    The goods that are read in the words are shown to be mended, and open cases of the same number
    or facility as soon as they are known: a second call of a team is added to its case. A number
    that may not be passed on stays off all pages.

    Example: distress intake hotline --by 云落
    """
    _take_in("hotline", given)


@intake_group.command("relay")
@_with_options
def intake_relay(**given: Any) -> None:
    """Take in what a volunteer or journalist passes on of a ward, as a call to the hotline.

    Example: distress intake relay --by 云落
    """
    _take_in("relay", given)


def _take_in(kind: str, given: dict[str, Any]) -> None:
    from monitor import line

    loaded = judging_settings()
    spoken = language(loaded.language)
    with Store(loaded.store_path) as store:
        if given["words"] is None:
            _ask_for(store, kind, given, spoken)
        need = _need_of(kind, given)
        intake.spoken.check(need)
        goods = given["goods"]
        if goods is None and given.get("asked"):
            goods = _ask_for_goods(need, spoken)
        if goods is not None or given["confirm"]:
            read = goods_read(intake.spoken.read_spoken(need))
            need = replace(need, goods=read if goods is None else parsed_goods(goods))
        if given["confirm"] and not need.goods:
            raise DistressError("no goods are named to be confirmed; name them: --goods 口罩=100个")
        taken = line.take_call(
            store,
            loaded,
            need,
            actor=given["actor"],
            purpose=given["purpose"],
            case_id=given["case_id"],
            apart=given["apart"],
            confirm=given["confirm"],
            keep_until=given["keep"],
        )
        [case] = store.cases.get([taken.case_id])
    _tell(taken, case, spoken)


def _need_of(kind: str, given: dict[str, Any]) -> SpokenNeed:
    contact = given["number"]
    if contact and given["pass_on"] is None:
        raise click.UsageError("may the number be passed on? Say --pass-on or --hold")
    if given["case_id"] and given["apart"]:
        raise click.UsageError("--case says which case it is of, --apart that it is of none")
    return SpokenNeed(
        id=str(uuid4()),
        kind=kind,
        caller=given["caller"] or "",
        contact=contact,
        may_pass_on=bool(given["pass_on"]),
        facility=given["facility"] or "",
        ward=given["ward_number"],
        words=given["words"] or "",
        at=datetime.now(UTC).replace(microsecond=0),
    )


def _ask_for(store: Store, kind: str, given: dict[str, Any], spoken: PageLanguage) -> None:
    """Ask for what was not given, and show open cases as soon as something tells of them."""
    given["asked"] = True
    who = spoken.of("谁来电（如 李护士）", "Who calls (such as 李护士)")
    if kind == "relay":
        who = spoken.of("谁转告（如 志愿者小林）", "Who passes it on")
    given["caller"] = given["caller"] or click.prompt(who, type=Words(100))
    if given["number"] is None:
        words = spoken.of("怎么联系（电话或微信，没有就回车）", "Their number or id, if any")
        given["number"] = _prompt_contact(words)
    if given["number"] and given["pass_on"] is None:
        words = spoken.of("对方同意把号码转给拨打的人吗", "May the number be passed on")
        given["pass_on"] = click.confirm(words, default=False)
    if given["ward_number"] is None and kind == "relay":
        words = spoken.of("病房怎么联系（没有就回车）", "The ward's number, if any")
        given["ward_number"] = _prompt_contact(words)
    where = spoken.of("哪家医院、病区或医疗队", "Which hospital, ward or team")
    given["facility"] = given["facility"] or click.prompt(where, type=Words(100))
    contacts = [one for one in (given["number"], given["ward_number"]) if one]
    if given["case_id"] is None and not given["apart"]:
        _ask_for_case(intake.spoken.known_cases(store, given["facility"], contacts), given, spoken)
    said = spoken.of("说了什么（原话）", "What was said")
    given["words"] = click.prompt(said, type=Words(5000))


def _prompt_contact(words: str) -> KnownContact | None:
    while True:
        typed = click.prompt(words, default="", show_default=False)
        if not typed.strip():
            return None
        try:
            return Reachable().convert(typed, None, None)
        except click.BadParameter as error:
            click.echo(error.format_message(), err=True)


def _ask_for_case(known: list[KnownCase], given: dict[str, Any], spoken: PageLanguage) -> None:
    if not known:
        return
    for one in known:
        click.echo(plain(f"  {one.case.id}: {spoken.say(SHARED[one.reason])} · {_line(one.case)}"))
    words = spoken.of(
        "是其中哪一个（编号；都不是填 0；说不准就回车）",
        "Which of these is it (its number; 0 for none; Enter where you cannot tell)",
    )
    choices = [str(one.case.id) for one in known]
    answer = click.prompt(
        words, default="", show_default=False, type=click.Choice(["", "0", *choices]),
        show_choices=False,
    )  # fmt: skip
    given["apart"] = answer == "0"
    given["case_id"] = int(answer) if answer not in ("", "0") else None


def _line(case: Case) -> str:
    """Return a case in a few words, numbers masked."""
    names = [f.text for need in case.needs for f in need.reading.concerned]
    goods = [item.text for need in case.needs for item in need.reading.items]
    words = [*dict.fromkeys(names)][:2] + [*dict.fromkeys(goods)][:5]
    return masked("、".join(words) or " ".join(case.needs[0].words.split())[:60])


def _ask_for_goods(need: SpokenNeed, spoken: PageLanguage) -> str:
    read = typed_goods(goods_read(intake.spoken.read_spoken(need)))
    words = spoken.of(
        "物资（对就回车；不对就改写，如 护手霜=40支、面膜）",
        "Goods (Enter where they are right; else write them, such as 护手霜=40支、面膜)",
    )
    return str(click.prompt(words, default=read, type=Words(5000)))


def _tell(taken: Any, case: Case, spoken: PageLanguage) -> None:
    goods = "、".join(
        spoken.goods(item.name, item.quantity_text or "", "") for item in taken.need.reading.items
    )
    what = "a new case" if taken.is_new else f"with {len(case.joined) - 1} told before"
    run = f"import {taken.run_id}" if taken.run_id else "known already"
    click.echo(plain(f"{run}: case {case.id}, {what}; goods: {goods or 'none'}"))
    if not case.closed and taken.run_id:
        click.echo(f"to take it back: distress intake undo {taken.run_id}")
