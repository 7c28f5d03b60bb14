"""What later posts change: updates and open cases go in; what each says of which case comes out.

A post is found by its author, contacts, facilities, or the plea that it passes on, and never by a
facility alone that several cases have; one that names nobody else, by whom it names with goods of
one case alone, or by two goods that no other open case has together. Only the case's own voice
changes anything: the same author as before at the same source, or the facility's own account. What
anybody else says stands beside.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from classifiers import pipeline
from classifiers.doors import DOORS
from classifiers.facilities.same_name import facility_key, is_generic, other_kinds, short_form
from classifiers.goods.names import GENERAL, find_goods
from classifiers.need import CONCERNED, Contact, Reading, Statement
from classifiers.normalise import normalise
from classifiers.parts import split
from classifiers.updates import Change, change_of, told_amounts, updates_of
from monitor.merge.alike import relation, same_text
from monitor.merge.traits import Traits, traits_of, traits_of_post
from monitor.store import Store
from monitor.types import (
    Case,
    CaseUpdate,
    KnownContact,
    Need,
    StoredPost,
    UpdateCandidate,
    UpdatedGoods,
)

BATCH = 200  # updates of one transaction; the lock is let go between two
LATEST = timedelta(days=30)  # so long after the last plea a post may speak of it
NEAR = timedelta(days=7)  # so long after it a post may be known by the goods it names
CASES_COMPARED = 5  # open cases that one post is held against, the latest
SEVERAL = "several cases"
LONGEST = 200  # characters of a statement that are shown
SHORT = 200  # characters of a post that is found by the facility it names
_SAME = frozenset({"same", "generic", "part", "like"})
_NAMES = _SAME - {"generic"}
_STATES = {"enough_all": "enough", "enough_some": "enough"}
_STATES |= {"arrived_all": "arrived", "arrived_some": "arrived", "more": "wanted"}
_STATES |= {"again": "wanted"}
_OF_GOODS = frozenset({"enough", "arrived", "only", "again", "more", "unsure"})
_CAMPUS = re.compile(r"[\u4e00-\u9fff]{2}(?=院区)")
_OPPOSITES = frozenset("上下东西南北中前后左右新老一二三四五六七八九十")
_TITLED = re.compile(
    r"[\u4e00-\u9fff]{1,3}?(?:医生|大夫|老师|护士长?|主任|女士|先生|院长|科长|教授|经理|队长)"
)
_REDIRECTS = re.compile(
    r"改|换|转(?!发|载|扩)|变更|更新|新(?:的)?(?:联系|电话|号码)|以后|今后|统一"
)
_OFFICE = re.compile(
    r"(?:转|改|换|找|联系|打)(?:打|给|到|成|为|由)?"
    r"(?P<whom>[\u4e00-\u9fff]{1,6}(?:科|办|部|处|室|中心|老师|医生|主任|护士长?))"
)


@dataclass(frozen=True, slots=True)
class _Post:
    """An update with what was read in it."""

    candidate: UpdateCandidate
    reading: Reading
    statements: tuple[Statement, ...]
    traits: Traits
    plain: str

    @property
    def post(self) -> StoredPost:
        return self.candidate.post


def match_updates(store: Store) -> int:
    """Note what updates say of the open cases; return how many statements were noted.

    Reads outside the write lock, which is held for BATCH updates at a time.
    """
    noted = 0
    with store.read():
        since_join, last_join = store.updates.last_joins()
        candidates = store.updates.waiting(since_join)
    if not candidates and since_join == last_join:
        return 0
    for at in range(0, max(1, len(candidates)), BATCH):
        batch = candidates[at : at + BATCH]
        with store.read():
            said = [(one.id, update) for one in batch for update in _updates(store, one)]
        is_last = at + BATCH >= len(candidates)
        with store.write():
            for update_id, update in said:
                noted += store.updates.note(update_id, update)
            store.updates.mark_looked_at((one.id for one in batch), last_join if is_last else None)
    return noted


def _updates(store: Store, candidate: UpdateCandidate) -> Iterator[CaseUpdate]:
    """Yield what a post says of the open cases that it may speak of."""
    by_sign = store.updates.cases_by_sign(candidate.id, candidate.need_id)
    ids = _near(by_sign)
    if not ids:
        return
    post = _read(candidate)
    if not post.statements:
        return
    for case in store.cases.get(ids):
        earlier = _earlier(case, candidate)
        if not earlier:
            continue
        reason = _reason(post, case, earlier, by_sign)
        if reason is None:
            continue
        own = not reason.endswith(SEVERAL) and _is_own(post, case, earlier)
        update = _said(post, case, earlier, own=own, reason=reason)
        if update:
            yield update


def _near(by_sign: Mapping[str, frozenset[int]]) -> list[int]:
    """Return the cases that a post is held against: those that share most, of these the latest.

    A facility that several cases have tells of none of them.
    """
    shared = Counter(case_id for ids in by_sign.values() for case_id in ids)
    if len(by_sign.get("facility", ())) > 1:
        others = (ids for kind, ids in by_sign.items() if kind not in ("facility", "goods"))
        alike = frozenset[int]().union(*others)
        shared = Counter({case_id: shared[case_id] for case_id in alike})
    return sorted(shared, key=lambda case_id: (-shared[case_id], -case_id))[:CASES_COMPARED]


def _read(candidate: UpdateCandidate) -> _Post:
    [reading] = pipeline.read([candidate.words], gated=False)
    return _Post(
        candidate=candidate,
        reading=reading,
        statements=tuple(reading.details.get("updates") or ()),
        traits=traits_of_post(candidate.post, candidate.words, reading),
        plain=normalise(candidate.words),
    )


def _earlier(case: Case, candidate: UpdateCandidate) -> list[Need]:
    """Return the needs of a case that were told before an update, the latest first."""
    needs = [
        need
        for need in case.needs
        if _is_before(need, candidate)
        and need.post.at <= candidate.said_at
        and candidate.said_at - need.post.at <= LATEST
    ]
    return sorted(needs, key=lambda need: (need.post.at, need.id), reverse=True)


def _is_before(need: Need, candidate: UpdateCandidate) -> bool:
    """Tell whether a need is another post's, or one that this post told before it was edited."""
    if need.post.id != candidate.post.id:
        return True
    if candidate.need_id:
        return need.id < candidate.need_id
    return candidate.words == candidate.post.words


