"""A facility's name as a post writes it in, the key that the store finds it by out."""

from __future__ import annotations


def facility_key(text: str) -> str:
    """Return the key; as classifiers.facilities.same_name.facility_key, loaded when first used.

    With it come all readers, which no command that only opens the store is to wait for.
    """
    from classifiers.facilities.same_name import facility_key as key_of

    return key_of(text)
