"""Encryption of backups: a file and who may open it in, a file of the age format out and back.

The format is age's (age-encryption.org), written by its Rust library: whoever has the age command
opens a backup without this program. pyrage is an extra, imported where it is used.
"""

from __future__ import annotations

import getpass
import os
import sys
from pathlib import Path
from types import ModuleType

from monitor.errors import DistressError, SettingsError
from monitor.files import make_file, write_file
from monitor.settings import BackupSettings
from spiders.base.options import secret
from spiders.base.trouble import AnswerError

ENDING = ".age"
_EXTRA = "pip install 'distress-signal-monitor[backup]'"


def is_sealing(backup: BackupSettings) -> bool:
    """Tell whether backups are encrypted."""
    return bool(backup.recipient or backup.passphrase)


def seal(plain: Path, target: Path, backup: BackupSettings) -> Path:
    """Write a file encrypted to the recipient of the settings, else by their passphrase.

    By a passphrase it is held in memory as a whole. Returns the file written, for its owner alone.
    """
    age = _age()
    target = target.with_name(target.name + ENDING)
    part = target.with_name(f".{target.name}.{os.getpid()}.part")
    make_file(part)
    try:
        if backup.recipient:
            recipient = age.x25519.Recipient.from_str(backup.recipient)
            age.encrypt_file(str(plain), str(part), [recipient])
        else:
            words = _passphrase(backup)
            write_file(part, bytes(age.passphrase.encrypt(plain.read_bytes(), words)))
        return part.replace(target)
    except (age.RecipientError, age.EncryptError) as error:
        raise SettingsError(
            f"backup.recipient = {backup.recipient!r}: {error}. Write the public key that "
            "age-keygen prints; it begins with age1"
        ) from None
    finally:
        part.unlink(missing_ok=True)


def unseal(file: Path, target: Path, backup: BackupSettings, identity: Path | None = None) -> None:
    """Write what an encrypted file holds to another, for its owner alone.

    identity: a file with the secret key that belongs to the recipient; without it the passphrase.
    Raises DistressError where it is another's, or the file is damaged.
    """
    age = _age()
    make_file(target)
    try:
        if identity:
            parts = identity.read_text(encoding="utf-8").split()
            keys = [word for word in parts if word.startswith("AGE-SECRET-KEY-")]
            if not keys:
                raise DistressError(f"{identity} holds no secret key; age-keygen writes one")
            age.decrypt_file(str(file), str(target), [age.x25519.Identity.from_str(keys[0])])
        else:
            write_file(
                target, bytes(age.passphrase.decrypt(file.read_bytes(), _passphrase(backup)))
            )
    except (age.DecryptError, age.IdentityError) as error:
        other = "that key" if identity else "that passphrase"
        raise DistressError(
            f"cannot open {file} with {other}: {error}. Name the file of the secret key with "
            "--identity, or give the passphrase that it was made with"
        ) from None


def _passphrase(backup: BackupSettings) -> str:
    variable = backup.passphrase
    if variable and (os.environ.get(variable) or os.environ.get(f"{variable}_FILE")):
        try:
            return secret(variable)
        except AnswerError as error:
            raise DistressError(str(error)) from None
    if sys.stdin.isatty():
        return getpass.getpass("passphrase of the backup: ")
    raise DistressError(
        f"set the environment variable {variable or 'that [backup] passphrase names'}, or "
        f"{variable or 'VARIABLE'}_FILE to a file, with the passphrase of the backups"
    )


def _age() -> ModuleType:
    try:
        import pyrage
    except ImportError:
        raise DistressError(f"encrypted backups need an extra: {_EXTRA}") from None
    return pyrage  # type: ignore[no-any-return]
