"""Callbacks: outcomes that agents saved go in once, and what is wrong is refused by name."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from staged_day import add_case, reading_of

from monitor.callback import Imported, import_outcomes, noted_now, record
from monitor.calling.dispositions import dispositions
from monitor.errors import DistressError, UnknownNameError
from monitor.store import Store
from monitor.types import Callback, ConfirmedItem

Save = Callable[..., Path]


@pytest.fixture
def store(store: Store) -> Store:
    """A store with three open cases."""
    for number in range(3):
        text = f"{number}号楼急需护手霜40支"
        add_case(store, text, reading_of(text, goods=[("护手霜", "40", "支")]))
    return store


@pytest.fixture
def save(tmp_path: Path) -> Save:
    """Write an outcomes file as the page does and return where it is."""

    def saved(*outcomes: object, name: str = "outcomes-云落.json", **envelope: object) -> Path:
        path = tmp_path / name
        content = {
            "format": "distress-outcomes",
            "version": 1,
            "agent": "云落",
            "outcomes": outcomes,
            **envelope,
        }
        path.write_text(json.dumps(content), encoding="utf-8")
        return path

    return saved


def outcome(number: int = 1, **fields: object) -> dict[str, object]:
    """Return an outcome as the page writes it."""
    return {
        "id": f"7f2c0000-0000-4000-8000-{number:012}",
        "case": 1,
        "agent": "云落",
        "disposition": "no_answer",
        "attempted_at": "2020-02-12T14:30:00+08:00",
        "note": "",
        "call_again_at": None,
        "items": [],
        **fields,
    }


def callbacks(store: Store, case_id: int = 1) -> tuple[Callback, ...]:
    return store.cases.get([case_id])[0].callbacks


def refusals(done: Imported) -> list[tuple[str, str]]:
    """Return entry and reason of everything refused."""
    return [(refusal.entry, refusal.reason) for refusal in done.refused]


def test_an_outcome_arrives_with_everything_the_agent_noted(store: Store, save: Save) -> None:
    file = save(
        outcome(
            disposition="need_confirmed",
            note="送到急诊西门，找李护士",
            call_again_at="2020-02-13T09:00:00+08:00",
            items=[{"name": "护手霜", "quantity": "40", "unit": "支"}, {"name": "面膜"}],
        )
    )
    assert import_outcomes(store, [file]) == Imported(added=1)
    assert callbacks(store) == (
        Callback(
            id="7f2c0000-0000-4000-8000-000000000001",
            case_id=1,
            agent="云落",
            disposition="need_confirmed",
            attempted_at=datetime(2020, 2, 12, 6, 30, tzinfo=UTC),
            note="送到急诊西门，找李护士",
            call_again_at=datetime(2020, 2, 13, 1, tzinfo=UTC),
            items=(
                ConfirmedItem(name="护手霜", quantity="40", unit="支"),
                ConfirmedItem(name="面膜"),
            ),
        ),
    )


def test_importing_a_file_twice_is_once(store: Store, save: Save) -> None:
    file = save(
        outcome(1, disposition="need_confirmed", items=[{"name": "护手霜", "quantity": 40}]),
        outcome(2, case=2, attempted_at="2020-02-12T06:30:00.123Z"),
    )
    assert import_outcomes(store, [file]) == Imported(added=2)
    before = callbacks(store), callbacks(store, 2)
    assert import_outcomes(store, [file, file]) == Imported(known=4)
    assert (callbacks(store), callbacks(store, 2)) == before


def test_a_file_that_grew_adds_only_what_is_new(store: Store, save: Save) -> None:
    import_outcomes(store, [save(outcome(1))])
    done = import_outcomes(store, [save(outcome(1), outcome(2, disposition="busy"))])
    assert done == Imported(added=1, known=1)


def test_the_files_of_two_agents_merge(store: Store, save: Save) -> None:
    one = save(outcome(1), outcome(2, case=2), name="a.json")
    two = save(outcome(3, agent="望舒", disposition="busy"), name="b.json", agent="望舒")
    assert import_outcomes(store, [one, two]) == Imported(added=3)
    assert [(made.agent, made.disposition) for made in callbacks(store)] == [
        ("云落", "no_answer"),
        ("望舒", "busy"),
    ]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"case": 99}, "no case 99. See: distress case list"),
        ({"disposition": "gone"}, "no disposition 'gone'; there are: need_confirmed, call_later"),
        ({"case": "eins"}, "case: "),
        ({"case": -1}, "case: "),
        ({"case": True}, "case: "),
        ({"case": 2**63}, "case: "),
        ({"id": "short"}, "id: "),
        ({"id": None}, "id: "),
        ({"agent": ""}, "agent: "),
        ({"agent": "\ud83d"}, "agent: "),
        ({"note": "half \ud83d pair"}, "note: "),
        ({"note": "长" * 20_001}, "note: "),
        ({"attempted_at": "2020-02-12T14:30:00"}, "attempted_at: "),
        ({"attempted_at": "yesterday"}, "attempted_at: "),
        ({"attempted_at": "0001-01-01T00:00:00+08:00"}, "attempted_at: "),
        ({"call_again_at": "9999-12-31T23:59:59-08:00"}, "call_again_at: "),
        ({"items": [{"quantity": "3"}]}, "items.0.name: "),
        ({"items": "护手霜"}, "items: "),
    ],
)
def test_what_is_wrong_is_refused_by_name_while_the_rest_goes_in(
    store: Store, save: Save, fields: dict[str, object], told: str
) -> None:
    file = save(outcome(1), outcome(2, **fields), outcome(3, case=3))
    done = import_outcomes(store, [file])
    assert (done.added, done.known) == (2, 0)
    [(entry, reason)] = refusals(done)
    assert entry == "outcome 2"
    assert reason.startswith(told)
    assert done.refused[0].file == str(file)
    assert len(callbacks(store, 3)) == 1


@pytest.mark.parametrize("entry", [None, 7, "outcome", [], {}])
def test_an_entry_that_is_no_outcome_is_refused_while_the_rest_goes_in(
    store: Store, save: Save, entry: object
) -> None:
    done = import_outcomes(store, [save(entry, outcome(1))])
    assert done.added == 1
    assert [name for name, _ in refusals(done)] == ["outcome 1"]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is not an outcomes file"),
        (b"not json", "is not an outcomes file"),
        (b"\xff\xfe", "is not an outcomes file"),
        (b"[" * 100_000, "is not an outcomes file"),
        (b"[]", "is not an outcomes file; save one with the button"),
        (b'{"format": "other"}', "is not an outcomes file; save one with the button"),
        (b'{"format": "distress-outcomes", "version": 4}', "has version 4; this release reads"),
        (b'{"format": "distress-outcomes", "version": 1}', "holds no list of outcomes"),
        (b'{"format": "distress-outcomes", "version": 1, "outcomes": {}}', "holds no list"),
    ],
)
def test_a_file_that_is_no_outcomes_file_is_refused_and_the_next_goes_in(
    store: Store, save: Save, tmp_path: Path, content: bytes, told: str
) -> None:
    wrong = tmp_path / "wrong.json"
    wrong.write_bytes(content)
    done = import_outcomes(store, [wrong, save(outcome(1))])
    assert done.added == 1
    [(_, reason)] = refusals(done)
    assert "wrong.json" in reason
    assert told in reason


def test_a_missing_file_and_a_folder_are_refused(store: Store, tmp_path: Path) -> None:
    done = import_outcomes(store, [tmp_path / "nowhere.json", tmp_path])
    assert [reason.partition(str(tmp_path))[0] for _, reason in refusals(done)] == ["no file ", ""]


def test_a_file_with_a_byte_order_mark_is_read(store: Store, save: Save) -> None:
    file = save(outcome(1))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert import_outcomes(store, [file]).added == 1


def test_other_content_under_a_known_id_is_refused_and_the_first_is_kept(
    store: Store, save: Save
) -> None:
    import_outcomes(store, [save(outcome(1, note="打了两次"))])
    done = import_outcomes(store, [save(outcome(1, note="打了三次"), outcome(2))])
    assert (done.added, done.known) == (1, 0)
    [(entry, reason)] = refusals(done)
    assert entry == "outcome 1"
    assert "was recorded before with other content; the first was kept" in reason
    assert [made.note for made in callbacks(store)] == ["打了两次", ""]


def test_a_known_id_for_another_case_is_refused(store: Store, save: Save) -> None:
    done = import_outcomes(store, [save(outcome(1), outcome(1, case=2))])
    assert done.added == 1
    assert refusals(done)[0][0] == "outcome 2"
    assert callbacks(store, 2) == ()


@pytest.mark.parametrize(
    "written",
    ["2020-02-12T14:30:00+08:00", "2020-02-12T06:30:00Z", "2020-02-12T01:30:00.999-05:00"],
)
def test_a_time_of_any_zone_is_the_same_moment(store: Store, save: Save, written: str) -> None:
    import_outcomes(store, [save(outcome(1, attempted_at=written))])
    assert callbacks(store)[0].attempted_at == datetime(2020, 2, 12, 6, 30, tzinfo=UTC)


@pytest.mark.parametrize("disposition", list(dispositions()))
def test_goods_count_only_where_the_disposition_confirms_them(
    store: Store, save: Save, disposition: str
) -> None:
    file = save(outcome(1, disposition=disposition, items=[{"name": "护手霜", "quantity": "40"}]))
    assert import_outcomes(store, [file]) == Imported(added=1)
    assert len(callbacks(store)[0].items) == (disposition == "need_confirmed")
    assert import_outcomes(store, [file]) == Imported(known=1)


@pytest.mark.parametrize("disposition", list(dispositions()))
def test_a_case_ends_where_its_disposition_says_so(
    store: Store, save: Save, disposition: str
) -> None:
    import_outcomes(store, [save(outcome(1, disposition=disposition))])
    assert (1 not in store.cases.open_ids()) == dispositions()[disposition].ends_case


def test_an_outcome_that_comes_after_the_case_has_ended_is_kept(store: Store, save: Save) -> None:
    file = save(outcome(1, disposition="no_need"), outcome(2, disposition="in_distress"))
    assert import_outcomes(store, [file]) == Imported(added=2)
    assert len(callbacks(store)) == 2


def test_callbacks_are_told_in_the_order_of_the_attempts(store: Store, save: Save) -> None:
    import_outcomes(
        store,
        [
            save(
                outcome(1, attempted_at="2020-02-12T15:00:00+08:00", note="later"),
                outcome(2, attempted_at="2020-02-12T14:00:00+08:00", note="earlier"),
            )
        ],
    )
    assert [made.note for made in callbacks(store)] == ["earlier", "later"]


def test_words_of_a_note_are_kept_as_they_are(store: Store, save: Save) -> None:
    note = "<script>alert(1)</script> =1+1 \u202e\x07 😷 '); DROP TABLE cases;--"
    import_outcomes(store, [save(outcome(1, note=note))])
    assert callbacks(store)[0].note == note


def test_an_outcome_noted_in_the_terminal_is_a_callback_of_this_moment(store: Store) -> None:
    noted = noted_now(case_id=2, agent="云落", disposition="call_later", note="下夜班")
    assert record(store, noted, origin="terminal")
    assert callbacks(store, 2) == (noted,)
    assert abs((datetime.now(UTC) - noted.attempted_at).total_seconds()) < 60
    assert not record(store, noted, origin="terminal")


def test_two_outcomes_noted_in_the_terminal_are_two(store: Store) -> None:
    for _ in range(2):
        record(store, noted_now(case_id=2, agent="云落", disposition="busy"), origin="terminal")
    assert len(callbacks(store, 2)) == 2


def test_a_wrong_disposition_in_the_terminal_is_told_with_those_there_are(store: Store) -> None:
    noted = noted_now(case_id=1, agent="云落", disposition="gone")
    with pytest.raises(UnknownNameError, match="no disposition 'gone'; there are: need_confirmed"):
        record(store, noted, origin="terminal")


def test_a_wrong_case_in_the_terminal_is_told(store: Store) -> None:
    noted = noted_now(case_id=99, agent="云落", disposition="busy")
    with pytest.raises(DistressError, match="no case 99"):
        record(store, noted, origin="terminal")
