"""The permanent key of a release of the archive: what its id in the register stands for."""

from __future__ import annotations

from csea.archive.withheld import uuid_key
from csea.register import address_key


def release_key(address: str | None, uuid: str | None) -> str | None:
    """Hash of the release's address, or else of its uuid; None where it has neither."""
    if address:
        return address_key(address)
    return uuid_key(uuid) if uuid else None
