"""Invented releases in the API's shape that the coding rules find in scope or not, and an archive of them.

No text is a real release's; no person is named.
"""

import pandas as pd

from csea.archive import Archive, archive_folder
from csea.archive.components import Components
from csea.archive.record import read_record
from csea.archive.scan import scan
from csea.code.batch import READ, coder_of
from csea.code.found import found_rows
from csea.io import csv_bytes
from csea.rooms import ordered

OFFICE = "USAO - Kentucky, Eastern"
SAFE = "This case was brought as part of Project Safe Childhood."


def record(number, title, body, day, **more):
    """A record of the API; ``number`` makes its uuid and the end of its address."""
    return {
        "uuid": f"00000000-0000-4000-8000-{number:012d}",
        "title": title,
        "body": "".join(f"<p>{paragraph}</p>" for paragraph in body),
        "url": f"https://www.justice.gov/usao-edky/pr/invented-{number}",
        "date": f"{day}T12:00:00Z",
        "changed": "1600000000",
        "component": [{"name": OFFICE}],
        **more,
    }


PLEA = record(
    1,
    "Lexington Man Pleads Guilty to Enticement of a Minor",
    [
        "LEXINGTON, Ky. - A 31-year-old man pleaded guilty today to enticing a minor, in violation of 18 U.S.C. "
        "&sect; 2422(b). He used Kik to send messages to a 13-year-old.",
        f"The investigation began after a tip from the public. {SAFE}",
    ],
    "2019-05-06",
)
SENTENCE = record(
    2,
    "Former Coach Sentenced to 10 Years in Prison for Distributing Child Pornography",
    [
        "LONDON, Ky. - A 45-year-old man was sentenced today to 120 months in federal prison for distributing child "
        "pornography. He traded files on Discord.",
        f"The National Center for Missing and Exploited Children forwarded a report. {SAFE}",
    ],
    "2020-03-04",
)
TAXES = record(
    3,
    "Greywick Mill Owner Fined for Late Filings",
    ["GREYWICK, Ky. - The mill paid a fine.", "The order covers three years."],
    "2021-02-01",
)
RECORDS = [PLEA, SENTENCE, TAXES]


def fill_archive(root, records=RECORDS, cache=None):
    """Put records into the archive below CSEA_CACHE or ``cache``; give its folder."""
    folder = archive_folder(cache)
    known = Components.read(root).of
    with Archive.writer(folder, "test") as archive, archive.transaction():
        for received in records:
            archive.add(read_record(received, known), "api", "test", "2026-01-01T00:00:00Z")
    return folder


def write_found(root, schemas, cache=None):
    """Code the archive and write found_releases and found_codings, as the build does but without linking."""
    coder = coder_of(root)
    columns = list(dict.fromkeys([*READ, "uuid", "number", "published_date", "retrieved_at"]))
    releases, codings = [], []
    with Archive.reader(archive_folder(cache)) as archive:
        for batch in scan(archive, columns):
            rows = found_rows(batch, coder(batch.select(READ)))
            releases += rows.releases
            codings += rows.codings
    frames = {
        "found_releases": pd.DataFrame(releases, dtype="str"),
        "found_codings": pd.DataFrame(codings, dtype="str"),
    }
    for name, frame in frames.items():
        path = root / "data" / "machine" / f"{name}.csv"
        path.write_bytes(csv_bytes(ordered(frame, schemas[name])))
    return frames
