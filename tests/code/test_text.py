"""Bodies as the API gives them become plain text in one normal form, whatever is wrong with them."""

import html
import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from csea.code import text as module
from csea.code.text import normal_text

SAMPLES = Path(__file__).resolve().parents[3] / "shared" / "samples" / "doj_api_first_100.jsonl"

WORDS = ["court", "town", "Mr.", "é’s", "“order”", "18", "U.S.C.", "§", "—", "a1", "$1.5", "AT&T", "\xa0", "\u200b"]
PLAIN_TAGS = ["<p>", "</p>", "<br />", "<BR>", "<div class='a'>", "</div>", "<li>", "</ul>", "<strong>", "</b>"]
OTHER_TAGS = [
    "<table>",
    "<tr><td>",
    "</td>",
    "<!-- note -->",
    "<script>x</script>",
    "<nav>",
    "<p",
    "<3",
    "</",
    "<b a=>",
]
ENTITIES = [
    "&nbsp;",
    "&amp;",
    "&rsquo;",
    "&#8217;",
    "&#146;",
    "&amp;nbsp;",
    "&amp;amp;",
    "&#xA0;",
    "&bogus;",
    "&ampx",
    "&",
]
ODD = [
    "\x00",
    "\x07",
    "\x92",
    "\u202e",
    "\ufeff",
    "\ufffd",
    "\u2028",
    "\ud800",
    "â€™",
    "Â\xa0",
    "\r\n",
    "\t",
    "e\u0301",
]
PIECES = st.lists(st.sampled_from([*WORDS, *PLAIN_TAGS, *OTHER_TAGS, *ENTITIES, *ODD, " ", "\n"]) | st.text(max_size=5))
BODIES = PIECES.map("".join) | PIECES.map(" ".join)
SIMPLE = st.lists(st.sampled_from([*WORDS, *PLAIN_TAGS, *ENTITIES[:-1], "&copy", "x>y", " ", "\n"])).map("".join)


def paragraphs(text):
    """A text in the normal form as a title and a body that say the same."""
    title, _, body = text.partition("\n")
    return html.escape(title), "\n".join(f"<p>{html.escape(line)}</p>" for line in body.split("\n"))


