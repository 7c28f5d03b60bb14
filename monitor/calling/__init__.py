"""The rules of calling: cases, callbacks and marks go in; whom to call next and when comes out.

Pure: knows no store, no page and no clock; `now` is always given. What a page does by itself stands
in page/*.js, each beside its twin here, and both are held to the same answers.
"""

__all__ = [
    "back",
    "clashes",
    "contacts",
    "dispositions",
    "goods",
    "hours",
    "ladder",
    "next_call",
    "numbers",
    "order",
    "standing",
    "story",
]
