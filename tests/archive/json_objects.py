"""Any JSON object, as hypothesis makes it: the names of a record's fields and others, values of all kinds."""

from hypothesis import strategies as st

TEXTS = ("uuid", "vuuid", "title", "body", "teaser", "url", "number", "date", "created", "changed")
NAMES = (*TEXTS, "component", "topic", "image", "attachment", "new")
WHOLE = st.integers(-(2**63), 2**64 - 1)
TEXT = st.text(max_size=5)


def objects(whole, text, names=NAMES):
    """JSON objects with these whole numbers, and these texts as further names and as values."""
    plain = st.none() | st.booleans() | whole | st.floats(allow_nan=False, allow_infinity=False) | text
    values = st.recursive(
        plain, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(text, inner, max_size=3), max_leaves=6
    )
    return st.dictionaries(st.sampled_from(names) | text, values, max_size=8)