GOLDEN = {
    "paragraphs": ("<p>One   two.</p>\n\n<p>Three&nbsp;&nbsp;four.</p>", "One two.\nThree four."),
    "blocks never fuse words": (
        "<div>one</div><div>two<p>three</div>four<br/>Five<hr>six",
        "one\ntwo\nthree\nfour\nFive\nsix",
    ),
    "inline tags part no word": (
        "<p>S<b>en</b>ten<a href='x'>ced</a> <em>to</em> <sup>5</sup> years</p>",
        "Sentenced to 5 years",
    ),
    "source lines are spaces": ("<p>One\ntwo\r\nthree\u2028four&#10;five&#13;\nsix</p>", "One two three four five six"),
    "a line end within a sentence": (
        "<p>He was<br />\nsentenced.<br />\nAn agent spoke.</p>",
        "He was sentenced.\nAn agent spoke.",
    ),
    "lists": (
        "<p>Counts:</p><ul><li>one;</li>\n<li>two; and</li><li>three.</li></ul>",
        "Counts:\none;\ntwo; and\nthree.",
    ),
    "a table is read cell by cell": ("<table><tr><td>A</td><td>B</td></tr><tr><th>C</th></tr></table>", "A\nB\nC"),
    "links keep their words": ('<p>See <a href="https://x.gov/a>b">the plea</a>.</p>', "See the plea."),
    "scripts and pictures": (
        "<style>p {}</style><p>One</p><script>if (a<b) x()</script><figure><img><figcaption>Seal</figcaption></figure>"
        "<nav><a>Menu</a></nav><!-- two --><p>Three</p>",
        "One\nThree",
    ),
    "typography": ("<p>‘One’ “two” – three — four… five‑six</p>", "'One' \"two\" - three - four... five-six"),
    "entities": (
        "<p>Smith &amp; Co&rsquo;s &sect;&nbsp;5 &#8220;x&#8221; &#39;y&#x27; &lt;z&gt;</p>",
        "Smith & Co's § 5 \"x\" 'y' <z>",
    ),
    "entities encoded twice": ("<p>A &amp;amp; B&amp;nbsp;C &amp;rsquo;d&amp;#39;</p>", "A & B C 'd'"),
    "tags encoded as text": ("&lt;p&gt;One &lt;strong&gt;two&lt;/strong&gt;&lt;/p&gt;&lt;p&gt;three", "One two\nthree"),
    "UTF-8 read as Windows-1252": ("<p>Itâ€™s â€œoneâ€\x9d â€“ naÃ¯ve Â§Â\xa05</p>", 'It\'s "one" - naïve § 5'),
    "UTF-8 read as Windows-1252 before a quotation mark": ("<p>theirsâ€™” Ã©”</p>", 'theirs\'" é"'),
    "Windows-1252 read as Latin-1": ("<p>It\x92s \x93one\x94 \x96 two</p>", 'It\'s "one" - two'),
    "accents that are no such fault": ("<p>the attaché\xa0\xa0in JOSÉ’S “CAFÉ”</p>", 'the attaché in JOSÉ\'S "CAFÉ"'),
    "hidden characters": ("<p>o\u00adne \u202etwo\u202c th\u200bree\ufeff</p>", "one two three"),
    "one form of accents": ("<p>cafe\u0301</p>", "café"),
    "control characters": ("<p>one\x00two\x07three</p>", "one two three"),
    "no tags at all": ("One & two < three", "One & two < three"),
    "unclosed tags": ("<p>One<p>two<div>three <b>four", "One\ntwo\nthree four"),
    "a page header": (
        "<p>USDOJ: Office: Updates</p><div> </div><div><p><strong>Department of Justice</strong></p></div>"
        "<div>FOR IMMEDIATE RELEASE</div><div>Friday, December 16, 2013</div><p>A <b>Title</b><br/>in Two Lines</p>"
        "<p>Text.</p><p>###</p><p># # #</p><p>Read More...</p>",
        "Text.",
    ),
    "share rows": ("<p>Share</p><ul><li>Facebook</li><li>Twitter</li></ul><p>Text.</p><p>Print</p>", "Text."),
    "a list of services is no share row": (
        "<p>He used:</p><ul><li>Facebook</li><li>Instagram</li></ul><p>and more.</p>",
        "He used:\nFacebook\nInstagram\nand more.",
    ),
}


@pytest.mark.parametrize("name", GOLDEN)
def test_a_body_reads_as_a_person_would_read_it(name):
    body, expected = GOLDEN[name]
    assert normal_text("A Title in Two Lines", body) == f"A Title in Two Lines\n{expected}"


@pytest.mark.parametrize(
    "title, expected",
    [
        ("  Two \n Men\u2019s  Pleas ", "Two Men's Pleas"),
        ("A &amp; B &amp;amp; C", "A & B & C"),
        ("<em>A</em> B", "A B"),
        ("State\x92s", "State's"),
        ("3 < 4", "3 < 4"),
        (None, ""),
    ],
)
def test_a_title_is_one_line(title, expected):
    assert normal_text(title, "<p>Text.</p>") == f"{expected}\nText."


def test_nothing_gives_nothing():
    assert normal_text(None, None) == normal_text("", "") == normal_text(" \n", "<p>&nbsp;</p>") == ""


def test_a_body_that_repeats_the_title_alone_has_no_text():
    assert normal_text("One Two", "<p><a href='x'>ONE TWO</a></p>") == "One Two"


