"""No text makes reading slow: time follows length, whatever the text repeats."""

import time

import pytest

from csea.code.identity import MAX_DOCKETS, find_identity
from csea.code.identity.names import MAX_NAMES

SIZE = 100_000
MS_PER_KB = 3.0
CASES = {
    "one long word": "a" * SIZE,
    "one long capital word": "A" * SIZE,
    "capital letters with stops": "A. " * (SIZE // 3),
    "capitalised words": "Marlin " * (SIZE // 7),
    "names and commas": "Jovin Marlin, " * (SIZE // 14),
    "names with ages": "Jovin Marlin, 34, " * (SIZE // 18),
    "names joined by and": "Jovin Marlin and " * (SIZE // 17),
    "quotation marks": 'Jovin "' * (SIZE // 7),
    "open brackets": "Jovin (" * (SIZE // 7),
    "aliases": "Jovin Marlin a/k/a " * (SIZE // 19),
    "hyphens": "Jovin-" * (SIZE // 6),
    "particles": "Jovin " + "de la " * (SIZE // 6),
    "verbs without end": "Jovin Marlin was " + "also today " * (SIZE // 11),
    "clauses without end": "Jovin Marlin, of " + "Ostley, " * (SIZE // 8),
    "digits": "19-" * (SIZE // 3),
    "docket numbers": "1:19-cr-00123 " * (SIZE // 14),
    "docket starts": "Case No. " * (SIZE // 9),
    "stock starts": "Project Safe " * (SIZE // 13),
    "stock sentences": "www. " * (SIZE // 5),
    "spaces": " " * SIZE,
    "lines": "\n" * SIZE,
    "accents": "é" * (SIZE // 2),
    "combining accents": "e\u0301\u0301\u0301" * (SIZE // 7),
    "surnames with ages": "\n".join(f"Mar{chr(97 + n % 26)}lin, 34, of" for n in range(SIZE // 16)),
}


@pytest.mark.parametrize("text", CASES.values(), ids=CASES)
def test_text_takes_a_few_milliseconds_a_kilobyte(text):
    find_identity("warm up\nJovin Marlin, 34, was charged.")
    start = time.process_time()
    find_identity(text + "\n" + text[:1000])
    assert time.process_time() - start < MS_PER_KB / 1000 * len(text) / 1000


def test_ten_thousand_names_give_a_bounded_list():
    text = "\n".join(f"Jovin Mar{'abcdefghij'[n % 10]}{'klmnopqrst'[n // 10 % 10]}lin, 34, of" for n in range(10_000))
    assert len(find_identity(f"T\n{text}").defendants) == MAX_NAMES


def test_ten_thousand_dockets_give_a_bounded_list():
    text = " ".join(f"1:19-cr-{number:05}" for number in range(1, 10_001))
    assert len(find_identity(f"T\n{text}").dockets) == MAX_DOCKETS
