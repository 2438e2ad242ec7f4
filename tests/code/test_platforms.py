"""Platforms in invented sentences: which words are names, and what part each named platform plays."""

import csv

import pytest
from english_words import get_english_words_set
from hypothesis import given, settings
from hypothesis import strategies as st

from csea.code.boilerplate import prepare
from csea.code.document import Document
from csea.code.variables import platform_names
from csea.code.variables.platforms import (
    ALIASES,
    aliases,
    make_aliases,
    marked_names,
    named_platforms,
    names_any,
    platform_findings,
)

REPORTED = """
google: In June 2015, Google, Inc. reported a violation to the authorities.
snapchat: Snapchat reviewed the account and reported it.
snapchat: The matter reached the state police after Snapchat's safety team sent a report to the center.
yahoo: The case had opened with a telephone call from Yahoo's security desk in 2012.
discord: He came on the radar of the state police after the company behind Discord flagged uploads.
tumblr: He posted on a blog at Tumblr, which closed the blog and submitted a CyberTip.
tumblr: He posted the pictures on Tumblr, and the company reported them.
dropbox: He kept the files with Dropbox. The company noticed them and told the police.
dropbox: It was Dropbox that noticed the files.
kik: Word of the group came from Kik.
reddit: A moderator at Reddit noticed the posts and wrote to the authorities.
pinterest: Pinterest's image-matching tool recognized two of the pictures.
meetme: The tip had come from MeetMe.
imgur: The source of the tip was Imgur.
tiktok: Police acted on a TikTok report of March 2022.
discord: The alarm was raised by Discord, a chat service.
microsoft: Police were sent a report that Microsoft had made.
kik, dropbox: Within a single week both Kik and Dropbox filed reports.
facebook: Police were alerted by Facebook to the messages.
twitter: Law enforcement learned from Twitter that images had been posted.
photobucket: Employees of Photobucket, an image hosting service, found that a subscriber had placed images there.
reddit: A detective reviewed a report that had been filed by Reddit.
google: A CyberTip that Google submitted led to him.
linkedin: The tip, sent by LinkedIn in May, named an address.
pinterest: The images had been pinned to a board, which Pinterest reported.
dropbox: Three CyberTips, all of them from Dropbox, were joined into one case.
box: Box reported the upload to the center.
steam: A CyberTip from Steam named the user.
""".strip().splitlines()
USED = """
instagram: He took over their Instagram accounts, found explicit images, and demanded more.
skype: He spoke with her by Skype on two occasions and then reported for work.
bing: A user had uploaded three images to Bing Image, a search service that finds similar pictures.
gmail: He attached eleven images to a message in his own Gmail and sent it to a second address.
dropbox: The task force received a CyberTipline report about a Dropbox account.
kik: Officers received a tip that a Kik user had shared videos.
google: Investigators obtained a search warrant for his Google account.
snapchat, instagram: Woman Pleads Guilty to Distributing Fentanyl by Snapchat and Instagram
facebook: A user of Facebook reported him to the police.
limewire, peer_to_peer: Agents found LimeWire, a peer-to-peer program, on the computer.
limewire: He used LimeWire, a file-sharing program.
peer_to_peer: He added others with the help of file-sharing software.
bittorrent: The files were found by an agent on the BitTorrent network.
facebook: Records from Facebook identified him as the user.
kik: In response to a subpoena, Kik identified the user's address.
facebook: He admitted that he had not used his real name on Facebook.
facebook: He did not stop writing to her on Facebook.
snapchat: She did not send any pictures over Snapchat, although he asked.
snapchat: The girl told her mother that he asked for pictures on Snapchat.
snapchat: An agent posing as a girl on Snapchat found and notified him.
zoom: During sessions over Zoom he asked the pupils to undress.
microsoft: He stored the files in a Microsoft account.
facebook, instagram, tinder: He created profiles in her name on Facebook, Instagram and Tinder.
google_drive, gmail: He kept files in Google Drive and mailed links through Gmail.
""".strip().splitlines()
MENTIONED = """
facebook: Former Facebook Employee Sentenced for Wire Fraud
google: A former contractor of Google LLC testified.
microsoft: The U.S. Attorney thanked Microsoft Corporation for its assistance.
zoom: The defendant gave lessons in mathematics over Zoom.
zoom: He entered his plea by Zoom.
snapchat: The child told a friend about it over Snapchat, and the friend told a teacher.
skype: The boys' father, who was allowed to speak with them by Skype, notified the police.
verizon: The user name was created on a telephone for which the clerk pays Verizon.
facebook: A search compared it with a photograph on his employer's Facebook page.
apple: He demanded payment in gift cards, such as those sold by Apple.
facebook: Of all reports, 60 percent came from Facebook.
instagram: While he awaits trial he may not use Instagram.
roblox, discord: Parents should watch what children do on Roblox and Discord.
dropbox: In an unrelated case, Dropbox had sent such a report.
""".strip().splitlines()
NAMES = """
signal: He reached the seller through the messaging app Signal.
line: They kept instructions in a chat on the LINE app.
discord: His Discord was full of such files.
twitter: He posted links on X, formerly known as Twitter.
twitter: He posted links on X and was paid.
mega: He offered MEGA links for sale.
wire: He held a Wire account under a false name.
live_me, periscope: He watched broadcasts on LiveMe and Periscope.
instagram, snapchat, twitter: He used Instagram, Snapchat and X.
facebook: He wrote to a 12-year-old on face book.
youtube: He posted clips on You-Tube.
instagram: He wrote to her on Insta gram.
snapchat: He used SNAPCHAT.
snapchat: He used snapchat.
yahoo_messenger: He talked by Yahoo! Messenger with an agent.
second_life: He met the boy in Second Life.
irc: He traded files in an IRC channel.
signal: Signal was on his phone. He had used the Signal app.
facebook_messenger: He wrote through Messenger.
kik: He asked the girl to meet me on "Kik."
""".strip().splitlines()
NOTHING = """
There was no evidence that Snapchat was used.
None of the files was shared on TikTok, the prosecutor said.
Although he claimed to have met one through Facebook, there is no evidence that Facebook was used.
He did not use Snapchat.
Share: Facebook | X | LinkedIn | E-mail.
Read more on our Facebook page.
Follow on Twitter, @USAO_XX, for the latest news.
He wrote from name@yahoo.com to the office.
Officers noted a twitch of the curtain, and the cabin was tinder dry.
A viber-like massage belt and a bumble bee stamp were free.
The man from Signal Mountain sent a clear signal.
He asked her to meet me at noon, you now and then, and we chat.
Seven people were linked in the scheme, which used one drive.
AMAZON RIVER MAN SENTENCED
SEVEN LINKED IN DRUG RING ON LINE
Wire Fraud Scheme Nets Session Musician Five Years
X-rays showed that Victim X was hurt.
The SNAP application was false; he used SNAP benefits.
An Apple iPhone and an Apple laptop were seized.
He served beyond the call of duty and caught plenty of fish.
The Worcester Telegram wrote of it.
He was charged under 26 IRC 5861.
Verizon Center in Washington was closed, and Microsoft Word files were read.
""".strip().splitlines()
FOOTERS = [
    "Follow us on Twitter and Facebook.",
    "Like us on Facebook at www.facebook.com/usaoxx and visit our YouTube channel.",
    "Find the office on Facebook and YouTube.",
    "Share: Facebook | X | LinkedIn | E-mail.",
]


