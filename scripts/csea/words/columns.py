"""Known words a column at a time: which texts need no look at how their words stand together.

Most titles and addresses hold nothing but words that are known wherever they stand. Those are found by their
distinct words alone; all others are left to :func:`csea.words.unknown_words`, which reads one text at a time.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from csea.words import LONGEST, is_settled

HOST = "^https?://[^/?#]*"


def all_settled(texts: pa.Array) -> pa.Array:
    """For each text whether every word of it is known on its own, so that :func:`unknown_words` finds none.

    False where that is not certain: for letters beyond ASCII, escapes in addresses, very long texts.
    """
    if not len(texts):
        return pa.nulls(0, pa.bool_())
    is_plain = pc.and_(pc.string_is_ascii(texts), pc.less_equal(pc.binary_length(texts), LONGEST))
    is_address = pc.match_substring_regex(texts, "^https?://")
    is_plain = pc.and_(is_plain, pc.invert(pc.and_(is_address, pc.match_substring_regex(texts, r"[#%\[\]\x00-\x20]"))))
    bare = pc.if_else(is_address, pc.replace_substring_regex(texts, HOST, ""), texts)
    words = pc.split_pattern_regex(pc.ascii_lower(pc.replace_substring(bare, "'", "")), "[^0-9a-z]+")
    each = pc.list_flatten(words).dictionary_encode()
    settled = pa.array([not word or is_settled(word) for word in each.dictionary.to_pylist()], pa.bool_())
    is_open = pc.invert(settled.take(each.indices))
    open_texts = pc.list_parent_indices(words).filter(is_open).unique()
    rows = pa.array(range(len(texts)), pa.int64())
    return pc.and_(is_plain, pc.invert(pc.is_in(rows, value_set=pc.cast(open_texts, pa.int64()))))
