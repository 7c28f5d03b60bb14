"""Training and measuring: the corpus is well-formed, a model learns from it, no reader falls."""

from __future__ import annotations

import dataclasses
import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pin_floors
import pytest
from slices import small_model, some_of_each_label

import data
from classifiers import pipeline
from classifiers.measure import corpus, train
from classifiers.measure.corpus import Example, MarkedAmount, from_file
from classifiers.measure.score import Tally, score
from classifiers.need import LABELS, Contact, Item, Place, Reading
from classifiers.normalise import normalise
from classifiers.request import request
from classifiers.request.model import Model
from monitor.errors import DistressError
from monitor.flag import training

FLOORS = json.loads(pin_floors.FILE.read_text(encoding="utf-8"))
FIELDS = {"id", "text", "label", "voice", "borderline", "pair", "kind", "author", "marked"}
REQUESTS = (
    "急！我们科室在紫荆医院，医护人员急缺N95口罩500个、防护服200套，库存只够一天，电话13800138000",
    "求助！白鹭县人民医院护士没有护目镜了，求捐赠，联系13800138001",
)
LOOK_ALIKES = (
    "我们公司向紫荆医院捐赠口罩两千个、防护服六十套，致敬医护人员",
    "发布会通报：全省医用防护服日产一万套，供应紧张有所缓解",
    "求一张床位！妈妈高烧一周，哪家医院还能收治，电话13800138002",
    "今天的晚霞真好看，希望疫情早点过去",
)


def rows() -> Iterator[tuple[str, dict[str, object]]]:
    """Yield every row of the bundled corpus with a name for it."""
    for name in data.names("corpus", ".jsonl"):
        for row in data.read_json_lines(f"corpus/{name}"):
            yield f"{name} {row.get('id')}", row


def test_the_corpus_has_enough_requests_and_look_alikes() -> None:
    counts = Counter(example.label for example in corpus.bundled())
    assert counts["request"] >= 600
    assert counts.total() - counts["request"] >= 1500
    assert all(counts[label] >= 100 for label in LABELS)


def test_every_row_of_the_corpus_has_an_id_a_text_and_a_known_label() -> None:
    wrong = [
        name
        for name, row in rows()
        if not (isinstance(row["id"], str) and row["id"])
        or not (isinstance(row["text"], str) and row["text"].strip())
        or row["label"] not in LABELS
        or row.keys() - FIELDS
    ]
    assert wrong == []


def test_every_mark_of_the_corpus_is_closed_and_stands_in_a_request() -> None:
    mark = re.compile(r"\{[ifcp]:[^{}]+\}")
    wrong = []
    for name, row in rows():
        rest = mark.sub("", str(row["text"]))
        if "{" in rest or "}" in rest or (row["label"] != "request" and rest != row["text"]):
            wrong.append(name)
    assert wrong == []


def test_marked_words_do_not_begin_or_end_with_a_space() -> None:
    wrong = [
        (example.id, text)
        for example in corpus.bundled()
        for text in (*example.items, *example.facilities, *example.contacts, *example.places)
        if text != text.strip()
    ]
    assert wrong == []


def test_most_requests_of_the_corpus_name_goods() -> None:
    requests = [e for e in corpus.bundled() if e.label == "request" and e.marked]
    assert sum(bool(example.items) for example in requests) > 0.9 * len(requests)


def test_no_two_rows_of_the_corpus_have_one_id() -> None:
    counts = Counter(example.id for example in corpus.bundled())
    assert [identity for identity, count in counts.items() if count > 1] == []


def test_no_text_stands_in_the_corpus_twice() -> None:
    plain = Counter(
        "".join(char for char in normalise(example.text) if char.isalnum())
        for example in corpus.bundled()
    )
    assert [text for text, count in plain.items() if count > 1] == []


def test_the_corpus_has_both_scripts() -> None:
    requests = [example for example in corpus.bundled() if example.label == "request"]
    traditional = [e for e in requests if re.search("[護醫縣區發電聯繫員們]", e.text)]
    assert len(traditional) >= 30