def coded(text, is_case=True):
    document = prepare(f"Man Is Sentenced\n{text}")
    return {finding.value for finding in platform_findings(document, named_platforms(document), is_case)}


def expected(line, role):
    platforms, _, text = line.partition(": ")
    return text, {f"{platform}={role}" for platform in platforms.split(", ")}


@pytest.mark.parametrize("line", REPORTED)
def test_the_company_has_reported(line):
    text, roles = expected(line, "reported_by")
    assert coded(text) == roles


@pytest.mark.parametrize("line", USED)
def test_the_platform_was_used(line):
    text, roles = expected(line, "used")
    assert coded(text) == roles


@pytest.mark.parametrize("line", MENTIONED)
def test_the_platform_is_only_mentioned(line):
    text, roles = expected(line, "mentioned")
    assert coded(text) == roles


@pytest.mark.parametrize("line", NAMES)
def test_the_name_is_found(line):
    text, roles = expected(line, "used")
    assert coded(text) == roles


@pytest.mark.parametrize("text", NOTHING)
def test_no_platform_is_coded(text):
    assert coded(text) == set()


def test_outside_cases_a_platform_is_mentioned_unless_it_reported():
    text = "Many children meet on Roblox. In 2016 Dropbox reported a user in Ostley."
    assert coded(text, is_case=False) == {"roblox=mentioned", "dropbox=reported_by"}


