"""Errors raised when a store cannot be opened: each text says what happened and what to do."""

from pathlib import Path


class StorageRefusal(Exception):
    """A store cannot be opened, for a reason that the operator can act on.

    ``str()`` of the error is plain words for a terminal, naming files, never their content.
    """


class WrongKey(StorageRefusal):
    """The key does not belong to the file, or the passphrase opens no key slot."""


class NewerDatabase(StorageRefusal):
    """The file comes from a later release of Steward."""


class PlainFile(StorageRefusal):
    """The file is an unencrypted database."""


class DamagedFile(StorageRefusal):
    """The right file with the right key, but its bytes are not what was written."""


class UnexpectedSchema(StorageRefusal):
    """The tables are not the ones that this release's migrations make."""


def wrong_key(path: Path) -> WrongKey:
    """Error: the database file and keyslots.json do not belong together."""
    return WrongKey(
        f"{path} cannot be opened with this installation's key: the file and keyslots.json do not "
        "belong together. This happens when they come from different backups. Put back the two "
        "files of the same backup (steward restore does)."
    )


def plain_file(path: Path) -> PlainFile:
    """Error: the database file is not encrypted."""
    return PlainFile(
        f"{path} is not encrypted, so Steward did not write it and will not use it. "
        "Move it out of the data directory."
    )


def encrypted_file(path: Path) -> WrongKey:
    """Error: the file is encrypted, or is no database, and no key was given."""
    return WrongKey(f"{path} is encrypted (or no database at all) and no key was given.")


def damaged(path: Path, what: str) -> DamagedFile:
    """Error: the file is damaged; ``what`` says how, for the operator."""
    return DamagedFile(
        f"{path} is damaged: {what}. Nothing was changed. Copy the whole data directory somewhere "
        "safe, check the disk, then bring back the last good backup (steward restore)."
    )
