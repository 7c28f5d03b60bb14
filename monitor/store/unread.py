"""Posts whose present words nobody read yet, kept by the store itself, so that none is sought.

To look for them among all posts took longer than to read what a day brings.
"""

from __future__ import annotations

from sqlite_utils import Database

_READ = (
    "SELECT 1 FROM readings WHERE readings.post_id = posts.id AND readings.digest = posts.digest"
)
TABLE = f"""
CREATE TABLE unread_posts (post_id INTEGER PRIMARY KEY REFERENCES posts (id));
INSERT INTO unread_posts SELECT id FROM posts WHERE NOT EXISTS ({_READ})
"""


def _look_again(event: str, post: str) -> str:
    """Return a trigger by which an event puts a post on the list, or takes it off."""
    name = event.lower().replace(" ", "_")
    return (
        f"CREATE TRIGGER unread_{name} AFTER {event} BEGIN "
        f"DELETE FROM unread_posts WHERE post_id = {post}; "
        "INSERT INTO unread_posts SELECT id FROM posts "
        f"WHERE id = {post} AND NOT EXISTS ({_READ}); END"
    )


TRIGGERS = (
    # By far the most often: every post comes, and is read.
    "CREATE TRIGGER unread_post AFTER INSERT ON posts BEGIN "
    "INSERT OR IGNORE INTO unread_posts VALUES (NEW.id); END",
    "CREATE TRIGGER unread_read AFTER INSERT ON readings BEGIN "
    "DELETE FROM unread_posts WHERE post_id = NEW.post_id "
    "AND NEW.digest = (SELECT digest FROM posts WHERE id = NEW.post_id); END",
    _look_again("UPDATE OF digest ON posts", "NEW.id"),
    _look_again("UPDATE OF digest ON readings", "NEW.post_id"),
    _look_again("DELETE ON readings", "OLD.post_id"),
    "CREATE TRIGGER unread_gone BEFORE DELETE ON posts BEGIN "
    "DELETE FROM unread_posts WHERE post_id = OLD.id; END",
)


def make_unread(db: Database) -> None:
    """Make the list of what is unread, and what keeps it."""
    for statement in TABLE.split(";"):
        db.execute(statement)
    for trigger in TRIGGERS:
        db.execute(trigger)
