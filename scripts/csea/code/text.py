"""Plain text of a release in one fixed normal form, which every position and hash of evidence refers to.

The form: the title is the first line, each paragraph one further line; single spaces; straight quotes and
hyphens; no control or direction marks; no scripts, pictures, page headers or link rows. ``FORM`` is its
version: any change of the output raises it. Out of scope: what the text means.
"""

from __future__ import annotations

import html
import re
import unicodedata
from functools import lru_cache
from html.entities import html5

from selectolax.lexbor import LexborHTMLParser

FORM = "csea-text-1"

# Tags at whose edges a line ends.
_BLOCKS = "p|div|li|ul|ol|tr|td|th|table|h[1-6]|br|hr|blockquote|section|article|header|footer|dt|dd|dl|pre|figure|form"
_BLOCK = re.compile(rf"<(?=/?(?:{_BLOCKS}|center)\b)", re.IGNORECASE)
_UNREAD = ["script", "style", "noscript", "template", "svg", "nav", "figure", "iframe", "object", "select", "button"]
_HAS_UNREAD = re.compile("<(?:" + "|".join(_UNREAD) + r")\b", re.IGNORECASE)
# Tags that neither hide nor move text: the text of a body without any others is what stands between them.
_TAG = re.compile(r"(<[^<>]*>)")
_ATTRIBUTES = r"(?:\s+[\w:-]+(?:=(?:\"[^\"]*\"|'[^']*'))?)*\s*/?>"
_PLAIN_BLOCK = re.compile(rf"</?(?:p|div|li|ul|ol|h[1-6]|br|hr|blockquote|dt|dd|dl|center){_ATTRIBUTES}", re.IGNORECASE)
_PLAIN_INLINE = re.compile(
    rf"</?(?:a|abbr|b|big|cite|em|font|i|img|ins|small|span|strong|sub|sup|u|o:p){_ATTRIBUTES}", re.IGNORECASE
)
# Numbers of characters that the parser reads in its own way: controls and those that do not exist.
_ODD_NUMBER = re.compile(r"&#(?!(?:3[2-9]|[4-9]\d|1[01]\d|1[6-9]\d|2\d\d|8\d\d\d);)")
_LINE_END = re.compile(r"&(?:#0{0,5}1[03]|#[xX]0{0,4}[aAdD]|NewLine);")
_WRAPPED = re.compile(r"<br ?/?>\s*(?=[a-z])")  # a line end within a sentence
_SENTENCE_ENDS = tuple('.!?:;>"”')
_ENTITY = re.compile(r"&(#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,30});")
_AMPERSANDS = re.compile(r"&(?:(?:amp|AMP|#0{0,5}38|#[xX]0{0,4}26);)+")  # encoded however often
_ENCODED_TAG = re.compile(rf"</?(?:({_BLOCKS})|a|b|em|i|span|strong|u)(?: [^<>]*)?/?>", re.IGNORECASE)
# One character for another of the same meaning, so that rules need only know one.
_SAME = {
    "’": "'", "‘": "'", "‛": "'", "ʼ": "'", "′": "'", "´": "'", "\u1ffd": "'", "“": '"', "”": '"', "„": '"', "‟": '"',
    "″": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "‒": "-", "―": "-", "−": "-", "…": "...", "\xa0": " ",
}  # fmt: skip
# Soft hyphens, zero-width and direction marks, joiners, byte-order marks, replacement characters.
_HIDDEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ud800-\udfff\ufeff\uffa0\ufff0-\ufffd\U000e0000-\U000e0fff]"
)
_CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029]")
_LINE_ENDS = ("\r", "\n", "\x85", "\u2028", "\u2029")
# Windows-1252 that somebody read as Latin-1: apostrophes and dashes among the control characters.
_WINDOWS = {chr(code): char for code in range(0x80, 0xA0) if (char := bytes([code]).decode("cp1252", "ignore"))}
_ANY_WINDOWS = re.compile("[\x80-\x84\x86-\x9f]")
# Runs of characters that bytes of UTF-8 become when read as Windows-1252, and what such a run may mean: an accented
# capital before an apostrophe does not mean a letter of the phonetic alphabet.
_MOJIBAKE_LEADS = "ÂÃÄÅâïð"
_LATER = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
_MOJIBAKE = re.compile(f"[ÂÃÄÅ]{_LATER}|[âï]{_LATER}{{2}}|ð{_LATER}{{3}}")
_MEANT = re.compile("[\xa0-\u017f\u02c6\u02dc\u2000-\u22ff\u25a0-\u25ff\ufb00-\ufb06\ufeff\ufffd\U0001f000-\U0001faff]")
# Lines that the page puts around a release: its own name, dates, and marks of the end.
_MONTH = "(?:jan|febr?uary|march|april|may|june|july|august|sept|octo|novem|decem)[a-z]*"
_PAGE_LINE = re.compile(
    r"(?:share this(?: page| release)?|skip to main content|return to top|back to top|you are here:?|read more"
    r"|related (?:links?|content|files?)|download(?: pdf)?|view (?:full|pdf)|updated?:?|#+(?: ?#+)*|-+ ?30 ?-+"
    r"|usdoj: .{0,80}|department of justice|u\.?s\.? department of justice|office of public affairs|news release"
    rf"|interpol washington|(?:mon|tues|wednes|thurs|fri|satur|sun)day, {_MONTH} \d{{1,2}}, \d{{4}}"
    rf"|{_MONTH} \d{{1,2}}, \d{{4}}|(?:press release|for immediate release):?(?: {_MONTH} \d{{1,2}}, \d{{4}})?"
    r"|press releases|justice news|(?:[|»>/·] ?)+)[ .|»>:]*",
    re.IGNORECASE,
)
# The same at the beginning and the end alone: a list within the text may name services.
_ROW_LINE = re.compile(
    r"(?:share|print|email|facebook|twitter|linkedin|x|digg|reddit|pinterest|flickr|youtube|instagram|rss|tweet|top|home"
    r"|image|photo)[ .|»>:]*",
    re.IGNORECASE,
)
_LONGEST_PAGE_LINE = 90  # characters; a longer line is text
_TITLE_LINES = 4  # over which a page breaks a long title


