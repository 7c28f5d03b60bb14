"""Measure merging: labelled pairs and generated needs go in, figures and seconds come out.

usage: python benchmarks/merge.py [STREAM.jsonl]

Own pairs are those of data/pairs/rewritten.jsonl. Pairs of real posts are listed by id in
tests/golden/stream_pairs.json; the posts are read from STREAM.jsonl, by default
../shared/eval/stream.jsonl, and left out where it is absent. Prints JSON.
"""

from __future__ import annotations

import json
import math
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import combinations
from pathlib import Path

from rapidfuzz import fuzz

from classifiers import pipeline
from classifiers.need import Contact, Facility, Item, Reading
from data import read_json_lines
from monitor.merge import merge
from monitor.merge.alike import judge
from monitor.merge.known_needs import KnownNeed, KnownNeeds
from monitor.merge.traits import Traits, traits_of
from monitor.store import Store
from spiders.base.post import Post

HERE = Path(__file__).resolve().parents[1]
STREAM = HERE.parent / "shared" / "eval" / "stream.jsonl"
LABELS = HERE / "tests" / "golden" / "stream_pairs.json"
START = datetime(2020, 1, 30, tzinfo=UTC)
WINDOW = timedelta(days=3)
KNOWN, NEW, SAMPLE = 5_000, 500, 10
SIZES = (1_000, 5_000, 20_000)

Pair = tuple[str, str]


def own_pairs() -> tuple[dict[str, str], dict[Pair, bool]]:
    """Return our rewritten pleas by id, and of each two whether they are one."""
    rows = list(read_json_lines("pairs/rewritten.jsonl"))
    pairs = {(a["id"], b["id"]): a["group"] == b["group"] for a, b in combinations(rows, 2)}
    return {row["id"]: row["text"] for row in rows}, pairs


def stream_pairs(path: Path) -> tuple[dict[str, str], dict[Pair, bool]]:
    """Return the real posts that are labelled by id, and of each labelled two if they are one."""
    labels = json.loads(LABELS.read_text(encoding="utf-8"))
    pairs = {
        (one, other): label.startswith("same")
        for label, listed in labels.items()
        if label != "note"
        for one, other in listed
    }
    named = {post_id for pair in pairs for post_id in pair}
    with path.open(encoding="utf-8") as lines:
        posts = {row["id"]: row["text"] for row in map(json.loads, lines) if row["id"] in named}
    return posts, pairs


def traits_by_id(texts: dict[str, str]) -> dict[str, Traits]:
    """Return what is compared of each text, read as the line reads it."""
    readings = pipeline.read(texts.values())
    return {
        key: traits_of(text, reading, post_id=at)
        for at, ((key, text), reading) in enumerate(zip(texts.items(), readings, strict=True))
    }


def is_one(one: Traits, other: Traits) -> bool:
    """Tell whether two needs are one without a person's decision."""
    verdict = judge(one, other)
    return verdict is not None and not verdict.against


def cases_of(traits: dict[str, Traits]) -> dict[str, int]:
    """Return the case of each need where they come one by one, a minute between them."""
    recent = KnownNeeds(WINDOW)
    cases: dict[str, int] = {}
    for at, (key, found) in enumerate(traits.items(), 1):
        new = KnownNeed(at, at, START + timedelta(minutes=at), False, found)
        match = recent.match(new)
        cases[key] = match.need.case_id if match and not match.verdict.against else at
        recent.add(KnownNeed(at, cases[key], new.at, False, found))
    return cases


def figures(answers: Iterable[tuple[bool, bool]]) -> dict[str, float]:
    """Return precision and recall of answers, each with what is right."""
    answers = list(answers)
    right = sum(said and true for said, true in answers)
    said, true = (sum(column) for column in zip(*answers, strict=True))
    return {
        "precision": round(right / max(1, said), 4),
        "recall": round(right / max(1, true), 4),
        "joined wrongly": said - right,
        "not joined": true - right,
    }


def measure(texts: dict[str, str], pairs: dict[Pair, bool]) -> dict[str, object]:
    """Return the figures of each two compared, and of the cases that come of them."""
    traits = traits_by_id(texts)
    shuffled = random.Random(0).sample(sorted(traits), len(traits))
    result: dict[str, object] = {
        "posts": len(texts),
        "pairs": len(pairs),
        "same": sum(pairs.values()),
        "each two": figures((is_one(traits[a], traits[b]), same) for (a, b), same in pairs.items()),
    }
    for name, order in (("in order", list(traits)), ("shuffled", shuffled)):
        cases = cases_of({key: traits[key] for key in order})
        answers = ((cases[a] == cases[b], same) for (a, b), same in pairs.items())
        result[f"cases, posts {name}"] = figures(answers)
    return result


SENTENCES = (
    "我们是一线医护人员，物资已经见底",
    "请各位爱心人士伸出援手",
    "现面向社会各界公开募集以下医用防护物资",
    "所有捐赠物资将全部用于一线，并登记造册接受监督",
    "防护用品须符合国家标准，感谢大家的支持",
    "库存只够用两天，情况十分危急",
    "快递可以直接送到医院门口，我们派人去接",
    "我院为新冠肺炎定点收治医院",
    "目前收治的病人越来越多，医务人员日夜奋战",
    "请看到的朋友帮忙转发扩散，不胜感激",
    "捐赠方如需发票和感谢信，请与我们联系",
    "我们不接受现金，只接受物资",
)


