"""Find names of goods: a normalised text goes in, the longest natural goods phrases come out."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import ahocorasick

import data

GENERAL = ("物资", "物质", "用品", "设备")  # names that end so stand for goods of any kind
_TO_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
_MODEL = re.compile(
    r"(?:(?:3m|dupont|tyvek|lakeland|杜邦|霍尼韦尔|雷克兰|代尔塔)\s?-?\d{3,5}[a-z]{0,2}\+?|k?n\s?(?:9[59]|100)|kp95|kf94|ffp[123]|p100|18[67]0[s+]?|9132|9010|8210|(?<!\d)84"
    r"|\d{1,4}(?:\.\d+)?(?:%|码|号|ml|毫升|寸|度|层|升|l)|x{0,5}[lsm]码?|x{1,4}l号|[ab]级|p[234]"
    r"|(?:gb|yy)[ /t]{0,3}\d{4,5}(?:\.\d)?(?:-\d{4})?)(?:的|/|或|标准)?\s?$"
)
_MODEL_ENDS = frozenset("0123456789abcdefghijklmnopqrstuvwxyz%码号升寸度层准级+的/或 ")
_NUMBER_BEFORE = re.compile(r"[\d.\-]\d")
_MODEL_BEHIND = re.compile(
    r"\s?(?:3m\s?(?:1860|9132|8210)|k?n\s?95|kf94|ffp[23]|1860|9132)"
    r"(?![\d\-]|\s?[/或]|\s?[\u4e00-\u9fff]{0,4}口罩)"
)
_BRACKET = re.compile(r"\s?\(([^()\n]{1,20})\)")
_MODEL_INSIDE = re.compile(r"k?n\s?95\s?\([a-z0-9/、,\- ]{1,16}\)\s?口罩")
_DOSAGE_FORM = re.compile(
    r"(?:磷酸|盐酸|硫酸|钠|钙|钾)?(?:分散片|缓释片|肠溶片|含片|片|软?胶囊|干?混悬[剂液]|糖浆|颗粒|注射液|注射剂|口服液|滴眼液|喷雾剂?|软膏|粉针|针剂?)"
)
_OR = frozenset("/或")
# a spreadsheet counts N95 up where a cell is dragged down; N99 and N100 are masks of their own
_DRAGGED = re.compile(r"(?<![a-z0-9])n(?:9[678]|10[1-9]|11\d|12\d)(?![a-z0-9])")
_N95_TORN = re.compile(r"(?<![a-z0-9])k?n ?9 ?5(?![0-9])")
_TURNED = re.compile(r"([衣帽靴镜鞋服裤])\((隔离|防护|手术|护目|洗手|刷手|工作|保暖)\)")
_TORN = re.compile(r"(?<![\u4e00-\u9fff])[\u4e00-\u9fff]{1,3}(?: [\u4e00-\u9fff]{1,3}){1,4}")
_CONFUSED_GROUPS = frozenset({"protective", "medical"})


@dataclass(frozen=True, slots=True)
class Mention:
    """Goods named at `start` to `end`.

    name: canonical name; group: the kind of goods.
    everyday: the word is also used for other things and counts only where the wish is plain.
    """

    start: int
    end: int
    name: str
    group: str
    everyday: bool


@dataclass(frozen=True, slots=True)
class _Lexicon:
    """Goods and pseudo words as one automaton, rules for words with modifiers, the modifiers."""

    automaton: ahocorasick.Automaton
    forms: dict[str, tuple[str, str, bool]]
    rules: dict[str, list[tuple[str, str, str]]]
    modifiers: frozenset[str]
    longest_modifier: int


@cache
def _lexicon() -> _Lexicon:
    """Read the lists and build the automaton once."""
    forms: dict[str, tuple[str, str, bool]] = {}
    rules: dict[str, list[tuple[str, str, str]]] = {}
    for name, group, *others in data.read_table("lexicons/goods.tsv"):
        words = [f"?{name}" if f"?{name}" in "".join(others).split("|") else name]
        words += [word for word in "".join(others).split("|") if word]
        for word in words:
            plain = word.lstrip("?").lower()
            before, plus, head = plain.partition("+")
            if plus:
                rules.setdefault(head, []).append((before, name, group))
            else:
                forms.setdefault(plain, (name, group, word.startswith("?")))
    for form, misspelt in _misspellings(forms):
        forms.setdefault(misspelt, forms[form])
    automaton = ahocorasick.Automaton()
    for pseudo in data.read_words("lexicons/goods_pseudo.txt"):
        automaton.add_word(pseudo.lower(), (len(pseudo), None))
    for form in [*forms, *(head for head in rules if head not in forms)]:
        automaton.add_word(form, (len(form), form))
    automaton.make_automaton()
    modifiers = frozenset(word.lower() for word in data.read_words("lexicons/goods_modifiers.txt"))
    return _Lexicon(automaton, forms, rules, modifiers, max(map(len, modifiers)))


def _misspellings(forms: dict[str, tuple[str, str, bool]]) -> list[tuple[str, str]]:
    """Return names of goods beside those with one sign of theirs mistyped (囗罩, 护木镜)."""
    wrong = dict(line.split() for line in data.read_words("lexicons/goods_confusions.txt"))
    pairs = []
    for form, (name, group, everyday) in forms.items():
        if everyday or group not in _CONFUSED_GROUPS or (len(form) < 3 and name != "口罩"):
            continue
        for at, sign in enumerate(form):
            pairs += [(form, form[:at] + other + form[at + 1 :]) for other in wrong.get(sign, "")]
    return pairs


def _name(phrase: str, form: str, detail: str) -> tuple[str, str, bool] | None:
    """Return name, group and everydayness of a phrase whose head is the listed `form`."""
    lexicon = _lexicon()
    phrase = phrase.replace(" ", "")
    if phrase in lexicon.forms and not detail:
        return lexicon.forms[phrase]
    for head in (form[i:] for i in range(len(form))):
        for before, name, group in lexicon.rules.get(head, ()):
            if before in phrase.replace(head, " ") or before in detail:
                return name, group, False
    listed = lexicon.forms.get(form)
    if listed and len(phrase) > len(form) > 1:
        return listed[0], listed[1], False
    return listed


def _is_one_name(text: str, start: int) -> bool:
    """Tell whether a model right before `start` belongs to the name that begins there.

    N95/口罩 and N95/KN95口罩 are one good, N95/外科口罩 are two.
    """
    return text[start - 1] not in _OR or text[start].isascii() or text.startswith("口罩", start)


def _widen(text: str, start: int) -> int:
    """Return where the modifiers that stand before `start` begin."""
    lexicon = _lexicon()
    while start:
        if text[start - 1] in _MODEL_ENDS:
            model = _MODEL.search(text, max(0, start - 20), start)
            at = model.start() if model and _is_one_name(text, start) else start
            if at < start and not _NUMBER_BEFORE.match(text, max(0, at - 1)):
                start = at
                continue
        for length in range(min(lexicon.longest_modifier, start), 0, -1):
            if text[start - length : start] in lexicon.modifiers:
                start -= length
                break
        else:
            return start
    return start


def _cut_from_number(plain: str, start: int, end: int) -> bool:
    """Tell whether a word of digits or letters at its ends is torn out of a longer run."""
    first, last = plain[start], plain[end - 1]
    if start and first.isascii() and plain[start - 1].isascii():
        before = plain[start - 1]
        if before.isalpha() or (before.isdigit() and first.isdigit()):
            return True
    if not last.isascii() or end == len(plain) or not plain[end].isascii():
        return False
    # N951000只 is 1,000 N95, but 84803958 holds no 84
    return plain[end].isalnum() and (plain[start:end].isdigit() or plain[end].isalpha())


def _with_model_before(plain: str, mentions: list[Mention], start: int, form: str) -> int:
    """Return the start of the phrase, taking in a model named right before a mask (3M 1860口罩)."""
    if mentions and form.endswith("口罩"):
        last = mentions[-1]
        model = plain[last.start : last.end]
        joint = plain[last.end : start].strip()
        if model.isascii() and (
            joint in {"", "的"} or (joint in _OR and _is_one_name(plain, start))
        ):
            return last.start
    return start


def _with_model_behind(plain: str, end: int, form: str) -> int:
    """Return the end of the phrase, taking in a model named right behind a mask (口罩N95)."""
    model = _MODEL_BEHIND.match(plain, end) if form.endswith("口罩") else None
    return model.end() if model else end


def _torn(plain: str, hits: list[tuple[int, int, str | None]]) -> list[tuple[int, int, str | None]]:
    """Return names with blanks inside (隔 离衣) where no name stands without."""
    forms = _lexicon().forms
    torn: list[tuple[int, int, str | None]] = []
    taken = {at for start, end, _ in hits for at in range(start, end)}
    for run in _TORN.finditer(plain):
        places = [at for at in range(*run.span()) if plain[at] != " "]
        words = "".join(plain[at] for at in places)
        for end, (length, form) in _lexicon().automaton.iter(words):
            first, last = places[end - length + 1], places[end]
            if form in forms and last - first >= length and taken.isdisjoint(range(first, last)):
                torn.append((first, last + 1, form))
    return torn


def _hits(plain: str) -> list[tuple[int, int, str | None]]:
    """Return every place where a listed word stands, also torn by blanks or dragged by a sheet."""
    matches = _lexicon().automaton.iter(plain)
    hits = [(end - length + 1, end + 1, form) for end, (length, form) in matches]
    if " " in plain:
        hits += _torn(plain, hits)
    if "n" in plain:
        hits += [(*masks.span(), "口罩") for masks in _MODEL_INSIDE.finditer(plain)]
        hits += [(*dragged.span(), "n95") for dragged in _DRAGGED.finditer(plain)]
        hits += [(*torn.span(), "n95") for torn in _N95_TORN.finditer(plain) if " " in torn[0]]
    if ")" in plain:
        turned = ((m.span(), m[2] + m[1]) for m in _TURNED.finditer(plain))
        hits += [(*span, form) for span, form in turned if form in _lexicon().forms]
    return hits


def find_goods(text: str) -> list[Mention]:
    """Return the goods named in a normalised text, in order, none inside another."""
    plain = text.translate(_TO_LOWER)
    hits = _hits(plain)
    # from the right, the longest first: in Chinese the head stands last
    hits.sort(key=lambda hit: (-hit[1], hit[0]))
    kept = []
    free = len(plain)
    for start, end, form in hits:
        if end <= free and not _cut_from_number(plain, start, end):
            free = start
            kept.append((start, end, form))
    kept.reverse()
    mentions: list[Mention] = []
    for word_start, word_end, form in kept:
        if form is None:
            continue
        start = _with_model_before(plain, mentions, _widen(plain, word_start), form)
        end = _with_model_behind(plain, word_end, form)
        while mentions and mentions[-1].start >= start:
            mentions.pop()
        start = max(start, mentions[-1].end if mentions else 0)
        phrase = plain[start:end].lstrip()
        if not phrase:
            continue
        bracket = _BRACKET.match(plain, end)
        named = _name(phrase, form, bracket[1] if bracket else "")
        dosage = _DOSAGE_FORM.match(plain, end) if named and named[1] == "medicine" else None
        if dosage and named:
            mentions.append(Mention(end - len(phrase), dosage.end(), *named))
        elif named:
            mentions.append(Mention(end - len(phrase), end, *named))
    return mentions