def normal_text(title: str | None, body: str | None) -> str:
    """The normal form of a release: its title, then a line for each paragraph of its HTML body.

    Never fails: what a broken body holds is read as far as it goes. The first line is empty where there is no
    title; the text is "" where there is neither.
    """
    head = " ".join(_plain(_read_html(title) if title and "<" in title else title or "").split())
    text = _plain(_read_html(body or ""))
    lines = [line for raw in text.split("\n") if (line := _single_spaced(raw))]
    kept = _without_page(lines, head)
    return "\n".join([head, *kept]) if head or kept else ""


def _read_html(body: str) -> str:
    """Text of HTML with a line end at each block's edge; the source's own line ends are only spaces."""
    source = body
    for end in _LINE_ENDS:
        source = source.replace(end, " ")
    if not source.isascii():  # a lone half of a surrogate pair cannot be encoded for the parser
        source = source.encode("utf-8", "ignore").decode()
    source = _WRAPPED.sub(_unwrapped, _LINE_END.sub(" ", source))
    text = _without_tags(source)
    return _parsed(source) if text is None else text


def _unwrapped(end: re.Match[str]) -> str:
    before = end.string[max(0, end.start() - 20) : end.start()].rstrip()
    return end[0] if before.endswith(_SENTENCE_ENDS) else " "


def _without_tags(source: str) -> str | None:
    """The text of a body that needs no parser, which most do; None for another. The same as the parser's."""
    if "&#" in source and _ODD_NUMBER.search(source):
        return None
    pieces: list[str | None] = list(_TAG.split(source))  # text, tag, text, tag, text
    pieces[1::2] = map(_in_stead, pieces[1::2])
    if None in pieces:
        return None
    text = "".join(pieces)  # type: ignore[arg-type]
    return None if "<" in text or "\x00" in text else html.unescape(text)


