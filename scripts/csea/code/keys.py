"""The permanent key of a release of the archive: what its id in the register stands for."""

from __future__ import annotations

from csea.io import sha256
from csea.register import address_key


def release_key(address: str | None, uuid: str | None) -> str | None:
    """Hash of the release's address, or else of its uuid; None where it has neither."""
    if address:
        return address_key(address)
    return sha256(f"uuid:{uuid.lower()}".encode()) if uuid else None
