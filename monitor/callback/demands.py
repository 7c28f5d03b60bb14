"""What a disposition asks for: a noted outcome in, an error that names what is amiss out.

Terminal, outcomes file and desk are held to the same: all that the agent's page asks for before it
saves, and nothing more. What is given beyond that is told to the one who types it, as a slip;
of a file or a desk it is kept with the outcome.
"""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from monitor.calling.dispositions import Disposition, dispositions
from monitor.errors import DistressError, UnknownNameError
from monitor.masking import part_hidden
from monitor.types import Callback, KnownContact


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of an outcome; field: in outcomes files; option: in the terminal, with an example."""

    what: str
    field: str
    option: str


_PARTS = {
    "time": _Part("the agreed time", "call_again_at", '--again-at "2020-02-13 09:00"'),
    "contact": _Part("whom to call instead", "new_contact", '--new-contact "王老师 13800138222"'),
    "reason": _Part("the reason in a note", "note", "--note …"),
    "goods": _Part("the goods confirmed", "items", "--goods 护手霜=40支"),
    "back": _Part("whether the goods arrived", "arrived", "--arrived all"),
    "tried": _Part("the number that was tried", "contact", "--contact NUMBER"),
    "until": _Part("an end of the ban", "barred_until", "--until DATE"),
}


class UnknownCaseError(DistressError):
    """An outcome or a decision names a case that does not exist."""


class UnmetError(DistressError):
    """An outcome lacks what its disposition asks for, or was typed with what says nothing here."""


def disposition_of(code: str) -> Disposition:
    """Return the disposition; raises UnknownNameError where there is none of this name."""
    if code not in dispositions():
        raise UnknownNameError(
            "disposition", code, list(dispositions()), "distress callback record --help"
        )
    return dispositions()[code]


def asks_which(callback: Callback, disposition: Disposition) -> bool:
    """Tell whether an outcome says that a number is none, and not which."""
    return disposition.mark in ("wrong", "dead") and not callback.contact


def check(
    callback: Callback,
    disposition: Disposition,
    numbers: Sequence[KnownContact] = (),
    *,
    typed: bool = False,
    fitting: bool = True,
) -> None:
    """Raise UnmetError where something is missing or, typed, is given that says nothing here.

    What is written to is never busy or unanswered: an outcome has to fit the contact it is about.

    disposition: the outcome's. numbers: of the case, those that may still be called; wanted only
        where asks_which().
    typed: whether it is told to the one who typed it, who is helped by the name of an option.
    fitting: whether that last is asked; pages of old offered what does not fit.
    """
    if fitting and not disposition.fits_contact(callback.contact):
        raise UnmetError(_unfit(callback))
    has_part = {
        "time": callback.call_again_at is not None,
        "contact": callback.new_contact is not None,
        "reason": bool(callback.note.strip()),
        "goods": any(item.name.strip() for item in callback.items),
        "back": callback.arrived is not None,
    }
    kind = disposition.asks
    if kind in has_part and not has_part[kind]:
        raise UnmetError(_lacks(callback, kind, typed))
    if typed:
        _check_slips(callback, disposition, has_part)
    if asks_which(callback, disposition) and "call" not in disposition.fits:
        raise UnmetError(_lacks(callback, "tried", typed))
    if asks_which(callback, disposition) and len(numbers) > 1:
        choices = ", ".join(part_hidden(number.value) for number in numbers)
        raise UnmetError(
            f"{_lacks(callback, 'tried', typed)} (case {callback.case_id} has {choices})"
        )


def _check_slips(
    callback: Callback, disposition: Disposition, has_part: Mapping[str, bool]
) -> None:
    if has_part["time"] and (disposition.ends_case or disposition.next == "never"):
        raise UnmetError(
            f"after {disposition.code} nobody calls again; leave out --again-at, or note: "
            f"{_codes_for('time')}"
        )
    for kind in ("contact", "goods", "back"):
        if has_part[kind] and disposition.asks != kind:
            raise UnmetError(_idle(callback, kind, _codes_for(kind)))
    if callback.barred_until and disposition.mark != "barred":
        raise UnmetError(_idle(callback, "until", "do_not_call"))


def _unfit(callback: Callback) -> str:
    """Say that a contact cannot be tried with this end, and with which it can."""
    codes = ", ".join(
        one.code for one in dispositions().values() if one.fits_contact(callback.contact)
    )
    kind = callback.contact.kind if callback.contact else ""
    return (
        f"{callback.disposition} does not fit the contact that was tried, which is of the kind "
        f"{kind}; there are for it: {codes}"
    )


def _codes_for(kind: str) -> str:
    return ", ".join(
        disposition.code for disposition in dispositions().values() if disposition.asks == kind
    )


def _lacks(callback: Callback, kind: str, typed: bool) -> str:
    part = _PARTS[kind]
    if typed:
        return f"{callback.disposition} needs {part.what}: {part.option}"
    agent = shlex.quote(callback.agent)
    arguments = f"{callback.case_id} {callback.disposition} {part.option} --agent {agent}"
    return (
        f"{callback.disposition} needs {part.what}, and {part.field} is empty; ask "
        f"{callback.agent}, then: distress callback record {arguments}"
    )


def _idle(callback: Callback, kind: str, goes_with: str) -> str:
    option = _PARTS[kind].option.split()[0]
    return f"{callback.disposition} takes no {option}; that goes with: {goes_with}"
