"""Invented releases as batches of the archive, for the tests of coding. They name nobody."""

import pyarrow as pa

from csea.code.batch import READ

CASE = (
    "Ostley Man Sentenced for Receipt of Child Pornography",
    "<p>OSTLEY &ndash; A 40-year-old man was sentenced today to ten years in prison for receipt of child pornography, "
    "in violation of 18 U.S.C. &sect; 2252A(a)(2), in Case No. 1:19-cr-00123.</p><p>He used Kik to contact a "
    "14-year-old. The case began with a CyberTip from the National Center for Missing and Exploited Children.</p>",
    "https://www.justice.gov/usao-me/pr/man-sentenced",
    "usao-me",
)
NAMED = (
    "Ostley Man Charged With Online Enticement",
    "<p>Brabe Cordock, 41, of Ostley, was charged today with online enticement of a minor on Snapchat.</p>"
    "<p>Criminal No. 20-cr-55 is before the court in Ostley, where the man lives and where he worked as a clerk.</p>",
    None,
    None,
)
PROGRAM = (
    "Office Marks Month of Safety on the Internet",
    "<p>The office will speak at schools about child sexual exploitation and sextortion of minors on Instagram.</p>"
    "<p>Its lessons on child sexual exploitation are free, and no case is announced.</p>",
    None,
    "usao-me",
)
OUT_OF_SCOPE = ("Mill Fined", "<p>The mill in Ostley was fined for late reports to the agency.</p>", None, "usao-me")
ROWS = [CASE, NAMED, PROGRAM, OUT_OF_SCOPE]
SCHEMA = pa.schema([("release_no", pa.int32()), *((name, pa.string()) for name in READ[1:])])


def batch(rows, first=1):
    """A batch of rows of title, body, address and component, numbered from ``first``."""
    columns = zip(*rows, strict=True) if rows else [[]] * 4
    arrays = [
        pa.array(range(first, first + len(rows)), pa.int32()),
        *(pa.array(list(one), pa.string()) for one in columns),
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)
