"""Tell what statements change for a need: they and its goods go in, one change comes out."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from classifiers.need import Reading, Statement


@dataclass(frozen=True, slots=True)
class Change:
    """What a post changes for a need.

    effect: "none", "enough_all", "enough_some", "arrived_all", "arrived_some", "denied",
        "do_not_call", "contact_change", "more" or "again".
    goods: canonical names; of `more` those of the update, else those of the need.
    """

    effect: str
    goods: tuple[str, ...] = ()


NOTHING = Change("none")
_AMOUNT = re.compile(r"\d|[一二两兩三四五六七八九十百千万]")


def change_of(
    statements: Sequence[Statement],
    wanted: Sequence[str],
    *,
    larger: Sequence[str] = (),
    new_contact: bool = False,
) -> Change:
    """Return the one change that the statements make for a need; enough goes before arrived.

    wanted: the need's goods. larger: goods that the update asks more of, or that are new.
    new_contact: whether the update gives somebody to call whom the need does not name.
    """
    by_effect: dict[str, list[Statement]] = {}
    for statement in (one for one in statements if one.effect != "unsure"):
        by_effect.setdefault(statement.effect, []).append(statement)
    if "denied" in by_effect:
        return Change("denied")
    lacking = {
        name for effect in ("only", "more") for s in by_effect.get(effect, ()) for name in s.goods
    }
    for effect in ("enough", "arrived"):
        change = _fulfilled(effect, by_effect, wanted, lacking)
        if change:
            return change
    if "contact_change" in by_effect and new_contact:
        return Change("contact_change")
    if "do_not_call" in by_effect:
        return Change("do_not_call")
    if "again" in by_effect:
        named = {name for s in by_effect["again"] for name in s.goods}
        goods = tuple(name for name in wanted if name in named)
        return Change("again", goods or tuple(wanted)) if goods or not named else NOTHING
    asked = list(dict.fromkeys(name for s in by_effect.get("more", ()) for name in s.goods))
    goods = tuple(name for name in asked if name in larger or name not in wanted)
    if not goods:  # what is wanted anyway is no news without an amount
        counted = any(_AMOUNT.search(s.text) for s in by_effect.get("more", ()))
        goods = tuple(larger or (asked if counted else ()))
    return Change("more", goods) if goods and by_effect else NOTHING


def is_update(reading: Reading) -> bool:
    """Tell whether a post says something of a need told before, or may do so if it is no plea."""
    effects = {statement.effect for statement in reading.details.get("updates", ())}
    return bool(effects - {"unsure"} if reading.flagged else effects)


def _fulfilled(
    effect: str,
    by_effect: Mapping[str, Sequence[Statement]],
    wanted: Sequence[str],
    lacking: set[str],
) -> Change | None:
    """Return the change to goods that are there or no longer wanted, None where none are."""
    statements = by_effect.get(effect, ())
    goods: list[str] = []
    partly = False
    for statement in statements:
        if statement.rest or not statement.goods:
            if statement.still and not statement.rest:
                continue
            goods += [name for name in wanted if name not in lacking]
            partly |= statement.part
        else:
            goods += [name for name in statement.goods if name in wanted]
            partly |= statement.part and effect == "arrived"
    if effect == "enough":
        for statement in by_effect.get("only", ()):
            if statement.goods:
                goods += [name for name in wanted if name not in statement.goods]
    kept = tuple(name for name in wanted if name in goods)
    if not kept and (wanted or not statements or any(s.goods or s.still for s in statements)):
        return None
    whole = len(kept) == len(set(wanted)) and not (partly or lacking & set(wanted))
    return Change(f"{effect}_{'all' if whole else 'some'}", kept)
