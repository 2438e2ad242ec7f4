"""Which releases are in scope: those that name a tracked platform or concern child sexual exploitation.

Most releases are not, and a quick test says so of nearly all of them in two passes over the text.
Out of scope: what the subject is (``subject.py``) and what is a platform's name (``platforms.py``).
"""

from __future__ import annotations

from csea.code.findings import Finding
from csea.code.rules import compiled
from csea.code.variables.platform_names import Aliases, Need

# Words that alone can be the subject. Tests hold all rules of the subject to these lists.
_SUBJECT = compiled(
    "|".join(
        [
            "porn|(?-i:CSAM|ICAC)|sextort|pedophil|predator|molest|hurtcore|sex offender|enticement|cyberbullying",
            "child(?:ren)?(?:.s)? (?:sex|exploit|abus|erotica|prostitut|traffick|rap)|exploited child|statutory rape",
            "crimes against children|project safe childhood|sexual(?:ly)? exploit|(?:illicit|criminal) sexual",
            "operation restore justice|innocence lost|cross country|take 25",
            "(?:internet|online) (?:safety|predator|danger)",
            r"\b(?:2251|2252|2260|2422|2423|1591|1470|1466A|2241|2243|2244)",
        ]
    )
)
# Words that can be it together: of sexual and other abuse, and for a minor.
_SEXUAL = compiled(
    "sex|obscen|lewd|nud[ei]|naked|prostitut|rape|indecent|lascivious|entic|groom|explicit|exploit|lur(?:e|ed|ing)"
)
_MINOR = compiled(
    "child|minor|teen|girl|boy|juvenile|year-old|underage|infant|toddler|kids|daughter|youth|student|years? old"
    r"|(?:be|was|age|aged|ages) 1?\d\b"
)


def is_in_scope(findings: list[Finding]) -> bool:
    """Whether a release names a tracked platform or concerns child sexual exploitation."""
    return any(
        finding.variable == "platform" or (finding.variable == "is_child_exploitation" and finding.value == "true")
        for finding in findings
    )


def may_be_in_scope(text: str, names: Aliases) -> bool:
    """A quick test that passes every release in scope, and some others."""
    data = text.encode("latin-1", "replace")
    if _SUBJECT.search(data) or (_SEXUAL.search(data) and _MINOR.search(data)):
        return True
    return any(
        names.form(match[1]).need in (Need.NOTHING, Need.TYPE) or not match[1].islower()
        for match in names.finder.finditer(data)
    )
