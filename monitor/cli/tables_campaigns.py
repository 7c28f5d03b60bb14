"""Tables of campaigns: a screened list, where campaigns stand, and a funnel."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from zoneinfo import ZoneInfo

from rich.table import Table

from monitor.cli.table_parts import Listing, Own, row
from monitor.intake.campaigns import CampaignState, ScreenedList
from monitor.intake.funnel import percent


def screened(one: ScreenedList) -> Table:
    """Return what came of a list: how many rows, and why some cannot be called."""
    listing = Listing("ROWS", "", right=("ROWS",))
    row(listing, len(one.records), Own("rows of the list"))
    row(listing, one.dialable, Own("with a number to dial"))
    row(listing, len(one.people), Own("people to call, rows of one person taken together"))
    for reason, count in one.reasons.items():
        row(listing, count, Own(f"left out: {reason}"))
    return listing


def campaigns(states: list[CampaignState], zone: ZoneInfo) -> Table:
    """Return where campaigns stand."""
    names = ("PEOPLE", "DIALLED", "REACHED", "ACCEPTED")
    listing = Listing("NAME", "STATE", "ROUND", *names, "SINCE", right=names)
    for one in states:
        total = one.funnel.total
        turn = f"{one.round} of {one.campaign.rounds}" if one.round else "over"
        row(
            listing,
            one.campaign.name,
            Own(one.campaign.state),
            Own(turn),
            one.funnel.people,
            total.dialled,
            total.reached,
            total.accepted,
            Own(f"{one.campaign.made_at.astimezone(zone):%Y-%m-%d %H:%M}"),
        )
    return listing


def report(state: CampaignState) -> Iterator[Table]:
    """Yield a campaign's list and its funnel."""
    funnel = state.funnel
    listing = Listing("ROWS", "", right=("ROWS",))
    row(listing, funnel.records, Own("screened: rows of the list"))
    rate = _rate(percent(funnel.dialable, funnel.records))
    row(listing, funnel.dialable, Own(f"dialable: {rate} of rows"))
    row(listing, funnel.people, Own("people behind them, one call each"))
    for reason, count in funnel.reasons:
        row(listing, count, Own(f"left out: {reason}"))
    yield listing
    stages = Listing(
        "ROUND", "TO DIAL", "DIALLED", "REACHED", "OF DIALLED", "ACCEPTED", "OF REACHED",
        right=("TO DIAL", "DIALLED", "REACHED", "OF DIALLED", "ACCEPTED", "OF REACHED"),
    )  # fmt: skip
    for one in (*funnel.rows, funnel.total):
        row(
            stages,
            Own(str(one.round or "all")),
            one.waiting,
            one.dialled,
            one.reached,
            Own(_rate(one.rate("reached")[0])),
            one.accepted,
            Own(_rate(one.rate("accepted")[0])),
        )
    yield stages


def _rate(rate: Decimal | None) -> str:
    return "–" if rate is None else f"{rate} %"
