"""Goods asked for: marked-up sentences, sentences with amounts, and input that must not hurt."""

from __future__ import annotations

import json

import pytest
from marked import CASES, Marked, doc_of, load

from classifiers.forms import read_forms
from classifiers.goods import amounts, items
from classifiers.goods.choose import choose
from classifiers.need import Item
from classifiers.normalise import normalise

SENTENCES = load("items")
WITH_AMOUNTS = [
    json.loads(line) for line in (CASES / "amounts.jsonl").read_text(encoding="utf-8").splitlines()
]


LISTS = [
    line.replace("\\n", "\n").replace("\\t", "\t").partition(" =>")
    for line in (CASES / "lists.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
]


def as_written(item: Item) -> list[str]:
    """Return an item as tests/cases/lists.txt writes it."""
    words = [item.text.replace(" ", "_")]
    if item.quantity is None and item.quantity_text:
        words += [f"~{item.quantity_text}", *([item.unit] if item.unit else [])]
    elif item.quantity is not None:
        top = f"-{item.quantity_max:g}" if item.quantity_max else ""
        words += [f"{item.quantity:.12g}{top}", item.unit or "-"]
    return words + [item.per] * bool(item.per)


def read(text: str) -> tuple[Item, ...]:
    """Return the items of a post."""
    return items.read_items(doc_of(text))


@pytest.mark.parametrize("case", SENTENCES, ids=lambda case: case.text)
def test_finds_the_marked_goods_and_no_others(case: Marked) -> None:
    found = [(item.text, item.start) for item in read(case.text)]
    assert found == [(text, start) for _, text, start in case.marks]


@pytest.mark.parametrize(
    "case", [c for c in SENTENCES if any(n for n, _, _ in c.marks)], ids=lambda case: case.text
)
def test_gives_goods_their_canonical_name(case: Marked) -> None:
    names = {item.start: item.name for item in read(case.text)}
    wanted = {start: name for name, _, start in case.marks if name}
    assert {start: names.get(start) for start in wanted} == wanted


@pytest.mark.parametrize("case", WITH_AMOUNTS, ids=lambda case: case["text"])
def test_reads_amounts_of_goods(case: dict) -> None:
    found = [
        {
            "name": item.name,
            "quantity": item.quantity,
            "quantity_max": item.quantity_max,
            "per": item.per,
            "unit": normalise(item.unit) if item.unit else None,
        }
        for item in read(case["text"])
    ]
    assert found == [{key: goods.get(key) for key in found[0]} for goods in case["items"]]


@pytest.mark.parametrize(
    "case",
    [c for c in WITH_AMOUNTS if any("quantity_text" in g for g in c["items"])],
    ids=lambda case: case["text"],
)
def test_keeps_vague_amounts_as_words(case: dict) -> None:
    words = [normalise(item.quantity_text or "") for item in read(case["text"])]
    assert words == [
        goods.get("quantity_text", told) for goods, told in zip(case["items"], words, strict=True)
    ]


@pytest.mark.parametrize("case", LISTS, ids=lambda case: case[0])
def test_reads_lists_by_their_structure(case: tuple[str, str, str]) -> None:
    text, _, wanted = case
    doc = doc_of(text)
    doc._.forms = read_forms(doc)
    found = [" ".join(as_written(item)) for item in items.read_items(doc)]
    assert sorted(found) == sorted(goods.strip() for goods in wanted.split(";") if goods.strip())


def test_there_are_enough_cases_of_both_directions() -> None:
    nothing = [case for case in SENTENCES if not case.marks]
    assert len(SENTENCES) - len(nothing) >= 40
    assert len(nothing) >= 15
    assert len(WITH_AMOUNTS) >= 150


def test_every_span_is_a_span_of_the_post() -> None:
    text = "轉！//@榆叶:急盼 Ｎ９５ 口罩４３０只😀、護目鏡兩萬副"
    for item in read(text):
        assert text[item.start : item.end] == item.text
        assert item.quantity_text in text
        assert item.unit in text


@pytest.mark.parametrize(
    ("words", "number"),
    [
        ("两万", 20000),
        ("1.2万", 12000),
        ("3万余", 30000),
        ("两千五", 2500),
        ("一万二", 12000),
        ("一百零五", 105),
        ("三千零八", 3008),
        ("十五", 15),
        ("二十", 20),
        ("3,000", 3000),
        ("10多万", 100_000),
        ("5k", 5000),
        ("3w", 30000),
        ("半", 0.5),
        ("几百", None),
        ("上千", None),
    ],
)
def test_words_for_numbers(words: str, number: float | None) -> None:
    assert amounts.value(words) == number


@pytest.mark.parametrize(
    "text",
    [
        "电话0716-5550123",
        "13800138001",
        "GB19083-2010",
        "75%酒精",
        "1月25日",
        "确诊200例",
        "每箱100只",
        "第一批",
        "2个月",
        "三个科室",
        "一次性",
        "8点30分",
        "身份证610100199001010018",
    ],
)
def test_what_only_looks_like_an_amount(text: str) -> None:
    assert not amounts.find_amounts(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\n",
        "\x00\x07",
        "😀" * 50,
        "急需" * 50_000,
        "口罩" * 50_000,
        "口罩、" * 33_000,
        "一" * 100_000,
        "1" * 100_000,
        "(" * 100_000,
        "口罩(" * 30_000,
        "急需口罩\n" * 20_000,
        "5000只" * 20_000,
        "、" * 100_000,
        "#口罩#" * 20_000,
        "一次性" * 33_000,
    ],
    ids=lambda text: repr(text[:8]),
)
def test_odd_and_endless_texts_are_read_to_the_end(text: str) -> None:
    """One backtracking pattern would hold up the whole line here, and this test with it."""
    plain = normalise(text)
    assert all(0 <= mention.start < mention.end <= len(plain) for mention, *_ in choose(plain))


@pytest.mark.parametrize(
    "names",
    [
        "去甲肾上腺素、肾上腺素、异丙肾上腺素",
        "肝素、低分子肝素",
        "破伤风抗毒素、狂犬疫苗、抗蛇毒血清",
        "奥司他韦、利巴韦林、羟氯喹",
    ],
)
def test_a_drug_never_goes_by_the_name_of_another(names: str) -> None:
    [*found] = items.read_items(doc_of(f"我院急需{names}，各20支"))
    assert "、".join(item.name for item in found) == names
