"""Gather the words that made a post a request: a read Doc goes in, spans with roles come out."""

from __future__ import annotations

from spacy.tokens import Doc

from classifiers import roles
from classifiers.need import Evidence
from classifiers.reader import plain, reader, span

_SHOWN_ROLES = ("asking", "lacking")


@reader("evidence", after=("request",))
def read_evidence(doc: Doc) -> tuple[Evidence, ...]:
    """Return the evidence in the order of the text, without overlaps; none where not flagged."""
    if not doc._.request.flagged:
        return ()
    found = [
        *((item.start, item.end, "goods") for item in doc._.items),
        *((facility.start, facility.end, "facility") for facility in doc._.facilities),
        *((contact.start, contact.end, "contact") for contact in doc._.contacts),
    ]
    if doc._.urgency:
        found.append((doc._.urgency.start, doc._.urgency.end, "urgency"))
    for cue in roles.find(plain(doc)):
        found += [(cue.start, cue.end, role) for role in _SHOWN_ROLES if role in cue.roles][:1]
    taken = bytearray(len(plain(doc)))
    evidence = []
    for start, end, role in found:
        if not any(taken[start:end]):
            taken[start:end] = b"\1" * (end - start)
            evidence.append(span(doc, Evidence, start, end, role=role))
    return tuple(sorted(evidence, key=lambda entry: entry.start))
