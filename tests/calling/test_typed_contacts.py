"""A contact as people type it: one key in terminal, file, desk and page, however it is written."""

from __future__ import annotations

import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from desk_folder import Folder, outcome
from typed_spellings import LONG, NUMBERS, OTHERS, Number, scrambled, spellings

from classifiers.contacts.phones import find_phones
from classifiers.contacts.typed import read_typed
from classifiers.normalise import normalise
from monitor.calling.contacts import typed_contact
from monitor.calling.ladder import ladder, numbers_of
from monitor.desk import outcomes
from monitor.store.desk import Session
from monitor.types import KINDS, KnownContact

SCRIPT = Path(__file__).parents[2] / "monitor" / "calling" / "page" / "contacts.js"
LINES = [(spelling.words, spelling.number, spelling.person) for spelling in spellings()]
# One way at a time, for what is slower to ask.
FEW = [(spelling.words, spelling.number) for spelling in spellings(ways=1)]
UNRELATED = 2 * len(NUMBERS) + 1


def test_every_spelling_of_a_number_is_that_number_with_who_answers_it() -> None:
    wrong = {}
    for words, number, person in LINES:
        contact = typed_contact(words)
        if (contact.kind, contact.value, contact.person) != (number.kind, number.value, person):
            wrong[words] = contact
    assert len(LINES) > 2000 and wrong == {}


@pytest.mark.parametrize(("words", "kind", "value", "person"), OTHERS, ids=repr)
def test_ids_addresses_and_short_numbers_stay_what_they_are(
    words: str, kind: str | None, value: str, person: str | None
) -> None:
    reading = read_typed(words)
    assert (reading and tuple(reading)) == (None if kind is None else (kind, value, person))


def test_an_extension_is_somebody_of_their_own() -> None:
    typed = ("027-85720000", "027-85720000转8001", "027-85720000转8002")
    assert len({typed_contact(words).key for words in typed}) == 3


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("wechat", "李护士13800138000", ("mobile", "13800138000")),
        ("wechat", "027-85720000转8001", ("landline", "027-85720000-8001")),
        ("landline", "862785720000", ("landline", "027-85720000")),
        ("qq", "QQ 123456789", ("qq", "123456789")),
        ("wechat", "13800138000", ("wechat", "13800138000")),
        ("wechat", "微信：小王", ("wechat", "小王")),
        ("qq", "13800138000", ("qq", "13800138000")),
        ("phs", "027-85720000", ("phs", "027-85720000")),
        ("mobile", "+12125550111", ("mobile", "+12125550111")),
        ("post", "https://example.org/13800138000", ("post", "https://example.org/13800138000")),
        ("mobile", "问总台", ("mobile", "问总台")),
        ("fax", "13800138000", ("mobile", "13800138000")),
    ],
)
def test_a_kind_that_somebody_guessed_is_kept_unless_the_words_say_otherwise(
    kind: str, value: str, expected: tuple[str, str]
) -> None:
    contact = typed_contact(value, kind=kind)
    assert (contact.kind, contact.value) == expected


def test_the_words_as_typed_are_kept_beside_the_number() -> None:
    assert typed_contact("李护士13800138000").typed == "李护士13800138000"
    assert typed_contact("13800138000").typed is None


def test_a_number_typed_has_the_key_it_has_in_a_post() -> None:
    """Only what a post's reader finds as the whole number counts; a post has words around it."""
    compared = 0
    for words, _, _ in LINES:
        text = normalise(words)
        phones = find_phones(text)
        if len(phones) == 1 and not any(char.isdigit() for char in text[phones[0].end :]):
            compared += 1
            in_post = KnownContact(kind=phones[0].kind, value=phones[0].value)
            assert in_post.key == typed_contact(words).key, words
    assert compared > 1000


def test_no_words_however_long_take_long() -> None:
    for words in LONG:
        started = time.process_time()
        read_typed(words)
        assert time.process_time() - started < 2, words[:20]


