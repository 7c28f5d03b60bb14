"""A stored post goes in, its reading comes out, by the door that it came in.

What a person told by another door is a need, whatever the classifier of posts thinks of its words.
"""

from __future__ import annotations

import dataclasses

from classifiers import pipeline
from classifiers.doors import LISTS, NEEDS, CheckedGoods, checked_goods
from classifiers.goods.names import find_goods
from classifiers.need import Item, Reading
from classifiers.normalise import normalise


def read_stored(source: str, words: str, author: str | None = None) -> Reading:
    """Return the reading of the words of a post from a source or a door.

    author: the name of who wrote it, where it is known.
    """
    if source not in NEEDS and source not in LISTS:
        return pipeline.read_post(words, author)
    [reading] = pipeline.read([words], gated=False)
    if source in LISTS:
        people = Reading(contacts=reading.contacts, places=reading.places)
        return _told(people, "passed on")
    goods = checked_goods(words)
    if goods is not None:
        reading = dataclasses.replace(reading, items=tuple(map(_item, goods)))
    return _told(reading, NEEDS[source])


def unreadable(source: str) -> Reading:
    """Return the reading of a post that a reader failed on: noise, and by a door a bare need."""
    if source in NEEDS or source in LISTS:
        return _told(Reading(), NEEDS.get(source, "passed on"))
    return Reading()


def _told(reading: Reading, voice: str) -> Reading:
    return dataclasses.replace(reading, flagged=True, score=1.0, label="request", voice=voice)


def _item(goods: CheckedGoods) -> Item:
    quantity, most, unit = goods.parts
    return Item(
        text=goods.name,
        start=goods.start,
        end=goods.end,
        name=canonical(goods.name),
        quantity=quantity,
        quantity_max=most,
        quantity_text=goods.amount,
        unit=unit,
    )


def canonical(name: str) -> str:
    """Return the canonical name of goods that are one listed name, else the words as they are."""
    plain = normalise(name)
    whole = [one.name for one in find_goods(plain) if (one.start, one.end) == (0, len(plain))]
    return whole[0] if whole else name
