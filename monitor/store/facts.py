"""Where a need is and whose: its reading goes in, rows that analysts can group by come out.

A facility's key is its town's code and its name without the names of places: 420500/橘洲医院. A
writing that tells no town goes to the one facility of this name that has one, where there is one.
All of it is derived, and is written again with the need.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlite_utils import Database

from classifiers.need import CONCERNED, Facility, Place, Reading
from monitor.masking import masked
from monitor.store.facility_keys import facility_key

_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Where a need is, and whose.

    facility: as it is written, numbers masked. alias: its key in all styles of writing.
    bare: the alias without places; None where no facility is told, or it is one that every town
        has and no town is told.
    town: code of the town or province, "" for none. code: of the most exact division.
    """

    facility: str | None = None
    alias: str | None = None
    bare: str | None = None
    town: str = ""
    code: str | None = None


def note_facts(db: Database, need_id: int, reading: Reading) -> None:
    """Write where a need is and whose, and which names mean one facility."""
    facts = facts_of(reading)
    if facts.code:
        _note_division(db, facts.code)
    db.execute(
        "INSERT OR REPLACE INTO need_facts (need_id, facility, alias, town, code) "
        "VALUES (?, ?, ?, ?, ?)",
        [need_id, facts.facility, facts.alias, facts.town, facts.code],
    )
    if facts.alias is not None:
        _note_alias(db, facts)


def facts_of(reading: Reading) -> Facts:
    """Return where the goods of a need must go, and for which facility."""
    if not (reading.facilities or reading.places):
        return Facts()
    # With these come the readers, which no command that only opens the store is to wait for.
    from classifiers.facilities.same_name import home_of
    from classifiers.places.gazetteer import code_of, regions
    from classifiers.whereabouts import is_visiting, whereabouts

    needing = next((f for role in CONCERNED for f in reading.facilities if f.role == role), None)
    told = [(p.province, p.city, p.county) for p in whereabouts([reading]).places]
    if needing and not is_visiting(needing, reading) and (home := home_of(needing.text)):
        provinces = {province for province, *_ in told}
        told += [(*home, None)] if home[0] in provinces or not told else []
    codes = [code for names in told if (code := code_of(*names))]
    code = max(codes, key=lambda one: regions()[one].level, default=None)
    if needing is None:
        return Facts(code=code)
    town, bare = _identity(needing.text, code)
    return Facts(
        facility=masked(needing.text)[:_LONGEST_NAME],
        alias=masked(facility_key(needing.text)),
        bare=masked(bare) if bare else None,
        town=town,
        code=code,
    )


def _identity(name: str, code: str | None) -> tuple[str, str | None]:
    """Return the code of a facility's town and its name without places.

    code: where its need is. A name that begins with a town tells its own.
    """
    from classifiers.facilities.same_name import home_code, is_of_any_town, placed_name
    from classifiers.places.gazetteer import is_town, regions, town_code

    home = home_code(name)
    region = regions().get(home or code or "")
    if region is None:
        bare = facility_key(name)
        return "", None if is_of_any_town(bare) else bare
    town = town_code(region.code(region.level))
    bare = placed_name(name, region.province, region.city)
    if is_of_any_town(bare):
        if not is_town(town):
            return town, None
        if region.county and not home:
            bare = facility_key(region.county + bare)  # 人民医院 of a county is not the town's
    return town, bare


def _note_alias(db: Database, facts: Facts) -> None:
    known = db.execute(
        "SELECT bare FROM facility_aliases WHERE alias = ? AND town = ?", [facts.alias, facts.town]
    ).fetchone()
    if known and known["bare"] == facts.bare:
        return
    db.execute(
        "INSERT OR REPLACE INTO facility_aliases (alias, town, name, bare, facility_key) "
        "VALUES (?, ?, ?, ?, ?)",
        [facts.alias, facts.town, facts.facility, facts.bare, None],
    )
    for bare in {facts.bare, known["bare"] if known else None} - {None}:
        _key_again(db, str(bare))


def _key_again(db: Database, bare: str) -> None:
    """Give all writings of a name their keys: those with a town first, then those without."""
    from classifiers.places.gazetteer import is_town

    rows = db.execute(
        "SELECT DISTINCT town FROM facility_aliases WHERE bare = ?", [bare]
    ).fetchall()
    towns = [row["town"] for row in rows]
    exact = [town for town in towns if is_town(town)]
    for town in towns:
        inside = [other for other in exact if other.startswith(town[:2])]
        home = inside[0] if not is_town(town) and len(inside) == 1 else town
        db.execute(
            "UPDATE facility_aliases SET facility_key = ? WHERE bare = ? AND town = ?",
            [f"{home}/{bare}", bare, town],
        )


def _note_division(db: Database, code: str) -> None:
    """Write the table of divisions where it is empty or does not know this code."""
    if db.execute("SELECT 1 FROM divisions WHERE code = ?", [code]).fetchone():
        return
    from classifiers.places.gazetteer import coordinates, regions

    points = coordinates()
    db.conn.executemany(
        "INSERT OR REPLACE INTO divisions (code, level, name, province, city, county, longitude, "
        "latitude) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            (
                key,
                ("province", "city", "county")[region.level],
                region.name,
                region.province,
                region.city,
                region.county,
                *points.get(key, (None, None)),
            )
            for key, region in regions().items()
        ),
    )


def note_all_facts(db: Database) -> None:
    """Write the facts of every need that stands in the store."""
    last = 0
    while True:
        rows = db.execute(
            "SELECT id FROM needs WHERE id > ? ORDER BY id LIMIT 500", [last]
        ).fetchall()
        if not rows:
            return
        for row in rows:
            last = row["id"]
            note_facts(db, last, _reading(db, last))


def _reading(db: Database, need_id: int) -> Reading:
    """Return of a need's reading what the facts are made of."""
    facilities = db.execute(
        'SELECT text, "start", "end", role FROM facilities WHERE need_id = ? ORDER BY id', [need_id]
    )
    places = db.execute(
        'SELECT text, "start", "end", province, city, county, code FROM places '
        "WHERE need_id = ? ORDER BY id",
        [need_id],
    )
    return Reading(
        flagged=True,
        score=0,
        label="request",
        facilities=tuple(Facility(**dict(row)) for row in facilities),
        places=tuple(Place(**dict(row)) for row in places),
    )