def _reason(
    post: _Post, case: Case, earlier: Sequence[Need], by_sign: Mapping[str, frozenset[int]]
) -> str | None:
    """Return why a post speaks of a case, None where it does not."""
    own_need = next((e for e in case.joined if e.need.id == post.candidate.need_id), None)
    if own_need:
        return own_need.reason
    if case.id in by_sign.get("post", ()):
        return "same post"
    authored = by_sign.get("author", frozenset()) | by_sign.get("author id", frozenset())
    alone = authored == {case.id} and any(_same_author(post.post, e.post) for e in earlier)
    if _speaks_of_others(post, earlier, by_its_author=alone):
        return None
    return _shared(post, case, earlier, by_sign)


def _shared(
    post: _Post, case: Case, earlier: Sequence[Need], by_sign: Mapping[str, frozenset[int]]
) -> str | None:
    """Return what a post shares with a case, the strongest first; None where that is too little."""
    same_place = _shares_facility(post, earlier)
    by_contact = case.id in by_sign.get("contact", ())
    if any(_same_author(post.post, need.post) for need in earlier):
        authored = by_sign.get("author", frozenset()) | by_sign.get("author id", frozenset())
        alone = len(authored) == 1
        return "same author" if alone or same_place or by_contact else f"same author, {SEVERAL}"
    if by_contact:
        return "same contact"
    if case.id in by_sign.get("author", ()) and _passes_on(post, earlier):
        return "same text"
    of_facility = by_sign.get("facility", frozenset())
    # News name many a hospital; who only says what changed says it in few words.
    is_short = len(post.plain) <= SHORT
    speaks_of_it = (same_place and is_short) or _is_called_so(post.post, earlier)
    if speaks_of_it and of_facility == {case.id}:
        return "same facility"
    if len(post.plain) > SHORT or any(f.role in CONCERNED for f in post.reading.facilities):
        return None
    items = {item.name for need in earlier for item in need.reading.items}
    stated = {name for statement in post.statements for name in statement.goods}
    places = frozenset[str]().union(*(_traits(need).places for need in earlier))
    if by_sign.get("person") == frozenset({case.id}) and (
        stated & items or post.traits.places & places
    ):
        return "same person"
    # Everyday words read like goods: half of those named have to be the need's.
    is_alone = by_sign.get("goods") == frozenset({case.id}) and 2 * len(stated & items) >= len(
        stated
    )
    is_near = post.candidate.said_at - earlier[0].post.at <= NEAR
    return "same goods" if is_alone and is_near else None


