"""Whether a name that is also a word (Signal, LINE, Apple, X) names the service, told from what stands around it.

A name counts when the words directly around it show a service ("the Signal app", "on Discord", "a Wire account"),
when it is listed beside a name that counts ("Instagram, Snapchat and X"), or when its platform is shown elsewhere in
the same release. It never counts as a part of a longer name ("Signal Mountain", "Amazon River").
Out of scope: names that need no proof (``platform_names.py``).
"""

from __future__ import annotations

from csea.code.document import Document, Span
from csea.code.variables import platform_wording as wording
from csea.code.variables.platform_names import Aliases, Form, Named, Need, aliases

REACH = 90  # characters before and after a name in which its proof must stand
MOST_NAMES = 400  # of one release; what names more is no release, and would take its time
LONGEST_GAP = 20  # characters between two names of a list


def names_any(document: Document, names: Aliases | None = None) -> bool:
    """Whether the text names a platform."""
    return bool(named_platforms(document, names))


def named_platforms(document: Document, names: Aliases | None = None) -> list[Named]:
    """Every name of a platform in the text, in its order; boilerplate, addresses and words left out."""
    names = names or aliases()
    counted: list[Named] = []
    waiting: list[tuple[Named, Form]] = []  # to be proved by what stands elsewhere
    for match in names.finder.finditer(document.named):
        if len(counted) + len(waiting) >= MOST_NAMES:
            break
        start, end = match.span(1)
        form = names.form(match[1])
        before, after = _around(document.named, start, end)
        if _is_address(before, after) or _is_share_row(before, after) or wording.LOOK_ALIKE.search(after):
            continue
        named = Named(form.platform, Span(start, end), form.kind, form.need is Need.COMPANY)
        counts = _counts(document, named, form, before, after)
        if counts:
            counted.append(named)
        elif counts is None:
            waiting.append((named, form))
    return _with_proved(document.named, counted, waiting) if waiting else counted


def _around(data: bytes, start: int, end: int) -> tuple[bytes, bytes]:
    """What stands before and after a name within its sentence."""
    before = data[max(0, start - REACH) : start]
    after = data[end : end + REACH]
    return before[before.rfind(b"\n") + 1 :], after.partition(b"\n")[0]


def _is_address(before: bytes, after: bytes) -> bool:
    """Part of a web or e-mail address or a tag: facebook.com/usaomd, user@yahoo.com, #discord."""
    if before[-1:] in (b"@", b"#", b"_") or (before[-1:] == b"/" and before[-2:-1] in b"/.:"):
        return True
    if before[-1:] == b"." and before[-2:-1].isalnum() and before[-4:].lower() != b"www.":
        return True
    return wording.ADDRESS_AFTER.search(after) is not None


def _is_share_row(before: bytes, after: bytes) -> bool:
    """One of the services of a row such as "Share: Facebook | X"."""
    return bool(wording.SHARE_BEFORE.search(before) or wording.SHARE_AFTER.search(after))


def _counts(document: Document, named: Named, form: Form, before: bytes, after: bytes) -> bool | None:
    """Whether a name counts; None where that depends on what stands elsewhere in the release."""
    if form.need is Need.NOTHING:
        return True
    word = document.named[named.span.start : named.span.end]
    if form.need is Need.TYPE:
        is_torrent = wording.TORRENT_AFTER.search(after) or wording.TORRENT_BEFORE.search(before)
        return None if is_torrent or not word.lower().startswith(b"torrent") else False
    if wording.COMPOUND.search(after) or (before[-1:] == b"-" and before[-2:-1].isalnum()):
        return False
    all_capitals = (before + word + after).isupper()
    free = all_capitals or named.span.start < document.title_end  # where a capital says nothing
    part = not free and _is_part(before, after, form.need)
    if form.need is Need.CAPITAL:
        return None if all_capitals else not part
    if form.need is Need.COMPANY:
        part = part or (not all_capitals and _capital_after(after) and not wording.COMPANY_AFTER.search(after))
        return False if part or wording.THING_AFTER.search(after) else None if all_capitals else True
    if part:
        return False
    if not all_capitals and form.case == ("title" if word.isupper() else "upper"):
        return False
    if wording.SERVICE_AFTER.search(after) or wording.SERVICE_BEFORE.search(before):
        return True
    if all_capitals or not before.strip(b" \"'("):
        return None
    if free:
        return True if wording.ON_BEFORE.search(before) and not _capital_after(after) else None
    return True if form.is_rare_word or wording.BY_BEFORE.search(before) or wording.ITEM_AFTER.search(after) else None


def _is_part(before: bytes, after: bytes, need: Need) -> bool:
    """Whether the name is a part of a longer one: a capitalised word beside it, but not the sentence's first."""
    found = wording.PART_BEFORE.search(before)
    word = found[1].lower().rstrip(b".,") if found and found.start(1) > 0 else b""
    if word and word not in wording.NO_PART and not word.endswith(b"'s") and not wording.SERVICE_BEFORE.search(before):
        return True
    return need is Need.CONTEXT and _capital_after(after)


def _capital_after(after: bytes) -> bool:
    found = wording.PART_AFTER.search(after)
    return bool(found and found[1].lower().rstrip(b".,'") not in wording.NO_PART)


def _with_proved(data: bytes, counted: list[Named], waiting: list[tuple[Named, Form]]) -> list[Named]:
    """The names that count with those of ``waiting`` that others prove, in the order of the text."""
    kept = {named.span.start: named for named in counted}
    ordered = sorted([*counted, *(named for named, _ in waiting)], key=lambda named: named.span.start)
    plain = {named.span.start for named, form in waiting if form.need is Need.TYPE}
    pairs = [(ordered[index], ordered[index + 1]) for index in range(len(ordered) - 1)]
    for one, other in [*pairs, *((other, one) for one, other in reversed(pairs))]:
        if one.span.start in kept and other.span.start not in plain and _are_listed(data, one, other):
            kept[other.span.start] = other  # a name listed beside one that counts counts itself
    shown = {named.platform for named in kept.values()}
    for number, named in enumerate(ordered):
        if named.span.start in plain:
            beside = [*ordered[max(0, number - 1) : number], *ordered[number + 1 : number + 2]]
            is_name = not any(other.span.start in kept and _is_described(data, named, other) for other in beside)
        else:
            is_name = named.platform in shown
        if is_name:
            kept[named.span.start] = named
    return [named for named in ordered if named.span.start in kept]


def _are_listed(data: bytes, one: Named, other: Named) -> bool:
    """Whether two names stand side by side in a list: "LiveMe and Periscope"."""
    first, last = sorted((one.span, other.span), key=lambda span: span.start)
    return last.start - first.end < LONGEST_GAP and bool(wording.LISTED.search(data[first.end : last.start]))


def _is_described(data: bytes, plain: Named, other: Named) -> bool:
    """Whether plain words for a network only describe a named program: "LimeWire, a file-sharing program"."""
    if other.span.end <= plain.span.start:
        return wording.DESCRIBED.search(data[other.span.end : plain.span.start][:REACH]) is not None
    return wording.DESCRIBES.search(data[plain.span.end : other.span.start][:REACH]) is not None
