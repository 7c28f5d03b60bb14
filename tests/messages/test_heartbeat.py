"""Somebody outside is told of each round, and a round goes on where that cannot be."""

from __future__ import annotations

import pytest
from told_desk import ToldDesk
from web import Answer, Web

from monitor import messages
from monitor.messages import Heartbeat

UUID = "5f0b2c7e-0000-4000-8000-000000000001"


@pytest.fixture
def beating(desk: ToldDesk, web: Web) -> ToldDesk:
    """A desk with a heartbeat to a server at which every ping is well."""
    for end in ("", "/start", "/fail"):
        web.serve(f"/{UUID}{end}", Answer(b"OK"))
    desk.patch.setenv("HEARTBEAT_ADDRESS", f"{web.address}/{UUID}")
    desk.rules += 'heartbeat = "HEARTBEAT_ADDRESS"\n'
    desk.store().close()
    return desk


def asked(web: Web) -> list[str]:
    return [one.path.removeprefix(f"/{UUID}") for one in web.asked]


def state(desk: ToldDesk) -> Heartbeat:
    with desk.store() as store:
        found = messages.heartbeat_state(store, desk.settings)
        assert found is not None
        return found


def test_a_round_that_goes_well_is_begun_and_ended(beating: ToldDesk, web: Web) -> None:
    with messages.beating(beating.settings):
        assert asked(web) == ["/start"]
    assert asked(web) == ["/start", ""]
    assert state(beating).well_at and not state(beating).wrong_since


def test_a_round_that_breaks_off_is_told_as_failed_and_still_raises(
    beating: ToldDesk, web: Web
) -> None:
    with pytest.raises(KeyError), messages.beating(beating.settings):
        raise KeyError
    assert asked(web) == ["/start", "/fail"]


@pytest.mark.parametrize("how", ["status", "cut off", "nobody", "no address", "no variable"])
def test_that_a_ping_does_not_arrive_stops_nothing_and_is_noted(
    beating: ToldDesk, web: Web, how: str
) -> None:
    if how in ("status", "cut off"):
        bad = Answer(b"not found", status=404) if how == "status" else Answer(wait=-1)
        for end in ("", "/start"):
            web.serve(f"/{UUID}{end}", bad)
    elif how == "no variable":
        beating.patch.delenv("HEARTBEAT_ADDRESS")
    else:
        address = f"http://127.0.0.1:1/{UUID}" if how == "nobody" else UUID
        beating.patch.setenv("HEARTBEAT_ADDRESS", address)
    walked = False
    with messages.beating(beating.settings):
        walked = True
    found = state(beating)
    assert walked and found.wrong_since and found.reason
    assert UUID not in found.reason


def test_once_it_arrives_again_nothing_is_wrong(beating: ToldDesk, web: Web) -> None:
    web.serve(f"/{UUID}/start", Answer(status=500), Answer(b"OK"))
    with messages.beating(beating.settings):
        assert state(beating).wrong_since
    assert state(beating).wrong_since is None


def test_without_a_heartbeat_nobody_is_asked(desk: ToldDesk, web: Web) -> None:
    with messages.beating(desk.settings):
        pass
    assert web.asked == []
