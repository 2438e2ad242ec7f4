"""What stands around names of platforms that are also words: patterns for ``platform_proof.py``.

Each reads what stands before (to the end) or after (from the start) a name within its sentence. Out of scope: the
part that a platform plays (``rules/platforms.toml``).
"""

from __future__ import annotations

import re


def _any(words: str) -> bytes:
    """A pattern for any of the words: letters and marks of a pattern, parted by spaces; _ stands for a space."""
    return b"(?:" + "|".join(words.split()).replace("_", " ").encode() + b")"


def _pattern(*alternatives: bytes) -> re.Pattern[bytes]:
    return re.compile(b"|".join(alternatives), re.IGNORECASE)


APP = _any(
    "apps? applications? platforms? services? (?:web)?sites? messengers? programs? software networks? games? providers?"
    " compan(?:y|ies) browsers? tools? forums? marketplaces?"
)
USING = _any("on via over onto through using used uses use installed downloaded joined opened")
DOING = _any(
    "mov switch migrat shift transfer invit upload post log sign continu contact messag chat communicat wr[io]t"
    " sp[eo]ak spoke talk call attend appear conduct hear m[ae]t meet held taught class lesson stor sav file link"
    " convers pa[iy]d? broadcast stream play shar download obtain receiv came held kept subscrib buil creat open"
)
OF = _any(
    "users? members? accounts? profiles? customers? subscribers? version people maker use company firm groups? staff"
    " moderators? reports? referral notice alert (?:cyber-?)?tips? records"
)
KIND = _any(
    "messaging chat mobile phone video dating social media streaming gaming encrypted file cloud online text voice"
)
PLAIN_ITEM = _any("apps? applications? accounts? servers? user_?names? users? messenger")
ITEM = _any(
    "channels? chats? chat_?rooms? screen_?names? profiles? groups? messages? messaging conversations? platform"
    " handles? links? folders? dms? calls? site website service stor(?:y|ies) live-?streams? posts? pages? feeds?"
    " games? rooms? meetings? sessions? client id address(?:es)? e-?mails? inbox cloud storage friends? followers"
    " contacts? numbers? videos? photos? pictures log-?in password backups?"
)
SERVICE_BEFORE = _pattern(
    rb"\b" + APP + rb"(?:,? (?:called|named|known as|such as|like|including|or|is|was))?[ ,:;(\"']*$",
    rb"\b" + APP + rb"\b[\w ,'-]*? (?:called|named|known as) [\"']?$",
)
BY_BEFORE = _pattern(
    rb"\b" + USING + rb"(?: the)? [\"']?$",
    rb"\b" + DOING + rb"\w*(?: [\w'-]+){0,5} (?:to|into|onto|in|with|by|from|at) [\"']?$",
    rb"\b" + OF + rb" (?:of|at|behind|with|from|by) [\"']?$",
)
ON_BEFORE = _pattern(rb"\b(?:on|via|over|through) [\"']?$")
ITEM_AFTER = _pattern(rb"^(?:'s)?[\"')]*(?: " + KIND + rb"){0,2} (?:" + PLAIN_ITEM + rb"|" + ITEM + rb")\b")
SERVICE_AFTER = _pattern(
    rb"^[\"']?(?:'s)? (?:" + KIND + rb" )?" + PLAIN_ITEM + rb"\b",
    rb"^[\"']?,? \(?(?:(?:which|that) (?:is|was) )?(?:also )?(?:an?|the|another) (?:[\w-]+,? ){0,5}?" + APP + rb"\b",
    rb"^[\"']?,? \(?(?:formerly|previously)\b",
    rb"^,? (?:Inc|LLC|Ltd|Corp)\b",
    rb"^'s (?:[\w-]+ ){0,3}?(?:systems?|filters?|moderators?|safety|software|staff|servers?)\b",
    rb"^ (?:had |has |later |then )?(?:flagged|detected|submitted (?:an?|two)|filed (?:an?|two))\b",
    rb"^ (?:had |has |later |then )?reported (?:it|him|them|the|an?|two|three|his|its)\b",
)
PART_BEFORE = re.compile(rb"(?:^|[^\w])([A-Z][\w.&'-]*) [\"']?$")
PART_AFTER = re.compile(rb"^ ([A-Z&][\w'.&-]*)")
NO_PART = frozenset(  # capitalised words that make no longer name of what stands beside them
    b"app application messenger account accounts server inc llc corp corporation ltd user users i he she they it who"
    b" and or but the on in january february march april may june july august september october november"
    b" december".split()
)
COMPANY_AFTER = re.compile(rb"^,? (?:Inc|LLC|Corp|Corporation|Wireless|Communications)\b")
# What the name of a company is part of without naming its service: plants, rivers, and things sold under the name.
THING_AFTER = _pattern(
    rb"^(?:'s)? (?:orchard|grow|pie|juice|cider|tree|farm|pick|harvest|crop|rainforest|river|jungle|basin|brick|house)",
    rb"^(?:'s)? (?:wall|home|i?phone|ipad|ipod|macbook|imac|i?watch)",
    rb"^(?:'s)? (?:\w+ )?(?:laptop|tablet|computer|desktop|smartphone|cell(?:ular)? phone)",
)
# "A Kik-like app", and another firm of the name, such as the chemicals maker KIK (Virginia) LLC.
LOOK_ALIKE = _pattern(
    rb"^-(?:like|style|type|esque|ish)\b", rb"^ \((?:Virginia|USA|Canada|UK|International)\)", rb"^ Custom Products\b"
)
DOMAIN = rb"\.(?:com|net|org|gov|gg|tv|me|fm|ly|nz)"
ADDRESS_AFTER = re.compile(rb"^(?:" + DOMAIN + rb")?(?:[/_][a-z0-9]|@\w)|^" + DOMAIN + rb"\b")
SHARE_BEFORE = _pattern(rb"[|\xbb\xb7] ?$", rb"^(?:share|follow us|tweet)\b(?: this| on| page|:)*[\w,| ]*$")
SHARE_AFTER = _pattern(rb"^ ?[|\xbb\xb7]")
LISTED = _pattern(
    rb"^(?:'s)?[\"')]?(?:,? (?:and|or|then|nor|as well as|and on|and then) (?:on |the )?|, |/| & |; )[\"'(]?$"
)
DESCRIBED = _pattern(rb"^[\"']?,? (?:(?:which|that) (?:is|was) )?\(?(?:an?|the|another)(?: [\w-]+){0,3} $")
DESCRIBES = _pattern(rb"^,? (?:called|named|known as|like|such as|including)? ?[\"'(]?$")
TORRENT_BEFORE = _pattern(rb"\b(?:download|via|using|shar|used|bit)\w*(?: \w+){0,2} $")
TORRENT_AFTER = _pattern(rb"^ (?:files?|networks?|clients?|programs?|software|sites?)\b")
COMPOUND = re.compile(rb"^-\w|^ #?\d|^ (?i:fraud|transfers?|communications?)\b")  # X-ray, Line 5, Wire Fraud
