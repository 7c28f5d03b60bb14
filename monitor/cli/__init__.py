"""The commands, in the order of the line; the only room that prints.

What each does is told here, for the list of commands; its module is loaded when it is used. A test
holds these words to those that the command itself begins with.
"""

from monitor.cli.frame import main

__all__ = ["main"]

main.add_late(
    "setup",
    {
        "init": "Write a commented settings file.",
        "check": "Validate the settings, load every spider, reader and call script, tell what will "
        "not work.",
        "sources": "List the configured sources and the spiders that exist with their keys.",
        "rehearse": "Write a page to rehearse on before the first call: invented callers, answered "
        "in writing.",
        "new-source": "Begin a new spider in a checkout: its file, a sample and a test that fails "
        "until written.",
    },
)
main.add_late(
    "stages",
    {
        "crawl": "Crawl the named sources, or all that are enabled, into the store.",
        "flag": "Read the unread posts, and put the needs found into cases.",
        "digest": "Route the open cases to agents and write the day's pages.",
    },
)
main.add_late(
    "intake",
    {
        "intake": "Take in what comes by other doors than posts: calls, notes, sheets, pictures, "
        "lists.",
    },
)
main.add_late(
    "campaigns",
    {
        "campaign": "Call the people of a contact list in rounds, so many a day, whoever was not "
        "reached again.",
    },
)
main.add_late("scripts", {"script": "Read and check what agents say on the phone."})
main.add_late("callbacks", {"callback": "Take in how callbacks ended."})
main.add_late("supplies", {"supplies": "List the confirmed goods and how far each is on its way."})
main.add_late(
    "cases",
    {"case": "Look at cases, undo merges, give them to agents, open them again."},
)
main.add_late(
    "contacts",
    {"contact": "Look at contacts over all cases, and keep the do-not-call list."},
)
main.add_late(
    "desk",
    {"desk": "Serve the agents' pages, taking their outcomes at once, until stopped."},
)
main.add_late(
    "notify",
    {
        "notify": "Try the channels that messages go to, see what was sent, send again.",
    },
)
main.add_late(
    "whole",
    {
        "once": "Walk the whole line: crawl every source, flag, merge, route, write the digest, "
        "tell people.",
        "run": "Keep walking the line in the rhythm of the settings until stopped.",
        "demo": "Walk the line offline over a bundled day after two weeks of calls, and name what "
        "to do next.",
    },
)
main.add_late(
    "status",
    {
        "status": "Show how sources and messages do, what to do about what fails, and what each "
        "agent has.",
    },
)
main.add_late(
    "privacy",
    {
        "forget": "Take a person's or post's words, numbers and names out for good, and keep them "
        "out.",
        "audit": "List who exported data, looked at numbers in full, or had somebody forgotten.",
    },
)
main.add_late(
    "recovery",
    {
        "backup": "Copy the store while the desk works, check the copy, and remove backups that "
        "have expired.",
        "doctor": "Look for what is wrong with this desk, and name what mends each.",
        "restore": "Put a backup in the place of the store; the newest where none is named.",
    },
)
main.add_late(
    "reading",
    {
        "classify": "Read posts as a filter: JSON Lines with id and text in, a reading a line out.",
        "train": "Fit the request classifier; a model that is worse than the present one is not "
        "put in use.",
        "score": "Measure the readers on labelled posts, or on the held-out fifth of the corpus.",
    },
)
main.add_late(
    "reread",
    {
        "reread": "Read stored posts by the present readers, and show what would differ; numbers "
        "masked.",
    },
)
main.add_late(
    "analysis",
    {
        "search": "Find posts and notes of calls that hold all words, in either script; numbers "
        "are masked.",
        "export": "Write cases, posts, callbacks, supplies, updates, campaigns or demand to a "
        "file.",
        "report": "Write one page with charts and tables of some days, compared with as many "
        "before.",
        "explore": "Show a copy of the views in a browser on this machine: facets, queries, CSV "
        "and JSON.",
        "schema": "Print what the views of the store hold, column by column.",
    },
)