def test_mobile_numbers_of_the_corpus_are_invented_ones() -> None:
    found = {
        number
        for example in corpus.bundled()
        for number in re.findall(r"(?<!\d)1[3-9]\d{9}(?!\d)", example.text)
    }
    assert found
    assert {number[3:7] for number in found} == {"0013"}


def test_a_fifth_of_each_label_is_held_out_and_always_the_same() -> None:
    for label in LABELS:
        ours = [example for example in corpus.bundled() if example.label == label]
        assert 0.12 < sum(example.held_out for example in ours) / len(ours) < 0.3
    assert corpus.bundled() == corpus.bundled()


def test_the_marks_of_a_labelled_post_are_taken_out_of_its_text(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    row = {"id": 1, "label": "request", "text": "{f:紫荆医院}要{i:口罩}，{c:13800138000}"}
    path.write_text(json.dumps(row))
    [example] = from_file(path)
    assert example == Example(
        id="1",
        text="紫荆医院要口罩，13800138000",
        label="request",
        items=("口罩",),
        facilities=("紫荆医院",),
        contacts=("13800138000",),
        real=True,
    )


def test_marks_beside_the_text_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    row = {
        "id": "a",
        "label": "request",
        "text": "紫荆医院要口罩",
        "borderline": True,
        "items": [{"text": "口罩"}],
        "facilities": ["紫荆医院"],
        "place": "青禾县",
    }
    path.write_text(json.dumps(row))
    [example] = from_file(path)
    assert (example.items, example.facilities, example.borderline) == (
        ("口罩",),
        ("紫荆医院",),
        True,
    )
    assert example.places == ("青禾县",)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("nonsense", "is not a labelled post"),
        ('{"id": 1, "text": "a"}', "'label'"),
        ('{"id": 1, "text": "a", "label": "plea"}', "no label 'plea'; there are request, other_n"),
        ('{"text": "a", "label": "none"}', "'id'"),
        ('{"id": 1, "label": "none"}', "'text'"),
        ('{"id": 1, "text": 5, "label": "none"}', "its text is not a string"),
        ("[]", "is not a labelled post"),
    ],
)
def test_a_line_that_is_no_labelled_post_is_told_with_its_place(
    tmp_path: Path, line: str, told: str
) -> None:
    path = tmp_path / "p.jsonl"
    path.write_text('{"id": 1, "text": "a", "label": "none"}\n' + line + "\n")
    with pytest.raises(DistressError, match=r"p\.jsonl:2 is not a labelled post") as raised:
        training.score(path, None)
    assert told in str(raised.value)


@pytest.fixture(scope="module")
def small() -> Model:
    """A model fitted to forty posts of each label."""
    return small_model()


def chances(model: Model, *texts: str) -> list[float]:
    """Return the probability that each text is a request."""
    described = train.describe([Example("", text, "none") for text in texts])
    return [float(chance) for chance in model.calibrated(described)]


def test_a_model_of_a_slice_of_the_corpus_ranks_requests_before_look_alikes(small: Model) -> None:
    assert min(chances(small, *REQUESTS)) > max(chances(small, *LOOK_ALIKES))


def test_a_model_of_a_slice_flags_a_plain_request_and_not_small_talk(small: Model) -> None:
    plea, talk = chances(small, REQUESTS[0], LOOK_ALIKES[-1])
    assert plea >= small.threshold > talk


def test_chances_lie_between_0_and_1_even_of_nothing(small: Model) -> None:
    assert all(0 <= chance <= 1 for chance in chances(small, "", " ", "😷", "x" * 9999))


def test_a_model_comes_back_from_its_file_as_it_was(small: Model) -> None:
    once = Model.from_bytes(small.to_bytes())
    again = Model.from_bytes(once.to_bytes())
    assert again.version == once.version
    assert (once.labels, once.threshold, once.slope) == (small.labels, small.threshold, small.slope)
    before, after = chances(small, *REQUESTS), chances(once, *REQUESTS)
    assert after == pytest.approx(before, abs=0.01)


