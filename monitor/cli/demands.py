"""What a disposition asks for: an outcome typed in the terminal in, an error with the way out."""

from __future__ import annotations

from monitor.case_contacts import contacts_of, numbers_of
from monitor.dispositions import Disposition, dispositions
from monitor.errors import DistressError, UnknownNameError
from monitor.pages.plain import part_hidden
from monitor.types import Callback, Case, KnownContact

_ASKED = {
    "time": ("the agreed time", '--again-at "2020-02-13 09:00"'),
    "contact": ("whom to call instead", '--new-contact "王老师 13800138222"'),
    "reason": ("the reason in a note", "--note …"),
    "goods": ("the goods confirmed", "--goods 护手霜=40支"),
}


def disposition_of(code: str) -> Disposition:
    """Return the disposition; raises UnknownNameError where there is none of this name."""
    if code not in dispositions():
        raise UnknownNameError(
            "disposition", code, list(dispositions()), "distress callback record --help"
        )
    return dispositions()[code]


def check(noted: Callback, disposition: Disposition, case: Case) -> None:
    """Raise DistressError where something is missing, or is given that says nothing here."""
    given = {
        "time": bool(noted.call_again_at),
        "contact": bool(noted.new_contact),
        "reason": bool(noted.note),
        "goods": bool(noted.items),
    }
    asked = disposition.asks
    if asked in given and not given[asked]:
        what, option = _ASKED[asked]
        raise DistressError(f"{disposition.code} needs {what}: {option}")
    if noted.call_again_at and (disposition.ends_case or disposition.next == "never"):
        raise DistressError(
            f"after {disposition.code} nobody calls again; leave out --again-at, or note: "
            f"{_asking('time')}"
        )
    for kind in ("contact", "goods"):
        if given[kind] and asked != kind:
            raise DistressError(
                f"{disposition.code} takes no {_ASKED[kind][1].split()[0]}; that goes with: "
                f"{_asking(kind)}"
            )
    if noted.barred_until and disposition.mark != "barred":
        raise DistressError(f"{disposition.code} takes no --until; that goes with: do_not_call")
    if disposition.mark in ("wrong", "dead") and not noted.contact:
        known = ", ".join(part_hidden(number.value) for number in numbers_of(case))
        raise DistressError(
            f"{disposition.code} needs the number that was tried: --contact NUMBER "
            f"(case {case.id} has {known or 'no number'})"
        )


def _asking(kind: str) -> str:
    return ", ".join(known.code for known in dispositions().values() if known.asks == kind)


def tried(given: KnownContact | None, disposition: Disposition, case: Case) -> KnownContact | None:
    """Return the contact that was tried as the case writes it; left out, its only number."""
    if given:
        return next((known for known in contacts_of(case) if known.key == given.key), given)
    numbers = numbers_of(case)
    return numbers[0] if len(numbers) == 1 and disposition.number != "-" else None
