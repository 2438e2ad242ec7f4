"""One release coded: all variables, each value with its evidence. No name leaves this room but for linking.

Only releases in scope are coded further: those that name a platform or concern child sexual exploitation.
"""

from __future__ import annotations

from csea.code.boilerplate import prepare
from csea.code.document import Document
from csea.code.findings import Finding
from csea.code.rules import compiled
from csea.code.scope import is_in_scope, may_be_in_scope
from csea.code.variables.conduct import conduct_findings
from csea.code.variables.kind import kind_findings
from csea.code.variables.origin import origin_finding
from csea.code.variables.platform_names import Aliases, Named
from csea.code.variables.platforms import marked_names, named_platforms, platform_findings
from csea.code.variables.sentence import sentence_findings
from csea.code.variables.statutes import statute_findings
from csea.code.variables.subject import subject_finding
from csea.code.variables.suspects import suspects_finding

_SAFE_CHILDHOOD = compiled(r"project safe childhood")


def code_text(text: str, names: Aliases) -> list[Finding]:
    """Every finding of a release's normal text, in a fixed order of variables, in scope or not."""
    document = prepare(text)
    named = named_platforms(document, names)
    return _further(document, named, names, _scope(document, named))


def code_in_scope(text: str, names: Aliases) -> list[Finding] | None:
    """Every finding of a release in scope, or None: a release out of scope is only coded as far as tells that."""
    if not may_be_in_scope(text, names):
        return None
    document = prepare(text)
    named = named_platforms(document, names)
    findings = _scope(document, named)
    return _further(document, named, names, findings) if is_in_scope(findings) else None


def _scope(document: Document, named: list[Named]) -> list[Finding]:
    """Findings of the variables that decide whether a release is in scope."""
    kind = kind_findings(document)
    is_case = kind[1].value == "true"
    tells_of_suspects = is_case or kind[0].value == "roundup"
    return [*kind, subject_finding(document, is_case), *platform_findings(document, named, tells_of_suspects)]


def _further(document: Document, named: list[Named], names: Aliases, findings: list[Finding]) -> list[Finding]:
    """``findings`` with those of all other variables."""
    kind, is_case, subject = (finding.value for finding in findings[:3])
    found = [*findings, *statute_findings(document), _safe_childhood(document)]
    if is_case == "false":
        return found
    if subject == "true":
        found += conduct_findings(document, document.without_units)
    found += [origin_finding(document, marked_names(document, named), names), suspects_finding(document)]
    return found + sentence_findings(document) if kind == "sentence" else found


def _safe_childhood(document: Document) -> Finding:
    match = _SAFE_CHILDHOOD.search(document.whole)
    start, end = match.span() if match else (0, document.title_end)
    rule = "psc.named" if match else "psc.nothing_found"
    return Finding("project_safe_childhood", "true" if match else "false", rule, start, end, "high")
