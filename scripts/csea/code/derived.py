"""What follows from other columns of a release, made anew after a correction of those.

``hand.py`` and ``machine.py`` fill these columns in the same way; the rules in ``schemas/rules/releases.yaml`` hold all
of them to it.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from csea.curate import Frames


def with_derived(coded: Frames, moved: Iterable[str]) -> Frames:
    """The code room's tables with what follows in releases from the other columns as they are now.

    ``moved`` are the releases with another ``url`` than before, of which ``source_host`` is made anew.
    """
    releases = coded["releases"]
    names_platform = releases["release_id"].isin(coded["release_platforms"]["release_id"])
    in_scope = names_platform | (releases["is_child_exploitation"] == "true")
    derived = {"in_scope": in_scope, "url_withheld": releases["url"].isna()}
    columns = {name: mask.map({True: "true", False: "false"}) for name, mask in derived.items()}
    is_moved = releases["release_id"].isin(set(moved)) & releases["url"].notna()
    hosts = releases["url"].map(_host, na_action="ignore")
    return {**coded, "releases": releases.assign(**columns, source_host=releases["source_host"].mask(is_moved, hosts))}


def _host(url: str) -> str | None:
    """The host of an address, without a leading www.; None of what is no address, which the checks refuse."""
    try:
        return (urlsplit(url).hostname or "").removeprefix("www.") or None
    except ValueError:
        return None