def test_the_strongest_role_of_a_platform_counts():
    text = "He met her on Kik. A CyberTip from Kik named him. The office thanked Kik for its help."
    assert coded(text) == {"kik=reported_by"}


def test_names_are_marked_for_other_rules():
    document = prepare("Title\nHe used Facebook Messenger.")
    assert marked_names(document, named_platforms(document)) == b"Title\nHe used " + b"\x01" * 18 + b"."


def test_a_text_names_a_platform_or_does_not():
    assert names_any(prepare("Title\nHe used Kik."))
    assert not names_any(prepare("Title\nHe crossed the line in the session."))


def test_other_names_can_be_given():
    names = make_aliases([("ostley_chat", "Ostley Chat", False)], {"ostley_chat": "messaging"})
    document = prepare("Title\nHe used Ostley Chat, not Kik.")
    assert [named.platform for named in named_platforms(document, names)] == ["ostley_chat"]


def rows():
    with ALIASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows(), ids=lambda row: row["alias"])
def test_every_alias_is_found_where_it_is_shown(row):
    name = row["alias"]
    document = Document(f"Title\nHe used the app {name} and was found.")
    found = {named.platform for named in named_platforms(document)}
    assert found == {row["platform_id"]} or name in ("torrent", "torrents"), (name, found)


def test_a_name_that_is_an_english_word_needs_a_capital_or_proof():
    words = get_english_words_set(["web2", "gcide"])
    plain = {row["alias"].lower() for row in rows() if row["is_ambiguous"] == "false" and row["alias"].lower() in words}
    # Words that nobody writes in a release but as the name of the service.
    assert plain - platform_names.WORDS == {"google", "skout", "twitter", "yahoo"}


SENTENCES = st.sampled_from([expected(line, "")[0] for line in REPORTED + USED + MENTIONED + NAMES] + NOTHING)
TEXTS = st.lists(st.one_of(SENTENCES, st.text(max_size=40)), max_size=6).map(" ".join)


@given(TEXTS)
@settings(deadline=None, max_examples=200)
def test_any_text_is_coded_and_each_span_quotes_an_alias(text):
    document = prepare(f"Title\n{text}")
    named = named_platforms(document)
    spans = {(one.span.start, one.span.end) for one in named}
    for one in named:
        quoted = document.named[one.span.start : one.span.end]
        assert aliases().form(quoted).platform == one.platform
    findings = platform_findings(document, named, is_case=True)
    assert {finding.value.partition("=")[0] for finding in findings} <= {one.platform for one in named}
    assert {(finding.start, finding.end) for finding in findings} <= spans
    assert len({finding.value.partition("=")[0] for finding in findings}) == len(findings)


@given(st.sampled_from(rows()), st.sampled_from(rows()))
@settings(deadline=None, max_examples=200)
def test_of_names_at_one_place_the_longest_wins(one, other):
    if other["alias"].startswith(f"{one['alias']} "):
        document = Document(f"Title\nHe used the app {other['alias']} for it.")
        found = {document.text[named.span.start : named.span.end] for named in named_platforms(document)}
        assert found == {other["alias"]}


@given(st.lists(SENTENCES, min_size=1, max_size=4).map(" ".join), st.sampled_from(FOOTERS))
@settings(deadline=None, max_examples=200)
def test_a_footer_changes_nothing(text, footer):
    assert coded(f"{text}\n{footer}") == coded(text)
