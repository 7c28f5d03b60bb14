"""A new model takes the old one's place only if no figure on the pinned posts fell."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from slices import small_model, some_of_each_label

from classifiers import pipeline
from classifiers.measure import corpus, train
from classifiers.measure.corpus import Example
from classifiers.request import request
from classifiers.request.model import Model
from monitor.cli import main, tables
from monitor.errors import DistressError
from monitor.flag import training
from monitor.flag.training import CANDIDATE_FILE, Comparison, PinnedSet
from monitor.store import Store

PLEA = "求助！白鹭县人民医院护士没有护目镜了，急缺N95口罩，求捐赠，联系13800138001"
SETTINGS = '[store]\npath = "distress.db"\n'


def blunt() -> Model:
    """Return a model that takes every post for the same."""
    small = small_model()
    return dataclasses.replace(small, weights=small.weights * 0)


@pytest.fixture
def pinned() -> list[PinnedSet]:
    """A few posts of each label that no model has learnt from."""
    return [PinnedSet("slice", some_of_each_label(10, held_out=True))]


@pytest.fixture
def model_in_use() -> Iterator[None]:
    """Let a test choose a model; afterwards the bundled one is in use again."""
    yield
    request._chosen.clear()
    request.model.cache_clear()


def kept(folder: Path) -> str:
    """Return the version of the model that is in use in a folder."""
    return Model.from_bytes((folder / request.MODEL_FILE).read_bytes()).version


def version_of(model: Model) -> str:
    """Return the version a model has once it was kept."""
    return Model.from_bytes(model.to_bytes()).version


def test_a_better_model_takes_the_place_of_the_old_one(
    tmp_path: Path, pinned: list[PinnedSet]
) -> None:
    (tmp_path / request.MODEL_FILE).write_bytes(blunt().to_bytes())
    compared = training.replace(tmp_path, small_model().to_bytes(), pinned)
    assert kept(tmp_path) == version_of(small_model())
    assert [path.name for path in tmp_path.iterdir()] == [request.MODEL_FILE]
    assert {entry.figure for entry in compared if entry.after > entry.before} >= {
        "average precision",
        "F1 of flags (all)",
    }


def test_a_worse_model_stays_beside_the_old_one_and_what_fell_is_told(
    tmp_path: Path, pinned: list[PinnedSet]
) -> None:
    (tmp_path / request.MODEL_FILE).write_bytes(small_model().to_bytes())
    with pytest.raises(DistressError) as told:
        training.replace(tmp_path, blunt().to_bytes(), pinned)
    assert kept(tmp_path) == version_of(small_model())
    beside = Model.from_bytes((tmp_path / CANDIDATE_FILE).read_bytes())
    assert beside.version == version_of(blunt())
    words = str(told.value)
    assert "average precision on the held-out slice fell from 0." in words
    assert str(tmp_path / CANDIDATE_FILE) in words
    assert "--accept-worse" in words


def test_a_worse_model_is_put_in_use_where_that_is_asked_for(
    tmp_path: Path, pinned: list[PinnedSet]
) -> None:
    (tmp_path / request.MODEL_FILE).write_bytes(small_model().to_bytes())
    compared = training.replace(tmp_path, blunt().to_bytes(), pinned, accept_worse=True)
    assert any(entry.fell for entry in compared)
    assert kept(tmp_path) == version_of(blunt())
    assert not (tmp_path / CANDIDATE_FILE).exists()


def test_in_an_empty_folder_a_new_model_is_compared_with_the_bundled_one(
    tmp_path: Path, pinned: list[PinnedSet]
) -> None:
    with pytest.raises(DistressError, match="is worse than the bundled one"):
        training.replace(tmp_path / "new", blunt().to_bytes(), pinned)
    assert not (tmp_path / "new" / request.MODEL_FILE).exists()


def test_the_same_model_again_is_no_worse(tmp_path: Path, pinned: list[PinnedSet]) -> None:
    for _ in range(2):
        training.replace(tmp_path, small_model().to_bytes(), pinned, accept_worse=True)
    training.replace(tmp_path, small_model().to_bytes(), pinned)
    assert kept(tmp_path) == version_of(small_model())


@pytest.mark.parametrize(("after", "fell"), [(0.95, False), (0.9401, False), (0.93, True)])
def test_only_a_fall_beyond_the_noise_of_a_few_posts_counts(after: float, fell: bool) -> None:
    assert Comparison("corpus", "average precision", 0.95, after).fell == fell


def test_a_file_that_is_no_model_is_told_and_stays(tmp_path: Path, pinned: list[PinnedSet]) -> None:
    path = tmp_path / request.MODEL_FILE
    path.write_bytes(b"PK no model")
    with pytest.raises(DistressError, match=r"request\.npz is not a model of this version"):
        training.replace(tmp_path, small_model().to_bytes(), pinned)
    assert path.read_bytes() == b"PK no model"


def test_models_are_compared_by_the_flags_and_scores_that_the_line_would_give() -> None:
    examples = some_of_each_label(12, held_out=True)
    examples += [Example("1", text, "none") for text in ("", "今天的晚霞真好看", PLEA)]
    of_line = list(pipeline.read(example.text for example in examples))
    compared = training.judged(request.model(), examples, train.describe(examples))
    assert [(r.flagged, r.score) for r in compared] == [(r.flagged, r.score) for r in of_line]
    assert {r.flagged for r in compared} == {True, False}


def taught(*held_out: bool, labels: tuple[str, ...] = ("request", "none")) -> list[Example]:
    """Return what callbacks taught, each held out or not as told."""
    numbers = {True: iter(range(10_000)), False: iter(range(10_000))}
    found = []
    for count, wanted in enumerate(held_out):
        made = (
            Example(f"case {number}", f"{PLEA}{number}", labels[count % len(labels)])
            for number in numbers[wanted]
        )
        found.append(next(example for example in made if example.held_out == wanted))
    return found


def test_outcomes_are_learnt_from_but_for_those_that_are_held_out() -> None:
    outcomes = taught(True, False, True, False)
    learnt = training.to_learn([], outcomes)
    assert [e for e in learnt if e in outcomes] == [e for e in outcomes if not e.held_out]
    assert not any(example.held_out for example in learnt)


@pytest.mark.parametrize(
    ("outcomes", "sets"),
    [
        ([], ["corpus"]),
        (taught(*[True] * (training.ENOUGH - 1)), ["corpus"]),
        (taught(*[True] * training.ENOUGH), ["corpus", "outcomes"]),
        (taught(*[True] * training.ENOUGH, labels=("request",)), ["corpus"]),
        (taught(*[False] * training.ENOUGH), ["corpus"]),
    ],
    ids=["none", "too few", "enough", "of one label", "none held out"],
)
def test_outcomes_are_measured_on_where_there_are_enough(
    outcomes: list[Example], sets: list[str]
) -> None:
    assert [entry.name for entry in training.pinned([], outcomes)] == sets


def test_what_callbacks_call_a_false_alarm_is_held_less_likely(tmp_path: Path) -> None:
    advert = "云溪药房新到一批护目镜，各科室急需的话联系13800138009，量大从优，欢迎医院来电"
    slice_of_corpus = some_of_each_label(12)
    no_need = [Example("case 1", advert, "none")] * 3

    def chance(learnt: list[Example]) -> float:
        training.train(tmp_path, learnt, [])
        model = Model.from_bytes((tmp_path / request.MODEL_FILE).read_bytes())
        described = train.describe([no_need[0]])
        return float(model.probabilities(described)[0][model.labels.index("request")])

    assert chance(slice_of_corpus + no_need) < chance(slice_of_corpus)


def distress(*arguments: str, **more: str) -> Result:
    """Run a command in the current folder."""
    return CliRunner().invoke(main, arguments, catch_exceptions=False, **more)  # type: ignore[arg-type]


@pytest.fixture
def small_corpus(monkeypatch: pytest.MonkeyPatch) -> None:
    """The corpus cut down, so that `distress train` ends soon."""
    cut = some_of_each_label(12) + some_of_each_label(8, held_out=True)
    monkeypatch.setattr(corpus, "bundled", lambda: cut)


def test_train_refuses_a_worse_model_and_takes_it_with_accept_worse(
    small_corpus: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    refused = distress("train", "ours")
    assert refused.exit_code == 1
    assert "--accept-worse" in refused.output
    assert not Path("ours", request.MODEL_FILE).exists()
    taken = distress("train", "--accept-worse", "ours")
    assert taken.exit_code == 0, taken.output
    assert "learnt from 60 posts" in taken.output
    assert Path("ours", request.MODEL_FILE).is_file()


def labelled_posts(path: Path, count: int) -> Path:
    """Write so many posts of each of two labels, and return their file."""
    rows = [
        {"id": f"{label} {at}", "label": label, "text": f"{words}，第{at}批"}
        for label, words in (("request", PLEA), ("none", "今天的晚霞真好看，大家早点休息"))
        for at in range(count)
    ]
    lines = (json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def test_a_fifth_of_the_given_posts_is_kept_out_and_both_models_are_told_on_it(
    small_corpus: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = labelled_posts(Path("posts.jsonl"), 120)
    given = training.labelled(path)
    held_out = [example for example in given if example.held_out]
    assert 0.1 < len(held_out) / len(given) < 0.3
    assert not set(held_out) & set(training.to_learn(given))
    told = distress("train", "--accept-worse", "--posts", str(path), "ours")
    assert told.exit_code == 0, told.output
    assert "posts" in {line.split()[0] for line in told.output.splitlines() if line.strip()}
    assert f"learnt from {60 + len(given) - len(held_out)} posts" in told.output


def test_too_few_given_posts_to_compare_models_on_are_told(
    small_corpus: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = labelled_posts(Path("posts.jsonl"), 5)
    told = distress("train", "--accept-worse", "--posts", str(path), "ours")
    assert "too few of the 10 posts were held out" in " ".join(told.output.split())


def test_a_figure_that_fell_at_all_is_called_poorer() -> None:
    table = tables.compared(
        [Comparison("posts", "F1", 0.9, 0.895), Comparison("posts", "AP", 0.9, 1)]
    )
    assert [str(cell) for cell in list(table.columns)[-1].cells] == ["poorer", ""]


def test_posts_that_share_their_longest_sentence_are_held_out_together(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    texts = [f"{PLEA}。", f"转！{PLEA}。求扩散", f"扩//@某人:{PLEA}。"]
    rows = [{"id": at, "label": "request", "text": text} for at, text in enumerate(texts)]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    assert len({example.pair for example in training.labelled(path)}) == 1


@pytest.mark.parametrize(("author", "found"), [("梧桐山医院", 1), ("梧桐山日报", 0)])
def test_labelled_posts_are_read_with_their_author(tmp_path: Path, author: str, found: int) -> None:
    path = tmp_path / "p.jsonl"
    text = "梧桐山医院呼吸科急需手套两箱，电话13800138001"
    row = {"id": 1, "text": text, "label": "request", "voice": "self", "author": author}
    path.write_text(json.dumps(row), encoding="utf-8")
    assert training.score(path, None).tallies["voice firsthand"].tp == found


def test_goods_and_contacts_are_not_measured_where_nobody_looked(tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    marked = {"label": "request", "items": [{"text": "N95口罩"}], "contacts": ["13800138001"]}
    rows = [{"id": 1, "text": PLEA, **marked}]
    rows += [{"id": 2, "text": f"转 {PLEA}", "label": "request", "marked": False}]
    path.write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    tallies = training.score(path, None).tallies
    assert (tallies["contacts"].tp, tallies["contacts"].fp) == (1, 0)
    assert tallies["flag all"].tp == 2


@pytest.mark.parametrize("command", ["train", "score"])
def test_outcomes_that_teach_nothing_are_told(
    command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("distress.toml").write_text(SETTINGS, encoding="utf-8")
    Store(Path("distress.db")).close()
    told = distress(command, "--with-outcomes")
    assert told.exit_code == 1
    assert "no callback teaches anything yet" in " ".join(told.output.split())


def test_posts_are_judged_by_the_model_that_the_settings_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_in_use: None
) -> None:
    monkeypatch.chdir(tmp_path)
    never = dataclasses.replace(small_model(), threshold=1.1)
    Path("ours").mkdir()
    Path("ours", request.MODEL_FILE).write_bytes(never.to_bytes())
    line = json.dumps({"id": 1, "text": PLEA})
    assert '"flagged": true' in distress("classify", "-", input=line).output
    Path("distress.toml").write_text(SETTINGS + '[model]\nfolder = "ours"\n', encoding="utf-8")
    assert '"flagged": false' in distress("classify", "-", input=line).output


@pytest.mark.parametrize("command", [["flag"], ["check"], ["once"], ["run"], ["classify", "-"]])
def test_a_folder_of_the_settings_without_a_model_is_told(
    command: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, model_in_use: None
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("distress.toml").write_text(SETTINGS + '[model]\nfolder = "ours"\n', encoding="utf-8")
    told = distress(*command, input="")
    assert told.exit_code == 2
    words = " ".join(told.output.split())
    assert "model.folder in the settings: no request.npz in" in words
    assert "distress train" in words