@given(st.text(max_size=20) | BODIES, BODIES)
def test_any_input_gives_clean_lines(title, body):
    text = normal_text(title, body)
    lines = text.split("\n")
    assert all(lines[1:])
    assert all(line == line.strip() and "  " not in line for line in lines)
    for char in set(text) - {"\n"}:
        assert unicodedata.category(char) not in ("Cc", "Cf", "Cs", "Zl", "Zp"), ascii(char)
        assert char not in "’‘“”–—…\xa0\ufeff\ufffd\u200b"
    text.encode("utf-8")


@given(st.lists(st.sampled_from([*WORDS, "Share", "###", "<b>", "&", "<3"]), max_size=6).map(" ".join), BODIES)
def test_the_normal_form_of_the_normal_form_is_itself(title, body):
    text = normal_text(title, body)
    assert normal_text(*paragraphs(text)) == text


@given(st.lists(st.sampled_from(["one", "Two", "3", "four."]), min_size=2, max_size=8), st.data())
def test_words_never_fuse_across_blocks(words, data):
    between = st.sampled_from(
        ["<p>", "</p>", "<br>", "<br/>", "</div><div>", "<li>", "</td><td>", "<h2>", "</h2>", "<hr>"]
    )
    body = "".join(word + data.draw(between) for word in words)
    assert normal_text("", body).split() == words


@given(st.lists(st.sampled_from(["One", "two", "<b>", "</b>", "<br>", "</p><p>", "&amp;"]), min_size=1), st.data())
def test_other_white_space_in_the_source_gives_the_same_text(pieces, data):
    space = st.text(" \n\t\r\xa0", min_size=1, max_size=3)
    assert normal_text("", "".join(f"{piece}{data.draw(space)}" for piece in pieces)) == normal_text(
        "", " ".join(pieces)
    )


@given(SIMPLE)
def test_the_short_way_reads_what_the_parser_reads(body):
    source = body.replace("\n", " ").replace("\ud800", "")
    short = module._without_tags(source)
    assume(short is not None)
    assert [line.split() for line in short.split("\n") if line.split()] == [
        line.split() for line in module._parsed(source).split("\n") if line.split()
    ]


@pytest.mark.parametrize(
    "body", ["<p>x<script>y</script>", "<table>x<tr>", "<!-- x -->", "x < y", "&#1;", '<p a="b>c">x']
)
def test_what_a_parser_must_read_goes_to_the_parser(body):
    assert module._without_tags(body) is None


@pytest.fixture(scope="module")
def samples():
    if not SAMPLES.is_file():
        pytest.skip("the 100 real samples are not here (../shared/samples)")
    records = [json.loads(line) for line in SAMPLES.read_text(encoding="utf-8").splitlines()]
    return [(record, normal_text(record["title"], record["body"])) for record in records]


def test_every_real_sample_keeps_its_words_in_order(samples):
    assert len(samples) == 100
    for record, text in samples:
        bare = html.unescape(
            re.sub(r"<[^>]*>", " ", re.sub(r"</?(?:strong|em|u|a|span|sup)\b[^>]*>", "", record["body"]))
        )
        wanted = module._plain(bare).split()
        kept = text.partition("\n")[2].split()
        if len(wanted) == len(kept):
            assert kept == wanted
        else:  # a page header before, a mark of the end after
            at = next((at for at in range(len(wanted)) if wanted[at : at + len(kept)] == kept), None)
            assert not kept or at is not None, record["url"]
            assert len(wanted) - len(kept) < 60


def test_every_real_sample_is_a_fixed_point(samples):
    for _, text in samples:
        assert normal_text(*paragraphs(text)) == text


def test_no_real_sample_keeps_the_page_around_it(samples):
    for _, text in samples:
        title, _, body = text.partition("\n")
        assert title
        assert not re.search(r"(?m)^(?:USDOJ:|FOR IMMEDIATE|Department of Justice$|Read More|#)", body)
        assert title not in body.split("\n")
        assert not re.search(r"<[a-z/]|&[a-z]+;|[\x00-\x09\x0b-\x1f]|\b\w+ s\b(?= [A-Z])", text)
