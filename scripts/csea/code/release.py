"""One release coded: all variables, each value with its evidence. No name leaves this room but for linking.

Only releases in scope are coded further: those that name a platform or concern child sexual exploitation.
"""

from __future__ import annotations

from csea.code.boilerplate import prepare
from csea.code.conduct import conduct_findings
from csea.code.document import Document
from csea.code.findings import Finding
from csea.code.kind import kind_findings
from csea.code.origin import origin_finding
from csea.code.platforms import Aliases, marked_names, named_platforms, platform_findings
from csea.code.rules import compiled
from csea.code.sentence import sentence_findings
from csea.code.statutes import statute_findings
from csea.code.subject import subject_finding
from csea.code.suspects import suspects_finding

# A release without any of these and without a platform's name is out of scope; a test holds all rules of the subject
# to it. Plain words, so that most releases cost one pass.
_SUBJECT_WORDS = compiled(
    "sex|porn|molest|pedophil|exploit|(?-i:CSAM)|entic|obscen|lewd|nud[ei]|prostitut|traffick|predator|groom|rape"
    "|crimes against children|project safe childhood|indecent|lascivious|child abuse|lur(?:e|ed|ing)|coerc|abus"
)
_SAFE_CHILDHOOD = compiled(r"project safe childhood")


def code_text(text: str, names: Aliases | None = None) -> list[Finding]:
    """Every finding of a release's normal text, in a fixed order of variables."""
    document = prepare(text)
    named = named_platforms(document)
    kind = kind_findings(document)
    is_case = kind[1].value == "true"
    subject = subject_finding(document, is_case)
    findings = [*kind, subject, *platform_findings(document, named, is_case), *statute_findings(document)]
    findings.append(_safe_childhood(document))
    if not is_case:
        return findings
    marked = marked_names(document, named)
    if subject.value == "true":
        findings += conduct_findings(document, without_units(document))
    findings += [origin_finding(document, marked), suspects_finding(document)]
    if kind[0].value == "sentence":
        findings += sentence_findings(document)
    return findings


def without_units(document: Document) -> bytes:
    """The document's data with names of units ("Crimes Against Children Task Force") blanked."""
    data = bytearray(document.data)
    for span in document.units:
        data[span.start : span.end] = b" " * (span.end - span.start)
    return bytes(data)


def _safe_childhood(document: Document) -> Finding:
    match = _SAFE_CHILDHOOD.search(document.whole)
    start, end = match.span() if match else (0, document.title_end)
    rule = "psc.named" if match else "psc.nothing_found"
    return Finding("project_safe_childhood", "true" if match else "false", rule, start, end, "high")


def may_be_in_scope(text: str, names: Aliases) -> bool:
    """Whether a release is worth coding: a quick test that passes every release in scope, and some others."""
    data = text.encode("latin-1", "replace")
    return _SUBJECT_WORDS.search(data) is not None or names.finder.search(data) is not None


def is_in_scope(findings: list[Finding]) -> bool:
    """Whether a release names a tracked platform or concerns child sexual exploitation."""
    return any(
        finding.variable == "platform" or (finding.variable == "is_child_exploitation" and finding.value == "true")
        for finding in findings
    )