def test_the_version_changes_with_the_model(small: Model) -> None:
    once = Model.from_bytes(small.to_bytes())
    assert dataclasses.replace(once, threshold=0.123).version != once.version
    assert dataclasses.replace(once, weights=once.weights * 2).version != once.version


def test_training_twice_gives_the_same_model() -> None:
    examples = some_of_each_label(6)
    described = train.describe(examples)
    assert train.fit(examples, described).version == train.fit(examples, described).version


def test_too_few_posts_of_a_label_are_told() -> None:
    few = [Example("", "", label) for label in ["request"] * 2 + ["none"] * 10]
    with pytest.raises(ValueError, match="at least 5 posts labelled request are needed"):
        train.fit(few, [np.array([1])] * 12)
    with pytest.raises(ValueError, match="at least 5 posts labelled request are needed"):
        train.fit(few[2:], [np.array([1])] * 10)


@pytest.fixture
def model_in_use() -> Iterator[None]:
    """Let a test choose a model; afterwards the bundled one is in use again."""
    yield
    request._chosen.clear()
    request.model.cache_clear()


def test_the_readers_judge_by_the_model_they_are_told(
    small: Model, tmp_path: Path, model_in_use: None
) -> None:
    bundled = pipeline.version()
    (tmp_path / request.MODEL_FILE).write_bytes(small.to_bytes())
    request.use_models_in(tmp_path)
    assert pipeline.version() != bundled
    [reading] = pipeline.read([REQUESTS[0]])
    assert reading.flagged


def test_a_folder_without_a_model_is_told_with_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(DistressError, match=r"no request\.npz in .*distress train"):
        training.score(None, tmp_path)


def item(text: str) -> Item:
    return Item(text=text, name=text, start=0, end=len(text))


def plea(text: str = "", **marks: str | tuple[str, ...]) -> Example:
    return Example("1", text, "request", **marks)  # type: ignore[arg-type]


def test_readings_that_find_everything_score_1() -> None:
    phone = Contact(text="138 0013 8000", start=0, end=13, kind="mobile", value="13800138000")
    example = plea(items=("口罩",), contacts=("138-0013-8000",))
    reading = Reading(flagged=True, score=0.9, items=(item("口罩"),), contacts=(phone,))
    found = score([example, Example("2", "", "none")], [reading, Reading()])
    assert found.average_precision == 1
    assert {name for name, tally in found.tallies.items() if tally.f1 == 1} == {
        "flag clear",
        "flag all",
        "items exact",
        "items relaxed",
        "contacts",
    }


def test_readings_that_find_nothing_score_0() -> None:
    found = score([plea(items=("口罩",))], [Reading()])
    assert found.tallies["items relaxed"] == Tally(tp=0, fp=0, fn=1)
    assert {tally.f1 for tally in found.tallies.values()} == {0.0}


def test_amounts_count_with_name_number_and_unit_and_shifted_ones_are_told() -> None:
    def read(text: str, quantity: float, unit: str) -> Item:
        return Item(
            text=text, name=text, start=0, end=2, quantity=quantity, quantity_text="5", unit=unit
        )

    example = Example(
        "1",
        "",
        "request",
        amounts=(MarkedAmount("口罩", 500, unit="只"), MarkedAmount("面屏", 40, unit="个")),
        stock=(MarkedAmount("手套", 8),),
    )
    items = (read("口罩", 500, "只"), read("手套", 8, "双"), read("帽子", 40, "个"))
    found = score([example], [Reading(items=items)]).tallies
    assert found["amounts"] == Tally(tp=1, fp=2, fn=1)
    assert found["amounts shifted"] == Tally(tp=1, fp=1)
    assert found["stock asked for"] == Tally(fp=1)