def _speaks_of_others(post: _Post, earlier: Sequence[Need], *, by_its_author: bool) -> bool:
    """Tell whether a post names another facility, ward or province than all needs do.

    by_its_author: whether the author of this case and no other speaks, who may tell of givers.
    """
    traits = [_traits(need) for need in earlier]
    named = {facility_key(f.text) for f in post.reading.facilities if f.role != "giving"}
    facilities = {key for one in traits for key in one.facilities | one.hosts}
    if named and facilities and not _related(named, facilities):
        return True
    campuses = set(_CAMPUS.findall(post.plain))
    spoken = {campus for need in earlier for campus in _CAMPUS.findall(normalise(need.words))}
    if campuses and spoken and not campuses & spoken:
        return True
    if not any(s.effect in _OF_GOODS for s in post.statements):
        return False  # 她进隔离病房了，找我: no other ward's goods
    wards = frozenset[str]().union(*(one.wards for one in traits))
    provinces = frozenset[str]().union(*(one.provinces for one in traits))
    elsewhere = not by_its_author and _disjoint(post.traits.provinces, provinces)
    return elsewhere or _disjoint(post.traits.wards, wards)


def _shares_facility(post: _Post, earlier: Sequence[Need]) -> bool:
    named = {facility_key(f.text) for f in post.reading.facilities if f.role != "giving"}
    facilities = {key for need in earlier for key in _traits(need).facilities}
    return any(_is_name_of(a, b) for a in named for b in facilities)


def _is_name_of(named: str, facility: str) -> bool:
    """Tell whether a key stands for a facility's, and for no other town's."""
    if is_generic(named, named):
        return False
    return relation(named, facility) in _NAMES or _is_short_form(named, facility)


def _is_short_form(named: str, facility: str) -> bool:
    """Tell whether a key leaves out what of a facility's key people do: 铁山医院, 竹溪中医院."""
    short = short_form(named)
    if is_generic(short, short) or other_kinds(named, facility):
        return False
    return short_form(facility).endswith(short)


def _related(named: set[str], facilities: set[str]) -> bool:
    return any(
        (relation(a, b) in _SAME or _is_short_form(a, b)) and not _opposed(a, b)
        for a in named
        for b in facilities
    )


def _opposed(one: str, other: str) -> bool:
    """Tell whether two names differ in one sign that tells two apart: 上 and 下, 东 and 西."""
    apart = [{a, b} for a, b in zip(one, other, strict=False) if a != b]
    return len(one) == len(other) and len(apart) == 1 and apart[0] <= _OPPOSITES


def _disjoint(one: frozenset[str], other: frozenset[str]) -> bool:
    return bool(one and other and not one & other)


def _traits(need: Need) -> Traits:
    return traits_of_post(need.post, need.words, need.reading)


def _passes_on(post: _Post, earlier: Sequence[Need]) -> bool:
    """Tell whether a post passes on the words of a need."""
    passed_on = "".join(part.text for part in split(post.plain) if part.kind == "reposted")
    if not passed_on:
        return False
    traits = traits_of(passed_on, Reading(), post_id=post.post.id)
    return any(same_text(traits, _traits(need)) for need in earlier)


def _is_own(post: _Post, case: Case, earlier: Sequence[Need]) -> bool:
    """Tell whether the case's own voice speaks; who speaks of paying never does.

    A copy of somebody's words makes nobody the case's own voice.
    """
    if post.traits.speaks_of_paying:
        return False
    reasons = {entry.need.id: entry.reason for entry in case.joined}
    first_at = min(need.post.at for need in case.needs)
    voices = [
        need
        for need in earlier
        if need.reading.voice == "firsthand"
        and (reasons[need.id] != "same text" or need.post.at == first_at)
    ]
    return any(_same_author(post.post, need.post) for need in voices) or _is_account(
        post.post, earlier
    )


def _same_author(one: StoredPost, other: StoredPost) -> bool:
    """Tell whether one author wrote two posts: by the source's own id, else the very name."""
    if one.id == other.id:
        return True
    if one.source != other.source or one.source in DOORS:  # who passes on tells of many
        return False
    if one.author_id or other.author_id:
        return one.author_id == other.author_id
    return bool(one.author) and one.author == other.author


