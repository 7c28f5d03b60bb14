"""Contacts: a post goes in; its numbers and ids, and who answers them, come out as spans.

Never makes up a person or completes a number: both stand in the post.
"""

from __future__ import annotations

from classifiers.contacts.contacts import read_contacts

__all__ = ["phones", "read_contacts"]