@lru_cache(maxsize=4_096)
def _in_stead(tag: str) -> str | None:
    if _PLAIN_BLOCK.fullmatch(tag):
        return "\n"
    return "" if _PLAIN_INLINE.fullmatch(tag) else None


def _parsed(source: str) -> str:
    """The text of any body. A null would end it for the parser."""
    tree = LexborHTMLParser(_BLOCK.sub("\n<", source.replace("\x00", " ")))
    if _HAS_UNREAD.search(source):
        tree.strip_tags(_UNREAD)
    return str(tree.text()) if tree.root is not None else ""


def _plain(text: str) -> str:
    """Decoded entities, mended encoding, one form for each character, nothing that cannot be seen."""
    if "&" in text:  # encoded twice at the source
        text = _ENTITY.sub(_decoded, _AMPERSANDS.sub("&", text))
    if "<" in text:  # tags encoded as text
        text = _ENCODED_TAG.sub(lambda tag: "\n" if tag[1] else "", text)
    if not text.isascii():
        text = _in_one_form(text)
    return _CONTROL.sub(" ", text) if not text.replace("\n", " ").isprintable() else text


def _decoded(entity: re.Match[str]) -> str:
    name = entity[1]
    char = html.unescape(entity[0]) if name.startswith("#") else html5.get(name + ";", entity[0])
    return " " if char in _LINE_ENDS else char


def _in_one_form(text: str) -> str:
    if any(lead in text for lead in _MOJIBAKE_LEADS):
        text = _MOJIBAKE.sub(_mended, text)
    text = _same(text)
    if text.isascii():
        return text
    text = _ANY_WINDOWS.sub(lambda char: _WINDOWS.get(char[0], " "), text)
    text = _HIDDEN.sub("", text)
    if not text.replace("\n", " ").isprintable():  # the rarer characters that format others
        text = "".join(char for char in text if unicodedata.category(char) != "Cf")
    return _same(unicodedata.normalize("NFC", text))


def _same(text: str) -> str:
    for there, here in _SAME.items():
        text = text.replace(there, here)
    return text


def _mended(run: re.Match[str]) -> str:
    """UTF-8 that somebody read as Windows-1252, read rightly; the run as it is where it is not that."""
    try:
        meant = b"".join(char.encode("latin-1" if char < "\u0100" else "cp1252") for char in run[0]).decode("utf-8")
    except UnicodeError:
        return run[0]
    return meant if all(_MEANT.match(char) for char in meant) else run[0]


def _single_spaced(raw: str) -> str:
    line = raw.strip()
    return " ".join(line.split()) if "  " in line or not line.isascii() else line


def _without_page(lines: list[str], head: str) -> list[str]:
    """Lines without what the page puts around a release, and without its title, which pages repeat."""
    title = head.casefold()
    kept = [
        line for line in lines if not (_is_page_line(line) or (len(line) == len(head) and line.casefold() == title))
    ]
    first, last = 0, len(kept)
    while first < last and (count := _first_lines(kept[first : first + _TITLE_LINES], title)):
        first += count
    while first < last and _is_row_line(kept[last - 1]):
        last -= 1
    return kept[first:last]


def _is_page_line(line: str) -> bool:
    return len(line) <= _LONGEST_PAGE_LINE and _PAGE_LINE.fullmatch(line) is not None


def _is_row_line(line: str) -> bool:
    return len(line) <= _LONGEST_PAGE_LINE and _ROW_LINE.fullmatch(line) is not None


def _first_lines(lines: list[str], title: str) -> int:
    """How many of the first lines are a row of links or the title in pieces; 0 where they are text."""
    if _is_row_line(lines[0]):
        return 1
    joined = ""
    for count, line in enumerate(lines, 1):
        joined += (" " if joined else "") + line.casefold()
        if joined == title:
            return count
        if not title.startswith(joined):
            return 0
    return 0