@pytest.mark.parametrize("many", [500, pytest.param(3000, marks=pytest.mark.long)])
def test_the_page_reads_what_was_typed_as_the_line_does(chromium: Any, many: int) -> None:
    chance = random.Random(1)
    asked: list[dict[str, Any]] = [{"value": words} for words, *_ in LINES]
    asked += [{"value": words} for words, *_ in OTHERS]
    asked += [{"value": words} for words in (*scrambled(many), *LONG)]
    asked += [
        {"value": words, "kind": chance.choice(KINDS), "person": chance.choice([None, "王老师"])}
        for words in (
            *chance.sample([line[0] for line in LINES], 500),
            *scrambled(many // 2),
            *LONG,
        )
    ]
    told = _asked_of_page(chromium, asked)
    wrong = {}
    for contact, answer in zip(asked, told, strict=True):
        expected = _told_by_line(contact)
        if answer != expected:
            wrong[json.dumps(contact, ensure_ascii=True)[:200]] = answer, expected
    assert wrong == {}
    kinds = {answer[0] for answer in told}
    assert kinds == {*KINDS, None}, "every kind was among them, and what nobody can see"


def _told_by_line(contact: dict[str, Any]) -> list[Any]:
    reading = read_typed(contact["value"], contact.get("kind"))
    if reading is None:
        return [None, "", None, None, None]
    known = KnownContact(kind=reading.kind, value=reading.value)
    person = contact.get("person") or reading.person
    return [known.kind, known.value, person, ":".join(known.key), known.key[0] == "number"]


def _asked_of_page(chromium: Any, asked: list[dict[str, Any]]) -> list[list[Any]]:
    """Return kind, value, person, key and whether it is dialled, as the page tells them."""
    code = SCRIPT.read_text(encoding="utf-8")
    page = chromium.new_page()
    page.add_script_tag(
        type="module",
        content=f"{code}\nglobalThis.asked = {{ contactKey, isDialled, kinds, typedContact }};",
    )
    page.wait_for_function("globalThis.asked")
    assert page.evaluate("asked.kinds") == list(KINDS)
    answers: list[list[Any]] = page.evaluate(
        """(contacts) => JSON.parse(contacts).map((given) => {
          const contact = asked.typedContact(given);
          const { kind, value, person } = contact;
          if (!value) return [null, "", null, null, null];
          const key = asked.contactKey(contact);
          const dialled = asked.isDialled(contact);
          const read = given.kind || asked.contactKey(given) === key;
          return [kind, value, person, read ? key : "another key", dialled];
        })""",
        json.dumps(asked),
    )
    page.close()
    return answers


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    """Two cases a number of the table, and one of which agents note what they typed."""
    made = Folder(tmp_path)
    for number in NUMBERS:
        made.add(number.value, kind=number.kind)
        made.add(number.value, "13800138999", kind=number.kind)
    made.add("13800138222")
    return made


def by_file(folder: Folder, entries: list[dict[str, object]]) -> None:
    assert (
        f"{len(entries)} outcomes added"
        in folder.run("callback", "import", folder.save(*entries)).output
    )


def by_desk(folder: Folder, entries: list[dict[str, object]]) -> None:
    now = datetime.now(UTC)
    session = Session(hash="", agent="云落", csrf="", made_at=now, expires_at=now)
    with folder.store() as store:
        results = outcomes.take(store, session, entries)["results"]
    assert {result["status"] for result in results} == {"added"}


@pytest.mark.parametrize("door", [by_file, by_desk])
def test_a_number_barred_in_any_spelling_is_barred_in_every_case(
    folder: Folder, door: Callable[[Folder, list[dict[str, object]]], None]
) -> None:
    entries = [
        outcome(f"{place:08d}", case=UNRELATED, disposition="do_not_call", note="家属要求",
                contact={"value": words})
        for place, (words, _) in enumerate(FEW)
    ]  # fmt: skip
    door(folder, entries)
    with folder.store() as store:
        for entry, (words, number) in zip(entries, FEW, strict=True):
            [mark] = store.marks.of_callback(str(entry["id"]))
            known = KnownContact(kind=number.kind, value=number.value)
            assert mark.contact.key == known.key, words
    assert barred(folder) == [number.value for number in NUMBERS for _ in range(2)]


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: str(number.value))
def test_a_number_barred_at_the_terminal_is_barred_in_every_case(
    folder: Folder, number: Number
) -> None:
    for words in [words for words, of in FEW if of == number][::8]:
        folder.run("contact", "bar", words, "--reason", "家属要求", "--by", "组长")
        assert barred(folder) == [number.value] * 2, words
        folder.run("contact", "lift", words, "--reason", "本人来电", "--by", "组长")
        assert barred(folder) == []


def barred(folder: Folder) -> list[str]:
    """Return the values that stand struck out on the ladders of all cases."""
    with folder.store() as store:
        marks = store.marks.standing(datetime.now(UTC))
        cases = store.cases.get(list(range(1, UNRELATED)))
    rungs = [rung for case in cases for rung in ladder(case, marks)]
    return [rung.contact.value for rung in rungs if rung.barred]


def test_a_call_that_nobody_answered_counts_for_the_number_however_it_was_typed(
    folder: Folder,
) -> None:
    mobile = NUMBERS[0]
    words = [words for words, number in FEW if number == mobile]
    entries = [
        outcome(f"{place:08d}", contact={"value": typed}) for place, typed in enumerate(words)
    ]
    by_file(folder, entries)
    rung, *_ = ladder(folder.case(1), {})
    assert (rung.contact.value, len(rung.tried)) == (mobile.value, len(words))


def test_a_contact_passed_on_is_one_rung_however_often_it_was_typed(folder: Folder) -> None:
    words = [words for words, number in FEW if number == NUMBERS[1]]
    entries = [
        outcome(f"{place:08d}", case=UNRELATED, disposition="passed_on",
                new_contact={"value": typed, "person": None})
        for place, typed in enumerate(words)
    ]  # fmt: skip
    by_file(folder, entries)
    numbers = numbers_of(folder.case(UNRELATED))
    assert [number.value for number in numbers] == [NUMBERS[1].value, "13800138222"]