def _is_account(post: StoredPost, earlier: Sequence[Need]) -> bool:
    """Tell whether the author's name is that of the facility in need, no name every town has."""
    if not post.author:
        return False
    key = facility_key(post.author)
    return not is_generic(key, key) and any(
        post.author == facility.text and post.source == need.post.source
        for need in earlier
        for facility in need.reading.facilities
        if facility.role == "needing"
    )


def _is_called_so(post: StoredPost, earlier: Sequence[Need]) -> bool:
    """Tell whether the author's name may be a facility's in need, which proves no voice."""
    key = facility_key(post.author or "")
    return any(
        _is_name_of(key, other) for need in earlier for other in _traits(need).facilities if key
    )


def _said(
    post: _Post, case: Case, earlier: Sequence[Need], *, own: bool, reason: str
) -> CaseUpdate | None:
    """Return what a post says of a case, None where that changes nothing."""
    amounts = {item.name: item for need in earlier[::-1] for item in need.reading.items}
    heard = [item.name for callback in case.callbacks for item in callback.items]
    names = {item.text: item.name for need in earlier for item in need.reading.items}
    said = updates_of(post.candidate.words, names)
    wanted = list(dict.fromkeys([*amounts, *heard, *_also_named(said, earlier)]))
    statements = [_with_kinds(one, wanted) for one in _new_statements(post, said, earlier)]
    if not statements:
        return None
    contacts = [c for need in earlier for c in need.reading.contacts]
    unwanted = tuple(_unwanted(post, statements, contacts))
    new_contacts = _new_contacts(post, statements, unwanted)
    known_keys = {KnownContact(kind=c.kind, value=c.dialled).key for c in contacts}
    is_new = any(c.key not in known_keys for c in new_contacts)
    is_new |= bool(unwanted and new_contacts) or _names_office(statements, earlier)
    larger = [
        item.name
        for item in post.reading.items
        if item.name not in amounts
        or (item.quantity or 0) > (amounts[item.name].quantity or item.quantity or 0)
    ]
    change = change_of(statements, wanted, larger=larger, new_contact=is_new)
    if post.candidate.need_id and change.effect == "more" and not (own and larger):
        return None  # what it asks for is its need
    if change.effect == "do_not_call" and not unwanted:
        return None
    if change.effect == "none" and not unwanted:
        return None
    goods = _goods(post, statements, change, wanted)
    start, end = _span(statements, post.candidate.words)
    return CaseUpdate(
        id=0,
        need_id=earlier[0].id,
        post=post.post,
        words=post.candidate.words,
        start=start,
        end=end,
        effect=change.effect if change.effect != "none" else "do_not_call",
        goods=goods,
        unwanted=unwanted,
        new_contacts=new_contacts if is_new and not post.traits.speaks_of_paying else (),
        own=own,
        reason=reason,
        said_at=post.candidate.said_at,
        matched_at=post.candidate.said_at,
    )


def _new_statements(
    post: _Post, said: Sequence[Statement], earlier: Sequence[Need]
) -> Iterator[Statement]:
    """Yield the statements that the needs did not make in the same words.

    A plea names whom to call; that is no change unless it says so.
    """
    told = [normalise(need.words) for need in earlier]
    for statement in said:
        words = normalise(statement.text).strip(" \n,、。;/")
        redirects = statement.effect != "contact_change" or _REDIRECTS.search(statement.text)
        if (redirects or not post.candidate.need_id) and not any(words in one for one in told):
            yield statement


def _also_named(said: Sequence[Statement], earlier: Sequence[Need]) -> Iterator[str]:
    """Yield the goods of statements that the needs name, too, though not as what they ask for."""
    stated = {name for s in said if s.effect != "more" for name in s.goods}
    for need in earlier:
        for mention in find_goods(normalise(need.words)):
            if mention.name in stated and not any(
                item.name.endswith(mention.name) for item in need.reading.items
            ):
                yield mention.name


def _with_kinds(statement: Statement, wanted: Sequence[str]) -> Statement:
    """Return a statement whose goods are those of the need.

    口罩 is said of all its masks, 物资 of all its goods.
    """
    goods: list[str] = []
    for name in statement.goods:
        if name.endswith(GENERAL) and name not in wanted:
            continue
        kinds = [other for other in wanted if other.endswith(name)]
        goods += [name] if name in wanted or not kinds else kinds
    return replace(statement, goods=tuple(dict.fromkeys(goods)))


