"""What follows from other columns of a release, made anew after a correction of those.

``hand.py`` and ``machine.py`` fill these columns in the same way; the rules in ``schemas/rules/releases.yaml`` hold all
of them to it.
"""

from __future__ import annotations

from csea.curate import Frames


def with_derived(coded: Frames) -> Frames:
    """The code room's tables with ``url_withheld`` and ``in_scope`` of releases as the other columns now have it."""
    releases = coded["releases"]
    names_platform = releases["release_id"].isin(coded["release_platforms"]["release_id"])
    in_scope = names_platform | (releases["is_child_exploitation"] == "true")
    derived = {"in_scope": in_scope, "url_withheld": releases["url"].isna()}
    columns = {name: mask.map({True: "true", False: "false"}) for name, mask in derived.items()}
    return {**coded, "releases": releases.assign(**columns)}