def test_places_and_voices_are_scored_where_people_marked_them() -> None:
    town = Place(text="青禾县", start=0, end=3, province="湖北")
    example = plea(places=("青禾",), voice="self")
    found = score([example], [Reading(places=(town,), voice="passed on")]).tallies
    assert found["places relaxed"] == Tally(tp=1)
    assert found["voice firsthand"] == Tally(fn=1)
    assert "voice passed on" not in found  # nobody marked one, so there is nothing to measure


def test_a_voice_that_is_wrongly_given_is_a_false_one() -> None:
    examples = [plea(voice="self"), plea(voice="relay"), plea(voice="relay"), plea()]
    voices = ["firsthand", "firsthand", "passed on", "firsthand"]
    found = score(examples, [Reading(voice=voice) for voice in voices]).tallies
    assert found["voice firsthand"] == Tally(tp=1, fp=1)
    assert found["voice passed on"] == Tally(tp=1, fn=1)


def test_a_post_without_a_marked_place_says_nothing_of_the_reader_of_places() -> None:
    town = Place(text="青禾县", start=0, end=3, province="湖北")
    marked = plea(places=("白鹭市",))
    found = score([plea(), marked], [Reading(places=(town,)), Reading()]).tallies
    assert found["places relaxed"] == Tally(fn=1)
    assert "places relaxed" not in score([plea()], [Reading(places=(town,))]).tallies


def test_part_of_the_words_counts_as_right_only_where_scoring_is_relaxed() -> None:
    found = score([plea(items=("医用N95口罩",))], [Reading(items=(item("N95口罩"),))])
    assert found.tallies["items exact"] == Tally(tp=0, fp=1, fn=1)
    assert found.tallies["items relaxed"] == Tally(tp=1, fp=0, fn=0)


def test_borderline_posts_count_only_where_all_are_counted() -> None:
    example = Example("1", "", "request", borderline=True)
    found = score([example, plea()], [Reading(), Reading(flagged=True, score=1)])
    assert found.tallies["flag clear"] == Tally(tp=1)
    assert found.tallies["flag all"] == Tally(tp=1, fn=1)


def test_flags_are_told_by_source_and_by_length() -> None:
    examples = [
        Example("1", "短", "request", real=True),
        Example("2", "长" * 150, "none", source="weibo"),
        Example("3", "短", "request", kind="caption"),
    ]
    flagged = [Reading(flagged=True, score=1), Reading(flagged=True, score=1), Reading()]
    assert score(examples, flagged).parts == {
        "source quiet caption": Tally(fn=1),
        "source real": Tally(tp=1),
        "source weibo": Tally(fp=1),
        "length 0 to 39": Tally(tp=1, fn=1),
        "length 140 to 299": Tally(fp=1),
    }


def test_goods_of_a_post_that_is_no_request_are_not_scored() -> None:
    found = score([Example("1", "", "offer")], [Reading(items=(item("口罩"),))])
    assert found.tallies["items exact"] == Tally()


@pytest.mark.parametrize("examples", [[], [Example("1", "", "none")]])
def test_posts_without_a_request_can_be_scored(examples: list[Example]) -> None:
    found = score(examples, [Reading()] * len(examples))
    assert (found.average_precision, found.requests) == (0, 0)


@pytest.fixture(scope="module")
def measured() -> dict[str, float]:
    """The figures of the readers on the corpus's held-out fifth."""
    return pin_floors.measure(pin_floors.held_out())


def test_the_floors_were_measured_on_the_held_out_posts_there_are() -> None:
    digest = pin_floors.digest_of(pin_floors.held_out())
    assert digest == FLOORS["held_out"]["digest"], "measure anew with: python tests/pin_floors.py"


@pytest.mark.parametrize("name", FLOORS["floors"])
def test_no_reader_falls_below_its_floor(name: str, measured: dict[str, float]) -> None:
    floor = FLOORS["floors"][name]
    assert measured[name] >= floor, f"{name} fell from {floor:.2f} to {measured[name]:.3f}"


def test_every_reader_that_is_scored_has_a_floor(measured: dict[str, float]) -> None:
    assert measured.keys() == FLOORS["floors"].keys()