def _span(statements: Sequence[Statement], words: str) -> tuple[int, int]:
    """Return where the words stand that say it, from the first statement to the last."""
    said = [s for s in statements if s.effect != "more"] or list(statements)
    start, end = min(s.start for s in said), max(s.end for s in said)
    end = min(end, start + LONGEST)
    return start, start + len(words[start:end].rstrip(" \t\n，,、。；;/"))


def _goods(
    post: _Post, statements: Sequence[Statement], change: Change, wanted: Sequence[str]
) -> tuple[UpdatedGoods, ...]:
    """Return what is said of each kind of goods: first what is there, then what is lacking."""
    state = _STATES.get(change.effect)
    goods = dict.fromkeys(change.goods, state) if state else {}
    for statement in statements:
        if statement.effect in ("more", "only", "again"):
            goods.update((name, "wanted") for name in statement.goods if name not in goods)
    told = told_amounts(post.plain)
    arrived = [name for name in goods if goods[name] == "arrived"]
    spans = [(s.start, s.end) for s in statements if s.effect == "arrived"]
    items = {item.name: item for item in post.reading.items}
    updated = []
    for name, how in goods.items():
        if how is None:
            continue
        mine = [t for t in told if t.goods and name.endswith(t.goods)]
        if not mine and len(arrived or goods) == 1:
            mine = [t for t in told if not t.goods]
        left = next((t for t in mine if t.lacking), None)
        here = next((t for t in mine if any(a <= t.start < b for a, b in spans)), None)
        item = items.get(name)
        amount = here if how == "arrived" else left
        updated.append(
            UpdatedGoods(
                name=name,
                state=how,
                quantity=amount.quantity if amount else item.quantity if item else None,
                unit=amount.unit if amount else item.unit if item else None,
                left=left.quantity if left and how == "arrived" else None,
            )
            if how != "enough"
            else UpdatedGoods(name=name, state=how)
        )
    return tuple(updated)


def _unwanted(
    post: _Post, statements: Sequence[Statement], contacts: Sequence[Contact]
) -> Iterator[KnownContact]:
    """Yield the contacts of a need that a post asks not to call."""
    asked = [s for s in statements if s.effect == "do_not_call"]
    if not asked:
        return
    numbers = [
        c for c in post.reading.contacts if c.do_not_call or any(_holds(s, c) for s in asked)
    ]
    keys = {KnownContact(kind=c.kind, value=c.dialled).key for c in numbers}
    words = "".join(normalise(s.text) for s in asked)
    by_key = {KnownContact(kind=c.kind, value=c.dialled).key: c for c in contacts}
    named = [key for key, c in by_key.items() if _is_named(c, words)]
    if keys or named or _TITLED.search(words):
        keys |= set(named)
    else:
        keys = set(by_key)  # 别再打电话了
    for key, contact in by_key.items():
        if key in keys:
            yield KnownContact(
                kind=contact.kind,
                value=contact.dialled,
                person=contact.person,
                role=contact.role,
            )


def _holds(statement: Statement, contact: Contact) -> bool:
    return statement.start <= contact.start < statement.end


def _is_named(contact: Contact, words: str) -> bool:
    """Tell whether words speak of who answers a contact: by name and title, or the name in full."""
    person, role = contact.person or "", contact.role or ""
    whole = normalise(f"{person}{role}")
    if len(whole) > 1 and whole in words:
        return True
    return len(person) > 1 and normalise(person) in words


def _new_contacts(
    post: _Post, statements: Sequence[Statement], unwanted: Sequence[KnownContact]
) -> tuple[KnownContact, ...]:
    """Return whom a post says to call instead; none where it says nothing of that."""
    if not any(s.effect in ("contact_change", "do_not_call") for s in statements):
        return ()
    barred = {contact.key for contact in unwanted}
    asked = [s for s in statements if s.effect == "do_not_call"]
    instead = [s for s in statements if s.effect == "contact_change"]
    contacts = [
        KnownContact(kind=c.kind, value=c.dialled, person=c.person, role=c.role)
        for c in post.reading.contacts
        if any(_holds(s, c) for s in instead)
        or not (c.do_not_call or any(_holds(s, c) for s in asked))
    ]
    return tuple(contact for contact in contacts if contact.key not in barred)


def _names_office(statements: Sequence[Statement], earlier: Sequence[Need]) -> bool:
    """Tell whether a person or office is named to call instead that the needs do not name."""
    words = "".join(normalise(need.words) for need in earlier)
    return any(
        office["whom"] not in words
        for statement in statements
        if statement.effect == "contact_change"
        for office in _OFFICE.finditer(normalise(statement.text))
    )
