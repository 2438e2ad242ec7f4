"""Wording around a suspect's name, as patterns over folded text.

All run in RE2 and so in linear time. Those that begin at a name's end or stop at its start are matched against a
short window there. Out of scope: which of them counts as proof (``identity_names``).
"""

from __future__ import annotations

import re2

from csea.code.identity.lists import OFFICES

WORD = r"(?:[A-Z][A-Za-z]*(?:['-][A-Za-z]+)*\.?)"
NICK = r"(?: +\(?[\"'][A-Za-z .-]+[\"']\)?)?"
JOIN = r" +(?:(?:de|la|las|los|del|van|von|der|den|bin|ibn|al|el|da|dos|du|di|le|y) )*"
RUN = re2.compile(rf"\b{WORD}(?:{NICK}{JOIN}{WORD})*".encode())
SUFFIX = r"(?:,? (?:Jr|JR|Sr|SR|II|III|IV)\b\.?)?"
ALIAS = (
    r"(?:,? ?\(?(?i:a[./]?k[./]?a\.?|also known as|formerly known as|f/k/a|n/k/a|who also used)[ ,:]"
    r"[^\n;\d]*?[\"')A-Za-z.]+)?"
)
# A clause between commas: ", of Springfield, Mass.," or ", a former teacher,". A full stop ends it, unless it ends a
# short word (Mass., St., N.J.), so that no clause runs on into the next sentence.
CLAUSE = r"(?:, ?(?:[^.;\n\d]|\b[A-Z][a-z]{0,4}\.)+?|,? (?:of|from) (?:[^.;\n\d]|\b[A-Z][a-z]{0,4}\.)+?)?"
AGE = (
    r"(?:(?:, ?\(?|,? \(|,? (?i:aged?|who is|is) )(?:(?i:aged?|who is) )?(\d\d)\)?"
    r"(?:[,.;:)\n]|$| of\b| from| and\b| years old| was| is| were| has| pleaded)"
    r"|,? (?:is )?an? (\d\d)[- ]year[- ]old)"
)
ADVERB = (
    r"(?:(?:who|today|also|each|both|all|previously|formerly|recently|then|later|further|yesterday|has|have|had) )*"
)
VERB = (
    r"(?:(?:was|were|been|being|will be|is|are) (?:[a-z]+ (?:[a-z]+ (?:[a-z]+ )?)?)??"
    r"(?:sentenced|charged|indicted|convicted|arrested|accused|found guilty|ordered|arraigned|remanded|detained"
    r"|taken into|in custody|extradited|named in|scheduled to (?:be|appear)|due (?:back )?in|facing|alleged|presumed"
    r"|expected to (?:be|appear|plead))"
    r"|pleaded|pled|pleads|plead guilty|entered a|entered guilty|admitted|admits|faces|stands (?:accused|charged)"
    r"|appeared (?:[a-z]+ )?(?:before|in)|made (?:his|her|their|an) (?:initial|first)|received a sentence|allegedly"
    r"|agreed to plead|must (?:register|serve)|will (?:serve|spend|face|remain|appear|have to register))\b"
)
BY_AGE = re2.compile(rf"{SUFFIX}(?:{ALIAS}|({CLAUSE})){AGE}".encode())
BY_VERB = re2.compile(rf"{SUFFIX}{ALIAS}({CLAUSE}),? {ADVERB}{VERB}".encode())
IN_ROW = re2.compile(rf"{SUFFIX} ?[|:] ?(?i:age:? ?)?(\d\d)\b".encode())
PLURAL = re2.compile(rb"(?:,? (?:each|both|all|also|allegedly))?,? (?:were|have|are|pleaded|pled|face|each|both|all)\b")
INTRO = re2.compile(
    rb"(?:\b(?i:defendants?,?|charg(?:es|ed|ing)(?: that)?|indict(?:ed|s|ing)|arrest(?:ed|ing)|arrest of|sentenced"
    rb"|sentencing of|convict(?:ed|ing)|conviction of|guilty plea of|indictment of|accus(?:es|ed|ing)"
    rb"|alleg(?:es|ed)(?: that)?|identified as|found"
    rb"|(?:charges?|complaint|indictment|information|warrant|case|sentence|filed|brought) (?:[a-z]+ )?against"
    rb"|united states (?:of america )?vs?\.?|u\.?s\.?a?\.? vs?\.?) (?:the )?)$"
)
LED_IN = re2.compile(
    rb"\b(?i:(?:19|20)\d\d|documents|records|court|indictment|complaint|affidavit|information|agreement|filings"
    rb"|papers|trial|pleadings),? (?:that )?$"
)
ACTS = re2.compile(
    rb",? (?:was|were|has|had|is|used|pleaded|pled|allegedly|possessed|distributed|received|sent|communicated|admitted"
    rb"|began|engaged|knowingly|attempted|traveled|contacted|met|who|and|\d\d)\b"
)
# "34-year-old San Antonio man" goes on with what its words describe, "34-year-old John Public of Ostley" does not.
GOES_ON = re2.compile(rb"[,.;:\n]|$| (?:of|from|to|with|on|for|in|at|and|who|was|is|has|pleaded|pled|admitted|used)\b")
YEAR_OLD = re2.compile(rb"\b(\d\d)[- ]year[- ]old $")
OFFICE_BEFORE = re2.compile(
    b"(?i:\\b(?:" + b"|".join(sorted(OFFICES)) + rb")(?:s|-in-charge| in charge| general)?(?: for [a-z ]+)?,? $)"
)
OFFICE_AFTER = re2.compile(
    rb"(?i:\b(?:special agent|u\.?s\.? attorney|united states attorney|attorney general|sheriff|prosecut|counsel"
    rb"|chief of|director of|commissioner|superintendent|colonel|attorney for))"
)
SAID = re2.compile(rb"\b(?:said|announced?|told|according|thanked|commended|stated)\b")
ALIAS_BEFORE = re2.compile(rb"(?i:\b(?:a[./]?k[./]?a\.?|known as|alias|name|moniker)[ ,:]+[\"'(]?$)")
FORMER_WORDS = frozenset({b"former", b"ex"})
FORMER = re2.compile(rb"(?i:\b(?:former|ex-|then|retired|fired|suspended))")
BETWEEN = frozenset({b", ", b", and ", b" and ", b"; ", b"; and ", b" & "})
LIST_AGE = re2.compile(rb",? \(?\d\d\)?|,? (?:Jr|Sr|II|III|IV)\b\.?")
QUOTED = re2.compile(rb"\(?[\"'][A-Za-z .-]+[\"']\)?")
TITLE_VERB = re2.compile(
    rb"(?i: (?:is |was |has been |today )?(?:sentenced|pleads|pleaded|pled|charged|indicted|convicted|arrested|found"
    rb"|admits|gets|receives|faces|ordered|to serve|arraigned|extradited)\b)"
)
SURNAME_AGE = re2.compile(
    rb", \(?(?:age )?(\d\d)\)?,? (?:of|was|is|has|pleaded|pled|faces|an?|who|formerly|from|will|admitted)\b"
)
