"""Signs: what a post shares with others goes in; kinds and keys to find it by come out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from sqlite_utils import Database

from classifiers.doors import DOORS
from classifiers.need import CONCERNED, Reading
from classifiers.normalise import normalise
from monitor.store.facility_keys import facility_key
from monitor.store.times import storable
from monitor.types import KnownContact, StoredPost
from spiders.base.post import Post

Sign = tuple[str, str]
# Signs that many share: they tell only beside others.
WIDE = frozenset({"goods", "person", "surname"})
_LONG_ENOUGH = 4  # characters from which the end of a facility's name stands for the whole
_NAMED = re.compile(r"//\s?@([^\s:：@/]{1,40})[:：]")
_AT_MOST = 20  # authors that a chain of reposts is looked at for


def need_signs(post: StoredPost, reading: Reading) -> set[Sign]:
    """Return by what a need is found for the updates to come."""
    signs = {*_author(post.source, post.author, post.author_id), *_contacts(reading)}
    for key in _keys(f.text for f in reading.facilities if f.role in CONCERNED):
        signs.add(("facility", key))
        signs.update(("ending", end) for end in _ends(key))
        signs.update(_short_forms(key))
    signs.update(("goods", item.name) for item in reading.items)
    signs.update(("surname", c.person) for c in reading.contacts if c.person and len(c.person) == 1)
    return signs | _people(post.words)


def update_signs(post: StoredPost, reading: Reading) -> set[Sign]:
    """Return by what the needs are found that an update may speak of."""
    signs = {*_author(post.source, post.author, post.author_id), *_contacts(reading)}
    for name in [post.reposted_author, *_NAMED.findall(post.words)[:_AT_MOST]]:
        signs.update(_author(post.source, name, None))
    names = [f.text for f in reading.facilities if f.role != "giving"]
    for key in _keys([*names, post.author or ""]):
        signs.update({("facility", key), ("ending", key)})
        signs.update(("facility", end) for end in _ends(key))
        signs.update(_short_forms(key))
    stated = {name for s in reading.details.get("updates", ()) for name in s.goods}
    signs.update(("goods", name) for name in stated)
    people = _people(post.words)
    signs.update(("surname", name.lstrip("老小")[:1]) for _, name in people)
    return signs | people


def _people(words: str) -> set[Sign]:
    from classifiers.updates import people_named  # loads readers, as facility_key does

    return {("person", name) for name in people_named(normalise(words))}


def _author(source: str, name: str | None, author_id: str | None) -> Iterator[Sign]:
    if source in DOORS:  # who passes needs on tells many
        return
    if name:
        yield "author", f"{source} {name}"
    if author_id:
        yield "author id", f"{source} {author_id}"


def _contacts(reading: Reading) -> Iterator[Sign]:
    for contact in reading.contacts:
        yield "contact", contact_key(contact.kind, contact.dialled)


def contact_key(kind: str, value: str) -> str:
    """Return the sign of a contact; all telephone numbers are of one kind."""
    return contact_sign(KnownContact(kind=kind, value=value).key)


def contact_sign(key: tuple[str, str]) -> str:
    """Return the sign of a contact with this key."""
    return ":".join(key)


def _keys(names: Iterable[str]) -> set[str]:
    return {facility_key(name) for name in names if name}


def _ends(key: str) -> Iterator[str]:
    """Yield the ends of a facility's key that may stand for it; names every town has do not."""
    from classifiers.facilities.same_name import is_generic  # loads readers, as facility_key does

    ends = (key[at:] for at in range(1, len(key) - _LONG_ENOUGH + 1))
    return (end for end in ends if not is_generic(end, end))


def _short_forms(key: str) -> Iterator[Sign]:
    """Yield the short form of a facility's key, and its ends that may stand for it."""
    from classifiers.facilities.same_name import is_generic, short_form

    short = short_form(key)
    if not is_generic(short, short):
        yield from (("short form", form) for form in (short, *_ends(short)))


def note_author_again(db: Database, post_id: int, post: Post, source: str) -> None:
    """Write anew by which author the needs of a post are found."""
    for row in db.execute("SELECT id FROM needs WHERE post_id = ?", [post_id]).fetchall():
        db.execute(
            "DELETE FROM need_signs WHERE kind IN ('author', 'author id') AND need_id = ?",
            [row["id"]],
        )
        for sign in _author(source, storable(post.author), storable(post.author_id)):
            db.execute(
                'INSERT OR IGNORE INTO need_signs (kind, "key", need_id) VALUES (?, ?, ?)',
                [*sign, row["id"]],
            )


def note_signs_again(db: Database) -> None:
    """Fill the signs of all needs that the store holds; of a migration."""
    write = 'INSERT OR IGNORE INTO need_signs (kind, "key", need_id) VALUES (?, ?, ?)'
    for row in db.execute(
        "SELECT needs.id, source, author, author_id FROM needs JOIN posts ON posts.id = post_id"
    ).fetchall():
        for sign in _author(row["source"], row["author"], row["author_id"]):
            db.execute(write, [*sign, row["id"]])
    for row in db.execute(
        "SELECT need_id, kind, coalesce(area || '-', '') || value AS value FROM contacts"
    ).fetchall():
        db.execute(write, ["contact", contact_key(row["kind"], row["value"]), row["need_id"]])
    for row in db.execute(
        "SELECT need_id, text FROM facilities WHERE role IN (?, ?)", list(CONCERNED)
    ).fetchall():
        key = facility_key(row["text"])
        db.execute(write, ["facility", key, row["need_id"]])
        for end in _ends(key):
            db.execute(write, ["ending", end, row["need_id"]])


def note_wide_signs_again(db: Database) -> None:
    """Fill the goods, people and short forms of all needs that the store holds; of a migration."""
    write = 'INSERT OR IGNORE INTO need_signs (kind, "key", need_id) VALUES (?, ?, ?)'
    db.execute(
        'INSERT OR IGNORE INTO need_signs (kind, "key", need_id) '
        "SELECT 'goods', name, need_id FROM items "
        "UNION SELECT 'surname', person, need_id FROM contacts WHERE length(person) = 1"
    )
    for row in db.execute("SELECT id, words FROM needs").fetchall():
        db.conn.executemany(write, [(*sign, row["id"]) for sign in _people(row["words"])])
    for row in db.execute(
        "SELECT need_id, text FROM facilities WHERE role IN (?, ?)", list(CONCERNED)
    ).fetchall():
        signs = _short_forms(facility_key(row["text"]))
        db.conn.executemany(write, [(*sign, row["need_id"]) for sign in signs])