def generated(count: int, seed: int = 0) -> list[tuple[str, Reading]]:
    """Return needs of many hospitals in form letters that share sentences.

    Four in ten pass on an earlier one, one in ten comes from a hospital that asked before.
    """
    random_ = random.Random(seed)
    signs = [chr(code) for code in range(0x4E00, 0x4E00 + 1500)]
    goods = [name + kind for name in signs[:30] for kind in ("衣", "罩", "套", "镜")]
    made: list[tuple[str, Reading]] = []
    for number in range(count):
        if made and random_.random() < 0.4:
            text, reading = random_.choice(made)
            made.append((f"{text}{''.join(random_.choices(signs, k=8))}", reading))
            continue
        name = "".join(random_.choices(signs, k=4)) + "医院"
        if made and random_.random() < 0.15:
            name = random_.choice(made)[1].facilities[0].text
        items = random_.sample(goods, 3)
        phone = f"138{number:08}"
        first, *rest = random_.sample(SENTENCES, random_.randint(2, 6))
        text = f"{name}求{'、'.join(items)}，{first}，{'，'.join(rest)}，联系电话{phone}"
        made.append((text, _reading(text, name, items, phone)))
    return made


def _reading(text: str, name: str, items: Sequence[str], phone: str) -> Reading:
    def at(words: str) -> tuple[int, int]:
        start = text.index(words)
        return start, start + len(words)

    (start, end), (first, last) = at(name), at(phone)
    return Reading(
        flagged=True,
        score=0.9,
        label="request",
        items=tuple(Item(text=i, start=at(i)[0], end=at(i)[1], name=i) for i in items),
        facilities=(Facility(text=name, start=start, end=end),),
        contacts=(Contact(text=phone, start=first, end=last, kind="mobile", value=phone),),
    )


def speed() -> dict[str, object]:
    """Return the seconds merging takes, and would take with every need compared with every other.

    The latter is measured on a few needs and multiplied: the whole words of a new need against
    those of all others, then as a passage, as merging did before it looked needs up by their runs.
    """
    needs = generated(KNOWN + NEW)
    traits = [traits_of(text, reading, post_id=at) for at, (text, reading) in enumerate(needs)]
    known, new = traits[:KNOWN], traits[KNOWN:]
    began = time.perf_counter()
    for one in new[:SAMPLE]:
        for other in known:
            fuzz.ratio(one.words, other.words, score_cutoff=85)
            fuzz.partial_ratio(one.words, other.words, score_cutoff=90)
    fuzzy = (time.perf_counter() - began) * len(new) / SAMPLE
    began = time.perf_counter()
    recent = KnownNeeds(WINDOW, (KnownNeed(at, at, START, False, t) for at, t in enumerate(known)))
    built = time.perf_counter() - began
    began = time.perf_counter()
    found = [recent.match(KnownNeed(KNOWN, 0, START, False, one)) for one in new]
    matched = time.perf_counter() - began
    every = [any(judge(one, other) for other in known) for one in new[: SAMPLE * 5]]
    return {
        "known": len(known),
        "new": len(new),
        "seconds, each with each": round(fuzzy, 1),
        "seconds": round(built + matched, 2),
        "times faster": round(fuzzy / (built + matched), 1),
        "same answers as each with each": sum(
            bool(match) == all_ for match, all_ in zip(found, every, strict=False)
        )
        / len(every),
    }


def growth() -> dict[str, object]:
    """Return the CPU-seconds that merging takes by the number of needs, and the longest lock."""
    figures_by_count: dict[int, dict[str, float]] = {}
    needs = generated(SIZES[-1])
    for count in SIZES:
        with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "merge.db") as store:
            _write(store, needs[:count], 0)
            locks = _timed_locks(store)
            began = time.process_time()
            counts = merge(store, window=WINDOW)
            figures_by_count[count] = {
                "CPU-seconds": round(time.process_time() - began, 2),
                "longest lock, seconds": round(max(locks), 2),
                "cases": counts.opened,
                "suggested": counts.suggested,
            }
    first, last = (figures_by_count[count]["CPU-seconds"] for count in (SIZES[0], SIZES[-1]))
    exponent = math.log(last / first) / math.log(SIZES[-1] / SIZES[0])
    return {"needs": figures_by_count, "exponent": round(exponent, 2)}


def _timed_locks(store: Store) -> list[float]:
    """Return a list that each transaction of the store adds its seconds to."""
    seconds: list[float] = []
    write = store.write

    @contextmanager
    def timed() -> Iterator[None]:
        began = time.perf_counter()
        with write():
            yield
        seconds.append(time.perf_counter() - began)

    store.write = timed  # type: ignore[method-assign]
    return seconds


def _write(store: Store, needs: Sequence[tuple[str, Reading]], first: int) -> None:
    readings = {str(at): reading for at, (_, reading) in enumerate(needs, first)}
    posts = [
        Post(source_id=str(at), text=text, posted_at=START + timedelta(seconds=at))
        for at, (text, _) in enumerate(needs, first)
    ]
    with store.write():
        store.posts.save("generated", posts, run_id=None)
        for batch in list(store.posts.unread()):
            for post in batch:
                store.posts.mark_read(post, readings[post.source_id], "generated")
                store.needs.add(post, readings[post.source_id])


def main(stream: Path) -> dict[str, object]:
    """Return all figures."""
    real: object = f"left out: {stream.name} is not here"
    if stream.is_file():
        real = measure(*stream_pairs(stream))
    return {"own": measure(*own_pairs()), "stream": real, "speed": speed(), "growth": growth()}


if __name__ == "__main__":
    if len(sys.argv) > 2:
        sys.exit(__doc__)
    given = Path(sys.argv[1]) if len(sys.argv) == 2 else STREAM
    print(json.dumps(main(given), ensure_ascii=False, indent=2))
