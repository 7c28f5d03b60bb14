"""A name that is given is checked: agents, numbers of all, hosts of our own, names of variables."""

from __future__ import annotations

from pathlib import Path

import pytest
from desk_folder import Folder, outcome

from monitor.calling.contacts import is_public_service, typed_contact
from monitor.crawl.fence import named_hosts
from monitor.errors import SettingsError
from monitor.settings import load
from monitor.types import KnownContact


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_an_outcome_of_an_agent_who_does_not_exist_is_refused(folder: Folder) -> None:
    folder.add("13800138000")
    file = folder.save(outcome("ghost000", agent="幽灵"), outcome("real0000"))
    done = folder.run("callback", "import", file, exit_code=1)
    assert "1 outcomes added" in done.output
    assert "no agent '幽灵'; there are: 云落, 望舒, 青岚. See: [[agents]]" in done.output
    assert [call.agent for call in folder.case(1).callbacks] == ["云落"]


def test_an_agent_who_left_may_still_hand_in_outcomes(folder: Folder) -> None:
    folder.add("13800138000", agent="旧人")
    done = folder.run("callback", "import", folder.save(outcome("left0000", agent="旧人")))
    assert "1 outcomes added" in done.output


def test_an_outcome_recorded_for_nobody_is_refused(folder: Folder) -> None:
    folder.add("13800138000")
    done = folder.run("callback", "record", 1, "no_answer", "--agent", "云洛", exit_code=1)
    assert "no agent '云洛'; there are: 云落, 望舒" in done.output
    assert not folder.case(1).callbacks


def test_a_long_name_is_told_by_its_beginning(folder: Folder) -> None:
    folder.add("13800138000")
    file = folder.save({**outcome("long0000"), "disposition": "x" * 9_000})
    done = folder.run("callback", "import", file, exit_code=1)
    assert "x" * 80 + "…" in done.output and "x" * 81 not in done.output


SERVICES = (
    "110", "119", "120", "122", "12345", "12320", "114", "10086", "95338", "96110", "112", "999",
    "027-120", "027-12345", "一一〇", "１１０", "110转2", "+86-110", "(010) 12320",
)  # fmt: skip
PEOPLE = ("13800138000", "027-85720000", "85720000", "010-12345678", "4001234567", "021-11012345")


@pytest.mark.parametrize("number", SERVICES)
def test_a_number_of_all_is_never_barred(folder: Folder, number: str) -> None:
    folder.add("13800138000")
    assert is_public_service(typed_contact(number))
    done = folder.run("contact", "bar", number, "--reason", "吵", "--by", "组长", exit_code=1)
    assert "emergency or public service number" in done.output
    assert "every contact may be called" in folder.run("contact", "list").output


@pytest.mark.parametrize("number", PEOPLE)
def test_a_number_of_people_can_be_barred(number: str) -> None:
    assert not is_public_service(typed_contact(number))


def test_an_account_of_few_digits_is_no_number_of_all() -> None:
    assert not is_public_service(KnownContact(kind="qq", value="12345"))


def test_an_outcome_that_bars_the_police_is_refused(folder: Folder) -> None:
    folder.add("13800138000")
    entry = outcome("police00", contact={"value": "110"}, note="别打")
    file = folder.save({**entry, "disposition": "do_not_call"})
    done = folder.run("callback", "import", file, exit_code=1)
    assert "emergency or public service number" in done.output
    assert not folder.case(1).callbacks


def test_a_source_of_our_own_may_ask_the_hosts_that_it_names() -> None:
    options = {
        "urls": ["http://10.0.0.5:8080/rss", "https://feed.lan/a"],
        "base_url": "http://[fd00::1]/x",
        "words": ["http is a word", "http://"],
        "map": {"url": "http://desk.internal/{id}"},
        "n": 3,
    }
    assert named_hosts(options) == {"10.0.0.5", "feed.lan", "fd00::1", "desk.internal"}


SECRETS = ("abcDEF123secret", "dG9rZW4tb2YtdGhlLWRlc2s", "mastodon_token", "s", "A" * 61)


@pytest.mark.parametrize("secret", SECRETS)
def test_a_secret_typed_as_the_name_of_a_variable_is_refused_and_not_repeated(
    tmp_path: Path, secret: str
) -> None:
    file = tmp_path / "distress.toml"
    file.write_text(
        '[[sources]]\nname = "m"\nspider = "mastodon"\nbase_url = "https://e.org"\n'
        f'hashtags = ["口罩"]\ntoken = "{secret}"\n',
        "utf-8",
    )
    with pytest.raises(SettingsError, match="variable's name in capitals") as told:
        load(file)
    assert "= ***" in str(told.value)
    assert len(secret) < 2 or secret not in str(told.value)


def test_the_name_of_a_variable_is_taken(tmp_path: Path) -> None:
    file = tmp_path / "distress.toml"
    file.write_text(
        '[[sources]]\nname = "m"\nspider = "mastodon"\nbase_url = "https://e.org"\n'
        'hashtags = ["口罩"]\ntoken = "TOKEN_OF_E_ORG"\n',
        "utf-8",
    )
    assert load(file).sources[0].options.model_dump()["token"] == "TOKEN_OF_E_ORG"
