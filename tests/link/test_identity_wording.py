"""The signature of a text: the same everywhere, nearer for nearer texts, blind to stock paragraphs."""

import hashlib
import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from csea.code.identity import find_identity

WORDS = [f"word{number * 7919 % 9973}" for number in range(400)]
TEXT = "A Title\n" + " ".join(WORDS)
SIGNATURE_SHA256 = "3e8c9652bd78ddd4dec0b69e1a58ae4b6e0ba144e2e0c3de719339102d9b36c4"
STOCK = (
    "This case was brought as part of Project Safe Childhood, a nationwide initiative to combat the growing epidemic "
    "of child sexual exploitation and abuse."
)


def alike(one, two):
    left, right = (np.frombuffer(find_identity(text).wording, "<u2") for text in (one, two))
    return (left == right).mean()


def test_signature_is_the_same_on_every_machine_and_version():
    assert hashlib.sha256(find_identity(TEXT).wording).hexdigest() == SIGNATURE_SHA256


def test_signature_is_the_same_in_another_process():
    code = "import sys; from csea.code.identity import find_identity; print(find_identity(sys.argv[1]).wording.hex())"
    other = subprocess.run([sys.executable, "-c", code, TEXT], capture_output=True, text=True, check=True)
    assert other.stdout.strip() == find_identity(TEXT).wording.hex()


def test_signature_has_a_fixed_size():
    assert {len(find_identity(f"T\n{' '.join(WORDS[:n])}").wording) for n in (20, 100, 400)} == {256}


def test_text_of_a_few_words_has_none():
    assert find_identity("A Title\nA few words").wording == b""


def test_stock_paragraph_does_not_count():
    assert alike(TEXT, f"{TEXT}\n{STOCK}") == 1


def test_text_of_stock_alone_has_none():
    assert find_identity(f"\n{STOCK}\n{STOCK}").wording == b""


def test_case_and_typography_do_not_count():
    assert alike(TEXT + " it’s", TEXT.upper() + " IT'S") == 1


def test_similarity_estimates_the_share_in_common():
    half = " ".join(WORDS[:200])
    assert abs(alike(f"\n{half} {' '.join(WORDS[200:300])}", f"\n{half} {' '.join(WORDS[300:])}") - 0.5) < 0.15


def test_other_texts_have_little_in_common():
    assert alike("\n" + " ".join(WORDS[:200]), "\n" + " ".join(WORDS[200:])) < 0.1


@given(st.text(max_size=300))
def test_any_text_is_read(text):
    found = find_identity(text)
    assert all(name == name.lower() and name.isascii() for name in found.defendants)
