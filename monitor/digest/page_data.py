"""What the rules in a page have to know: settings, rungs and callbacks in, plain JSON out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from monitor.calling.ladder import Rung
from monitor.pages import utc
from monitor.settings import CallingSettings
from monitor.types import Callback, KnownContact


def rules_data(rules: CallingSettings) -> dict[str, Any]:
    """Return the settings of calling; clock times as HH:MM, durations in seconds."""
    return {
        "start": f"{rules.start:%H:%M}",
        "end": f"{rules.end:%H:%M}",
        "borders": [f"{border:%H:%M}" for border in rules.borders],
        "gap": rules.gap.total_seconds(),
        "daily": rules.daily,
        "round": rules.round,
        "rounds": rules.rounds,
        "after_message": rules.after_message.total_seconds(),
    }


def contact_data(contact: KnownContact | None) -> dict[str, Any] | None:
    """Return a contact as outcomes have it."""
    if contact is None:
        return None
    named = {"person": contact.person, "role": contact.role}
    return {"kind": contact.kind, "value": contact.value} | {k: v for k, v in named.items() if v}


def rung_data(rung: Rung) -> dict[str, Any]:
    """Return a rung: its contact, with the mark and the zone that it has."""
    mark = rung.barred
    until = mark.until if mark else None
    barred = mark and {"mark": mark.mark, "reason": mark.reason, "until": until and utc(until)}
    contact = contact_data(rung.contact) or {}
    return contact | {"passed_on": rung.passed_on, "barred": barred, "zone": rung.zone}


def noted_data(callback: Callback) -> dict[str, Any]:
    """Return of a callback what tells when to call next."""
    again = callback.call_again_at
    return {
        "id": callback.id,
        "at": utc(callback.counted_at),
        "agent": callback.agent,
        "disposition": callback.disposition,
        "contact": contact_data(callback.contact),
        "new_contact": contact_data(callback.new_contact),
        "call_again_at": again and utc(again),
        "after_id": callback.after_id,
    }


def elsewhere_data(
    elsewhere: Mapping[tuple[str, str], Sequence[datetime]],
) -> dict[str, list[str]]:
    """Return when numbers were dialled for other cases, by key as contactKey() writes it."""
    return {":".join(key): [utc(at) for at in times] for key, times in elsewhere.items()}
